"""Questions to a large manifest beside a writer, and what an unchanged run writes to one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.clock import SystemClock
from backupclient.errors import ManifestDamaged
from backupclient.manifest.manifest import FILE_NAME, Manifest
from backupclient.operations.status import Source, file_page, file_pages, place_status
from backupclient.wire.answers import FileState, FolderAnswer
from tests.manifest.counting import assert_counted
from tests.manifest.large import TOP, make

FILES = 50_000
GENEROUS = 0.5
"""Seconds; twenty times as many files may take no longer, and the machine may be busy."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("large")
    make(folder, FILES)
    return Source("here", "id", folder)


def fastest(question: Callable[[], object]) -> float:
    """Of three: what else the machine does is none of this."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        question()
        taken.append(time.perf_counter() - began)
    return min(taken)


def test_a_question_about_any_folder_is_answered_at_once_while_somebody_writes(
    large: Source,
) -> None:
    manifest = Manifest.open(large.folder)
    try:
        manifest.begin()
        manifest.add_waiting(manifest.ensure_folder(b"/other"), [(b"new", 1)])
        clock = SystemClock()
        assert fastest(lambda: place_status(large, [], clock)) < GENEROUS
        assert fastest(lambda: place_status(large, [TOP + b"/folder-00003"], clock)) < GENEROUS
        wanted = frozenset({FileState.WAITING})
        assert fastest(lambda: file_page(large, b"/", wanted, clock)) < GENEROUS
    finally:
        manifest.rollback()
        manifest.close()


def test_the_counts_of_a_large_manifest_are_those_of_its_files(large: Source) -> None:
    (answer,) = place_status(large, [], SystemClock()).answers
    assert isinstance(answer, FolderAnswer)
    each = FILES // 1000
    counts = answer.counts
    assert (counts.waiting.files, counts.changed.files, counts.problem.files) == (each,) * 3
    assert counts.safe.files == FILES - 3 * each
    pages = list(file_pages(large, b"/", frozenset({FileState.SAFE}), SystemClock()))
    assert sum(len(page.files) for page in pages) == counts.safe.files
    manifest = Manifest.open(large.folder)
    assert_counted(manifest)
    manifest.close()


def test_a_damaged_manifest_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database " * 1000)
    with pytest.raises(ManifestDamaged):
        place_status(Source("here", "id", tmp_path), [], SystemClock())
