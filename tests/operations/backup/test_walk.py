"""The walk over the chosen folders: what it makes of odd ones."""

from __future__ import annotations

import os
from pathlib import Path

from tests.operations.computer import Computer


def test_folders_within_folders_deeper_than_calls_within_calls(
    computer: Computer, source: Path
) -> None:
    deepest = bytes(source)
    for _ in range(600):
        deepest += b"/d"
        os.mkdir(deepest)
    Path(os.fsdecode(deepest), "file").write_bytes(b"found")
    assert computer.backup(source).summary.files_new == 1
    assert computer.backup(source).summary.dirs_unmodified > 600
