"""How often something is killed: a few times in the suite, many times by `make sweep`."""

import pytest


def kills(few: int, many: int) -> pytest.MarkDecorator:
    """The parameter `kills` of a test, with both."""
    return pytest.mark.parametrize("kills", [few, pytest.param(many, marks=pytest.mark.sweep)])
