"""Figures that tests measure, printed at the end of the run, also where several processes run it.

A test takes the fixture `figure` and calls it with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FIGURE = "figure"


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell a figure: a sentence that stands at the end of the run."""
    return lambda sentence: record_property(FIGURE, sentence)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was told."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    told = [
        str(value)
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == FIGURE
    ]
    if told:
        terminalreporter.section("figures")
        for sentence in sorted(told):
            terminalreporter.line(sentence)
