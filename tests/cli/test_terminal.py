from __future__ import annotations

import pytest

from backupclient.cli.terminal import as_text, printable
from tests.cli.screens import Screen


def test_results_are_shown_whatever_was_asked_and_remarks_only_if_wanted() -> None:
    for options, shown in (
        ({}, ["remark", "result"]),
        ({"quiet": True}, ["result"]),
        ({"json": True}, ["result"]),
    ):
        screen = Screen().configure(**options)
        screen.terminal.say("remark")
        screen.terminal.result("result")
        screen.terminal.warn("warning")
        assert screen.out == shown
        assert screen.err == ["warning"]


@pytest.mark.parametrize(
    ("tty", "options", "environ", "live"),
    [
        (True, {}, {}, True),
        (True, {"verbose": 2}, {}, True),
        (True, {"json": True}, {}, False),
        (True, {"quiet": True}, {}, False),
        (True, {}, {"TERM": "dumb"}, False),
        (False, {}, {}, False),
    ],
)
def test_a_live_display_needs_a_terminal(
    tty: bool, options: dict[str, bool], environ: dict[str, str], live: bool
) -> None:
    screen = Screen(tty=tty, environ=environ).configure(**options)
    assert screen.terminal.live is live


def test_the_characters_of_a_bar_need_an_encoding_that_has_them() -> None:
    assert Screen(encoding="utf-8").terminal.fancy
    assert not Screen(encoding="ascii").terminal.fancy
    assert not Screen(encoding="iso-8859-1").terminal.fancy


def test_what_the_encoding_lacks_is_written_out() -> None:
    screen = Screen(encoding="ascii")
    screen.terminal.result("naïve \udcff")
    assert screen.out == ["na\\xefve \\udcff"]


def test_lines_go_above_a_live_display() -> None:
    screen = Screen()
    above: list[str] = []
    screen.terminal.above = above.append
    screen.terminal.say("one")
    screen.terminal.warn("two")
    assert above == ["one", "two"]
    assert screen.out == screen.err == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("/home/Ännä/naïve.txt", "/home/Ännä/naïve.txt"),
        ('with "quotes" and \\', 'with "quotes" and \\'),
        ("line\nend", '"line\\nend"'),
        ('tab\t"\\', '"tab\\t\\"\\\\"'),
        ("\x1b[2J", '"\\x1b[2J"'),
        ("bytes \udcff\udc80", '"bytes \\xff\\x80"'),
        ("right\u202eto left", '"right\\u202eto left"'),
    ],
)
def test_odd_names_are_quoted_on_one_line(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_json_has_no_bytes_that_are_no_text() -> None:
    assert as_text("a\udcff\ud800é😀") == "a\ufffd\ufffdé😀"
