"""`backupclient explain`."""

from __future__ import annotations

import argparse

import msgspec
import pytest

from backupclient.cli import explain
from backupclient.cli.main import parse
from backupclient.cli.messages import Explained
from backupclient.errors import InvalidRequest
from backupclient.support.explainer import entries
from tests.cli.screens import Screen


def asked(*arguments: str) -> argparse.Namespace:
    return parse("explain", explain, list(arguments))


def explained(*arguments: str, tty: bool = False) -> Screen:
    screen = Screen(tty=tty).configure(json="--json" in arguments, quiet=False, verbose=0)
    assert explain.run(asked(*arguments), screen.terminal) == 0
    return screen


def test_a_code_is_explained_with_what_support_may_say() -> None:
    lines = explained("captive-portal").out
    assert lines[0] == "This network asks you to log in first. (captive-portal)"
    assert [line.split(":")[0] for line in lines[1:5]] == [
        "  Your data",
        "  Meanwhile",
        "  Next",
        "  Support may say",
    ]
    assert lines[5].startswith("    - ")


def test_several_codes_are_explained_one_after_the_other() -> None:
    out = explained("storage-full", "access-denied.write").out
    titles = [line for line in out if not line.startswith(" ") and line]
    assert titles == [
        "Your storage is full. (storage-full)",
        "Only reading is allowed in the storage. (access-denied.write)",
    ]


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        (["SlowDown"], "storage-busy"),
        (["507"], "storage-full"),
        (["invalidaccesskeyid"], "unknown-access-key"),
        (["Fatal: wrong password or no key found"], "wrong-password"),
        (["Fatal:", "wrong", "password", "or", "no", "key", "found"], "wrong-password"),
        (["open /x: no space left on device"], "disk-full"),
        (
            ["An error occurred (SignatureDoesNotMatch) when calling the PutObject operation"],
            "wrong-secret",
        ),
        (["repository is already locked by PID 12 on study by anna"], "backup-locked"),
    ],
)
def test_pieces_of_other_programs_errors_are_understood(pasted: list[str], code: str) -> None:
    assert explained(*pasted).out[0].endswith(f"({code})")


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("storag-full", "storage-full"), ("captive_portal", "captive-portal"), ("slowdwn", "busy")],
)
def test_the_nearest_codes_are_suggested(wrong: str, meant: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        explain.run(asked(wrong), Screen().terminal)
    assert caught.value.facts["reason"] == "unknown-code"
    assert meant in str(caught.value.facts["nearest"])


def test_a_name_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(InvalidRequest) as caught:
        explain.run(asked("xyzzy"), Screen().terminal)
    assert "nearest" not in caught.value.facts


@pytest.mark.parametrize("arguments", [["--all", "--json"], ["--json"]])
def test_all_of_it_is_there_as_json(arguments: list[str]) -> None:
    (line,) = explained(*arguments).out
    listed = msgspec.json.decode(line, type=list[Explained])
    assert [one.code for one in listed] == [entry.code for entry in entries()]
    busy = next(one for one in listed if one.code == "storage-busy")
    assert "SlowDown" in busy.aliases
    assert busy.offer
    assert busy.steps
    assert set(msgspec.json.decode(line, type=list[dict[str, object]])[0]) == {
        "code",
        "title",
        "your_data",
        "meanwhile",
        "next_step",
        "offer",
        "steps",
        "aliases",
    }


def test_without_a_name_every_code_is_listed_with_its_title() -> None:
    listed = dict(line.split(maxsplit=1) for line in explained().out)
    assert listed["storage-full"] == "Your storage is full"
    missing = {entry.code for entry in entries()} - listed.keys()
    assert {code.partition(".")[0] for code in missing} == {"invalid-request"}


def test_on_a_terminal_no_line_is_wider_than_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    out = explained("--all", tty=True).out
    paragraphs = [line for line in out if line.startswith(" ")]
    assert len(paragraphs) > 500
    assert max(map(len, paragraphs)) <= 60
