"""How fast harmgrid is on the machine at hand, beside what else could do the work. `make bench` runs all of it.

Each comparison is a module with `compare(setting)`. Both sides are timed in one run, turn by turn, and must agree on
what they make. No test asserts a time.
"""
