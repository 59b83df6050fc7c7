# The front door. `make` alone prints the targets; each has one line of comment, which is what it prints.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup demo test quick sweep lint format bench screenshots wheel pins clean

BIN := .venv/bin
SOURCES := harmgrid etl server tests tools hatch_build.py
# For pytest; PYTEST_FLAGS="-k tiles" narrows it down, in one process.
PYTEST_FLAGS ?= -n 2 --dist loadfile --no-loadscope-reorder
# The Python to set up with; empty means the first on PATH that is 3.11 or newer.
PYTHON ?=

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1@/p' Makefile | awk -F@ '{ printf "%-14s %s\n", $$1, $$2 }'

setup: .venv/.ready static/vendor/.ready ## everything the program and its tests need, into .venv and static/vendor

demo: setup ## build a small synthetic force in .demo and serve it on http://127.0.0.1:8000
	HARMGRID_DATA_DIR=.demo $(BIN)/harmgrid demo --serve

test: setup ## all checks and all tests, with the programs that the tests need
	sh tests/install.sh
	$(MAKE) lint
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

quick: setup ## the tests that need no other program
	$(BIN)/python -m pytest -m quick $(PYTEST_FLAGS)

sweep: setup ## what takes too long for `make test`: kills at very many moments, the bench in short
	$(BIN)/python -m pytest -m sweep $(PYTEST_FLAGS)

lint: setup ## style, types, import contracts, JavaScript types
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	sh tools/npm.sh exec --offline -- tsc --project jsconfig.json

format: setup ## put the Python code into its one format
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: setup ## measure this machine, against other tools too, and write docs/benchmarks.md; some minutes
	$(BIN)/python -m tools.bench --date "$$(date +%F)"

screenshots: setup ## every page of the demo force as pictures, into docs/img
	$(BIN)/python -m tools.screenshots

wheel: setup ## the installable package, page included, in dist/
	$(BIN)/python -m build --wheel --no-isolation

pins: ## write constraints.txt anew with the newest versions
	PYTHON="$(PYTHON)" sh tools/pin.sh

clean: ## remove all that the other targets made
	rm -rf .venv node_modules static/vendor .bench .demo dist build
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find harmgrid etl server tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: pyproject.toml constraints.txt hatch_build.py tools/make_venv.sh
	PYTHON="$(PYTHON)" sh tools/make_venv.sh
	@touch $@

static/vendor/.ready: package.json package-lock.json .npmrc tools/npm.sh tools/copy_vendor.py | .venv/.ready
	@echo "setup: front-end libraries into static/vendor"
	sh tools/npm.sh ci --ignore-scripts --no-progress --loglevel=error
	$(BIN)/python tools/copy_vendor.py
	@touch $@
