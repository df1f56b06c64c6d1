"""The report in another language: each of its words is translated, and no others."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import backupclient.cli.diagnose_text
import backupclient.support.diagnostics.say as saying
from backupclient.support.diagnostics.say import Say

PACKAGE = Path(saying.__file__).parent
RESOURCES = PACKAGE.parents[2] / "resources" / "report"
SOURCES = (*PACKAGE.glob("digest*.py"), Path(backupclient.cli.diagnose_text.__file__))
CALLS = ("say", "_say", "counted")


def said_in_code() -> Iterator[str]:
    """What `say` is called with, and what stands in the tables above."""
    for source in SOURCES:
        tree = ast.parse(source.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in CALLS:
                yield from texts_of(node.args)
        for statement in tree.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
                yield from texts_of(statement.value.values)


def texts_of(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def said_on_the_page() -> Iterator[str]:
    yield from re.findall(r'say\("([^"]+)"', (RESOURCES / "report.html.j2").read_text("utf-8"))


@pytest.mark.parametrize("file", list(RESOURCES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_word_is_translated(file: Path) -> None:
    texts = tomllib.loads(file.read_text("utf-8"))
    assert set(texts) == {*said_in_code(), *said_on_the_page()}
    for english, other in texts.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", other))


def test_sizes_and_times_are_said_as_there() -> None:
    now = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
    say = Say("de-at", now)
    assert say("works; {size} free", size=say.size(3_100_000_000)) == "geht; 3,1 GB frei"
    assert say.moment(now.replace(hour=11, minute=56)) == "vor 4 Minuten"
    assert say.moment(now.replace(day=1)).startswith("Sonntag ")
    assert Say("../x", now)("never") == "never"
