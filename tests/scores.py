"""Scores that tests reach, printed at the end of the run: `record_property("score", "…")`."""

from __future__ import annotations

import pytest

SCORE = "score"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    scores = [
        str(text)
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for name, text in report.user_properties
        if name == SCORE
    ]
    if scores:
        terminalreporter.section("scores")
        for score in sorted(scores):
            terminalreporter.write_line(score)
