"""What the bench compares with and how to install and start it. Nothing of it is a dependency of harmgrid.

Peers of PyPI and npm lie in `.bench`, each in a folder of its own, and stay there for the next run; programs of Debian
are installed by apt. A peer that can neither be found nor installed is `Missing`: the report says so and goes on.
"""
