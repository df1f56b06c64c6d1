from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.cli import lists
from backupclient.errors import InvalidRequest
from backupclient.requests import ExcludeRule, RuleKind


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "list"


def test_patterns_are_filled_in_and_comments_left_out(written: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in (b"a.txt", b"b.txt", b"c.jpg", b"odd-\xff.txt"):
        Path(os.fsdecode(bytes(folder) + b"/" + name)).write_bytes(b"")
    inside = bytes(folder)
    written.write_bytes(b"# comment\n\n  " + inside + b"/*.txt  \r\n" + inside + b"/c.jpg")
    assert [*lists.paths_of_patterns(str(written))] == [
        inside + name for name in (b"/a.txt", b"/b.txt", b"/odd-\xff.txt", b"/c.jpg")
    ]
    written.write_bytes(inside + b"/*.odt")
    with pytest.raises(InvalidRequest) as raised:
        [*lists.paths_of_patterns(str(written))]
    assert raised.value.facts == {"reason": "pattern-without-file", "pattern": f"{folder}/*.odt"}


def test_verbatim_lines_are_taken_as_they_stand(written: Path) -> None:
    written.write_bytes(b"# no comment\n *.txt \n\n/last\xff")
    assert [*lists.paths_verbatim(str(written))] == [b"# no comment", b" *.txt ", b"/last\xff"]


def test_raw_names_end_with_a_zero_byte(written: Path) -> None:
    written.write_bytes(b"/with\nline end\0/b\0")
    assert [*lists.paths_raw(str(written))] == [b"/with\nline end", b"/b"]
    for wrong, reason in ((b"/a\0/b", "list-not-ended"), (b"/a\0\0", "empty-name")):
        written.write_bytes(wrong)
        with pytest.raises(InvalidRequest) as raised:
            [*lists.paths_raw(str(written))]
        assert raised.value.facts["reason"] == reason


def test_rules_know_where_they_stood(written: Path) -> None:
    written.write_text("\ufeff# comment\n\n*.bak\r\n$HOME/x\n${HOME}/$UNSET/$$y\n")
    rules = lists.rules(["*.tmp"], [str(written)], RuleKind.IEXCLUDE, {"HOME": "/home/anna"})
    assert [*rules] == [
        ExcludeRule("*.tmp", RuleKind.IEXCLUDE, "--iexclude"),
        ExcludeRule("*.bak", RuleKind.IEXCLUDE, str(written)),
        ExcludeRule("/home/anna/x", RuleKind.IEXCLUDE, str(written)),
        ExcludeRule("/home/anna//$y", RuleKind.IEXCLUDE, str(written)),
    ]


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as raised:
        [*lists.paths_verbatim(str(tmp_path / "none"))]
    assert raised.value.facts["path"] == str(tmp_path / "none")
