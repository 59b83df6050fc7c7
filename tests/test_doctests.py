"""Every example in a docstring runs."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import etl
import harmgrid
import server

pytestmark = pytest.mark.quick

MODULES = [
    module.name
    for package in (harmgrid, etl, server)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if "migrations" not in module.name  # those run inside Alembic only
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_say_the_truth(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), extraglobs={"np": np})
    assert failed == 0


def test_there_are_examples_to_run() -> None:
    modules = [importlib.import_module(name) for name in MODULES]
    assert sum(len(test.examples) for module in modules for test in doctest.DocTestFinder().find(module)) >= 3
