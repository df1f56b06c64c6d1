"""How paths are written."""

from __future__ import annotations

import pytest

from ui.paths import shown_path


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
