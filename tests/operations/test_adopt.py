"""What a repository knows fills an empty manifest: nothing that is unchanged is read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.operations.computer import Computer
from tests.trees import random_bytes


@pytest.fixture
def files(source: Path) -> Path:
    for name in ("a", "docs/b", "docs/deeper/c"):
        file = source / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(random_bytes(len(name), 5000))
    return source


def test_without_its_manifest_a_computer_reads_nothing_that_is_unchanged(
    computer: Computer, files: Path
) -> None:
    first = computer.backup(files).summary
    computer.lose_manifest()
    second = computer.backup(files).summary
    assert (second.bytes_read, second.files_unmodified, second.tree_blobs) == (0, 3, 0)
    assert second.parent_id == first.snapshot_id


def test_of_two_choices_one_within_the_other_neither_is_read_again(
    computer: Computer, files: Path
) -> None:
    computer.backup(files)
    computer.backup(files / "docs")
    computer.lose_manifest()
    assert computer.backup(files / "docs").summary.bytes_read == 0
    assert computer.backup(files).summary.bytes_read == 0
