"""A report for support on a terminal: what to offer comes first, what it was drawn from below."""

from __future__ import annotations

from collections.abc import Iterable

from backupclient.cli.terminal import Terminal, printable
from backupclient.support.diagnostics.digest import Digest, Problem, Row, RunLine
from backupclient.support.options import Way

_MARKS = {"fine": "ok   ", "wrong": "WRONG", "": "     "}


def show(report: Digest, terminal: Terminal) -> None:
    terminal.paragraph(f"Report of {report.made}")
    _rows(report.who, terminal)
    if report.note:
        terminal.paragraph(f'"{printable(report.note)}"', "  ")
    terminal.result("")
    terminal.paragraph(printable(report.headline))
    for number, problem in enumerate(report.problems, 1):
        _problem(number, problem, terminal)
    _section("Files", report.files, terminal)
    if report.runs:
        terminal.result("\nRuns, newest first")
        for run in report.runs:
            _run(run, terminal)
    for title, rows in (
        ("Checked when this report was made", report.checks),
        ("Storage", report.storage),
        ("Engine and plan", report.engine),
        ("Crashes", report.crashes),
    ):
        _section(title, rows, terminal)
    if report.questions:
        terminal.result("\nLooked for in the help, and not found")
        for question in report.questions:
            terminal.paragraph(printable(question), "  ")
    _section("Versions", report.versions, terminal)


def _problem(number: int, one: Problem, terminal: Terminal) -> None:
    over = " (may have passed)" if one.over else ""
    terminal.result("")
    terminal.paragraph(f"{number}. {printable(one.title)} [{one.code}]{over}")
    terminal.paragraph(f"Their data: {one.your_data}", "   ")
    terminal.paragraph(f"Tried: {one.tried}", "   ")
    language = f" ({one.said_in})" if one.said_in else ""
    for way in one.option.ways:
        match way:
            case Way.WORDS:
                terminal.paragraph(f"Say{language}: {one.option.words}", "   ")
            case Way.STEPS:
                terminal.paragraph(f"Steps{language}:", "   ")
                for place, step in enumerate(one.option.steps, 1):
                    terminal.paragraph(f"{place}. {printable(step)}", "     ")
            case Way.COMMAND:
                terminal.paragraph(f"Command: {one.option.command}", "   ")
    for row in one.facts:
        terminal.paragraph(f"{row.name}: {printable(row.text)}", "   ")
    for name in one.names:
        terminal.paragraph(f"- {printable(name)}", "     ")


def _run(run: RunLine, terminal: Terminal) -> None:
    parts = [run.how, run.did, f"took {run.took}" if run.took else ""]
    terminal.paragraph(f"{_MARKS[run.tone]} {run.when}: {'; '.join(filter(None, parts))}", "  ")


def _section(title: str, rows: Iterable[Row], terminal: Terminal) -> None:
    rows = tuple(rows)
    if rows:
        terminal.result(f"\n{title}")
        _rows(rows, terminal, marked=any(row.tone for row in rows))


def _rows(rows: Iterable[Row], terminal: Terminal, *, marked: bool = False) -> None:
    for row in rows:
        mark = f"{_MARKS[row.tone]} " if marked else ""
        terminal.paragraph(f"{mark}{row.name}: {printable(row.text)}", "  ")
