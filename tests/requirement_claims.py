"""A test that claims a requirement names one in the register, and is never quietly skipped."""

from collections.abc import Generator
from pathlib import Path

import pytest

from trellis.reference.register import read_register
from trellis.reference.requirements import REGISTER


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = {entry.id for entry in read_register(Path(__file__).parents[1] / REGISTER)}
    for item in items:
        for mark in item.iter_markers("requirement"):
            if unknown := set(mark.args) - known:
                raise pytest.UsageError(f"{item.nodeid} claims {', '.join(unknown)}, which is not in {REGISTER}.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("requirement"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} claims a requirement, so it may not be skipped."
    return report
