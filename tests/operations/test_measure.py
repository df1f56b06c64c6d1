"""A folder is counted as a backup by the same rules would find it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.operations.measure import Measure
from backupclient.pipeline.excludes import CACHE_SIGNATURE, CACHE_TAG
from backupclient.requests import BackupRequest, ExcludeRule
from backupclient.wire.answers import Amount


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, size in (
        ("letter.txt", 1000),
        ("deep/down/photo.jpg", 20_000),
        ("project/node_modules/a/lib.js", 300),
        ("project/node_modules/lib.js", 7),
        ("project/main.js", 50),
        ("thumbs/one.png", 4000),
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * size)
    (tmp_path / "thumbs" / CACHE_TAG).write_bytes(CACHE_SIGNATURE)
    return tmp_path


def request(folder: Path) -> BackupRequest:
    return BackupRequest(
        paths=(os.fsencode(folder),),
        rules=(ExcludeRule(pattern="node_modules"),),
        exclude_caches=True,
    )


def test_what_is_kept_and_what_is_left_out_are_counted_apart(folder: Path) -> None:
    (folder / "shortcut").symlink_to("letter.txt")  # backed up, but no file to the summary either
    measure = Measure(request(folder), lambda: True)
    measure.run()
    tag = len(CACHE_SIGNATURE)
    assert measure.size.done
    assert measure.size.kept == Amount(4, 1000 + 20_000 + 50 + tag)
    assert measure.size.left_out == Amount(3, 300 + 7 + 4000)


def test_a_count_that_nobody_wants_ends(folder: Path) -> None:
    measure = Measure(request(folder), lambda: False)
    measure.run()
    assert not measure.size.done
    assert measure.size.kept.files == 0


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    measure = Measure(request(tmp_path / "nowhere"), lambda: True)
    measure.run()
    assert measure.size.done
    assert measure.size.kept == Amount()
