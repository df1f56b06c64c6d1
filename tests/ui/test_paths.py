"""How paths are written."""

from __future__ import annotations

import pytest

from ui.explained import explain_code
from ui.paths import shown_path, shown_paths


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/anna/Documents", "~/Documents"),
        ("/home/anna", "~"),
        ("/home/annabel", "/home/annabel"),
        ("*.part", "*.part"),
    ],
)
def test_what_lies_at_home_is_named_from_there(
    path: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert shown_path(path) == shown


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Not there: /home/anna/drive/x", "Not there: ~/drive/x"),
        ("“/home/anna” and /home/annabel", "“~” and /home/annabel"),
        ("/mnt/home/anna/x", "/mnt/home/anna/x"),
        ("Nothing to see", "Nothing to see"),
    ],
)
def test_so_are_paths_in_sentences(
    sentence: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert shown_paths(sentence) == shown
    assert explain_code("storage-gone", {"path": "/home/anna/x"}).title.endswith(": ~/x")
