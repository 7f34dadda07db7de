"""How pytest compares the notebooks with what is stored in them, beyond what nbval does."""

from functools import partial

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from execute import ENVIRONMENT
from pictures import look_alike


def pytest_collectstart(collector):
    """nbval passes over pictures; here they count."""
    if isinstance(collector, IPyNbFile):
        collector.skip_compare = tuple(set(collector.skip_compare) - {"image/png"})


def pytest_itemcollected(item):
    if isinstance(item, IPyNbCell):
        item.compare_outputs = partial(compare_outputs, item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Kernels start with the environment that `make notebooks` gives them."""
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(item, IPyNbCell):
            for name, value in ENVIRONMENT.items():
                patch.setenv(name, value)
        return (yield)


def compare_outputs(cell, fresh, stored):
    """nbval's strict comparison, in which pictures that look alike count as equal."""
    for new, old in zip(fresh, stored, strict=False):
        pictures = [output.get("data", {}).get("image/png") for output in (new, old)]
        if all(pictures) and look_alike(*pictures):
            new["data"]["image/png"] = pictures[1]
    return IPyNbCell.compare_outputs(cell, fresh, stored)
