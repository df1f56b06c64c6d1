"""A report for support on a terminal: what to offer comes first, what it was drawn from below."""

from __future__ import annotations

from collections.abc import Iterable

from backupclient.cli.terminal import Terminal, printable
from backupclient.support.diagnostics.bundle import Bundle
from backupclient.support.diagnostics.digest import Digest, Problem, digest
from backupclient.support.diagnostics.digest_rows import Row, RunLine
from backupclient.support.diagnostics.say import Say
from backupclient.support.options import Way


def show(bundle: Bundle, terminal: Terminal, language: str = "") -> None:
    """In the language of whoever made it, unless another is given."""
    report = digest(bundle, language)
    _Shown(terminal, Say(report.language, bundle.made)).all(report)


class _Shown:
    def __init__(self, terminal: Terminal, say: Say) -> None:
        self._terminal = terminal
        self._say = say

    def all(self, report: Digest) -> None:
        terminal, say = self._terminal, self._say
        terminal.paragraph(say("Report of {when}", when=report.made))
        self._rows(report.who)
        if report.note:
            terminal.paragraph(f'"{printable(report.note)}"', "  ")
        terminal.result("")
        terminal.paragraph(printable(report.headline))
        if report.standing:
            terminal.paragraph(printable(report.standing))
        for number, problem in enumerate(report.problems, 1):
            self._problem(number, problem)
        self._section(say("From the help, about what they say"), report.answers)
        self._section(say("Files"), report.files)
        if report.runs:
            terminal.result(f"\n{say('Runs, newest first')}")
            for run in report.runs:
                self._run(run)
        self._section(say("Checked when this report was made"), report.checks)
        self._section(say("Storage and plan"), report.storage)
        self._section(say("Computers that share the plan"), report.computers)
        self._section(say("Background and settings"), report.engine)
        self._section(say("Crashes"), report.crashes)
        if report.questions:
            terminal.result(f"\n{say('Looked for in the help, and not found')}")
            for question in report.questions:
                terminal.paragraph(printable(question), "  ")
        self._section(say("Versions"), report.versions)

    def _problem(self, number: int, one: Problem) -> None:
        terminal, say = self._terminal, self._say
        over = f" ({say('may have passed')})" if one.over else ""
        terminal.result("")
        terminal.paragraph(f"{number}. {printable(one.title)} [{one.code}]{over}")
        terminal.paragraph(f"{say('Their data')}: {one.your_data}", "   ")
        terminal.paragraph(f"{say('What was tried')}: {one.tried}", "   ")
        language = f" ({one.said_in})" if one.said_in else ""
        for way in one.option.ways:
            match way:
                case Way.WORDS:
                    words = printable(one.option.words)
                    terminal.paragraph(f"{say('Say')}{language}: {words}", "   ")
                case Way.STEPS:
                    terminal.paragraph(f"{say('Steps')}{language}:", "   ")
                    for place, step in enumerate(one.option.steps, 1):
                        terminal.paragraph(f"{place}. {printable(step)}", "     ")
                case Way.COMMAND:
                    terminal.paragraph(f"{say('Command')}: {one.option.command}", "   ")
        for row in one.facts:
            terminal.paragraph(f"{row.name}: {printable(row.text)}", "   ")
        if one.names:
            terminal.paragraph(f"{say('Among these files')}:", "   ")
        for name in one.names:
            terminal.paragraph(f"- {printable(name)}", "     ")

    def _run(self, run: RunLine) -> None:
        took = self._say("took {time}", time=run.took) if run.took else ""
        parts = "; ".join(filter(None, (run.how, run.did, took)))
        self._terminal.paragraph(f"{self._mark(run.tone)} {run.when}: {parts}", "  ")

    def _section(self, title: str, rows: Iterable[Row]) -> None:
        rows = tuple(rows)
        if rows:
            self._terminal.result(f"\n{title}")
            self._rows(rows, marked=any(row.tone for row in rows))

    def _rows(self, rows: Iterable[Row], *, marked: bool = False) -> None:
        for row in rows:
            mark = f"{self._mark(row.tone)} " if marked else ""
            self._terminal.paragraph(f"{mark}{printable(row.name)}: {printable(row.text)}", "  ")

    def _mark(self, tone: str) -> str:
        marks = {"fine": self._say("ok"), "wrong": self._say("WRONG")}
        widest = max(map(len, marks.values()))
        return marks.get(tone, "").ljust(widest)
