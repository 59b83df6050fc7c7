"""The records over HTTP: what is behind a figure, a group, a person. Nobody keeps these answers.

`routes` has the addresses; the modules that answer them are imported when they are first asked, since a server that
shows no records need not hold what reads them: half a second at its start, and a hundred megabytes.
"""
