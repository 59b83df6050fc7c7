#!/bin/sh
# Makes .venv with a Python >= 3.11 and installs harmgrid and its tests' tools into it, at the versions in constraints.txt.
# PYTHON=/path/to/python chooses the Python; otherwise the first suitable one on PATH is taken.
set -eu
cd "$(dirname "$0")/.."

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

chosen= lacking=
for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    new_enough "$python" || continue
    if can_make_venv "$python"; then chosen=$python && break; fi
    lacking=${lacking:-$python}
done
if [ -z "$chosen" ] && [ -n "$lacking" ]; then
    echo "$lacking cannot make a virtual environment: its venv module or ensurepip is missing." >&2
    echo "On Debian and Ubuntu it is a package of its own: apt-get install python3-venv. Then run make setup again." >&2
    exit 1
fi
if [ -z "$chosen" ]; then
    echo "harmgrid needs Python 3.11 or newer; looked for: ${PYTHON:-python3 python3.13 python3.12 python3.11}." >&2
    echo "Install one, or name it: make setup PYTHON=/path/to/python" >&2
    exit 1
fi

# A folder that moved, or whose Python went away, is made anew; one that works is brought up to date.
if ! new_enough .venv/bin/python || ! .venv/bin/pip --version >/dev/null 2>&1; then
    "$chosen" -m venv --clear .venv
fi
install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt "$@"; }
echo "setup: Python packages into .venv"
install hatchling editables
install --no-build-isolation --editable '.[test]'
