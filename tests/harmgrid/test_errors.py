"""The tree of errors: one root, a built-in second parent, a code of its own, three sentences."""

import inspect

import pytest

from harmgrid import errors
from harmgrid.errors import HarmgridError, InputError, StateError

pytestmark = pytest.mark.quick

TREE = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, HarmgridError)]


def test_the_tree_is_the_one_that_its_module_draws() -> None:
    drawn = set((errors.__doc__ or "").replace("(ValueError)", "").replace("(RuntimeError)", "").split())
    assert {kind.__name__ for kind in TREE} <= drawn


@pytest.mark.parametrize("kind", TREE)
def test_every_error_is_also_an_error_that_python_knows(kind: type[HarmgridError]) -> None:
    assert kind is HarmgridError or issubclass(kind, InputError | StateError)
    assert not issubclass(kind, InputError) or issubclass(kind, ValueError)
    assert not issubclass(kind, StateError) or issubclass(kind, RuntimeError)


def test_no_two_errors_have_one_code() -> None:
    codes = [kind.code for kind in TREE]
    assert sorted(set(codes)) == sorted(codes)


def test_a_message_says_what_came_what_was_expected_and_what_to_do() -> None:
    error = InputError(came="a fish", expected="a bicycle", do="bring one")
    assert str(error) == "a fish. Expected a bicycle. To mend it: bring one."
    assert (error.came, error.expected, error.do) == ("a fish", "a bicycle", "bring one")
