"""Where what was chosen hangs in the tree: as restic lays it out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.errors import InvalidRequest
from backupclient.operations.backup.targets import Target, absolute, plan_targets

CWD = b"/home/anna"


def shape(target: Target) -> object:
    """The real path of what was chosen, or what is below by name."""
    if target.whole:
        return target.path
    return {name: shape(child) for name, child in target.children.items()}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((b"/",), b"/"),
        ((b".",), CWD),
        ((b"..",), b"/home"),
        ((b"/a",), {b"a": b"/a"}),
        ((b"/a/b/",), {b"a": {b"b": b"/a/b"}}),
        ((b"//a//b",), {b"a": {b"b": b"/a/b"}}),
        ((b"docs",), {b"docs": b"/home/anna/docs"}),
        ((b"./docs/in",), {b"docs": {b"in": b"/home/anna/docs/in"}}),
        ((b"../bert/x",), {b"bert": {b"x": b"/home/bert/x"}}),
        ((b"docs/../pics",), {b"pics": b"/home/anna/pics"}),
        ((b"/a/b", b"/a/c", b"/d"), {b"a": {b"b": b"/a/b", b"c": b"/a/c"}, b"d": b"/d"}),
        ((b"docs", b"pics"), {b"docs": b"/home/anna/docs", b"pics": b"/home/anna/pics"}),
        ((b"docs", b"docs"), {b"docs": b"/home/anna/docs"}),
        ((b"/a", b"/a/b/c"), {b"a": b"/a"}),
        ((b"/a/b/c", b"/a"), {b"a": b"/a"}),
        (
            (b"docs", b"/etc"),
            {b"home": {b"anna": {b"docs": b"/home/anna/docs"}}, b"etc": b"/etc"},
        ),
        (
            (b"docs", b"../bert"),
            {b"home": {b"anna": {b"docs": b"/home/anna/docs"}, b"bert": b"/home/bert"}},
        ),
        ((b"/caf\xe9\n",), {b"caf\xe9\n": b"/caf\xe9\n"}),
    ],
)
def test_paths_hang_where_their_components_say(paths: tuple[bytes, ...], expected: object) -> None:
    assert shape(plan_targets(paths, CWD)) == expected


def test_everything_chosen_is_listed_once_in_the_order_of_the_tree() -> None:
    root = plan_targets((b"/b", b"/a/z", b"/a/b", b"/a/b/deep"), CWD)
    assert [target.path for target in root.chosen()] == [b"/a/b", b"/a/z", b"/b"]
    assert [target.names() for target in root.chosen()] == [(b"a", b"b"), (b"a", b"z"), (b"b",)]


def test_with_several_paths_the_folder_one_is_in_stands_for_what_is_in_it(tmp_path: Path) -> None:
    cwd = os.fsencode(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    root = plan_targets((b".", b"b/c"), cwd)
    assert shape(root) == {b"a": cwd + b"/a", b"b": cwd + b"/b"}


def test_a_folder_that_stands_for_what_is_in_it_must_be_listable(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as caught:
        plan_targets((b".", b"x"), os.fsencode(tmp_path / "never"))
    assert caught.value.facts["reason"] == "unlistable"


def test_nothing_chosen_makes_no_backup() -> None:
    with pytest.raises(InvalidRequest) as caught:
        plan_targets((), CWD)
    assert caught.value.facts["reason"] == "nothing-chosen"


def test_a_snapshot_names_its_paths_in_full() -> None:
    assert absolute(b"docs/../pics/", CWD) == b"/home/anna/pics"
    assert absolute(b"/etc/", CWD) == b"/etc"
