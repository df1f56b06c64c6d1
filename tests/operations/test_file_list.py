"""What a folder holds and where a name is, a page at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.operations.file_list import folder_page, search_page
from backupclient.operations.status import Source
from backupclient.requests import BackupRequest, ExcludeRule
from backupclient.wire.answers import FileAnswer, FileState, FolderAnswer, PathAnswer, Rollup
from tests.manifest.large import TOP, make
from tests.operations.computer import Computer, TickingClock, an_hour_ahead

NO_STATES: frozenset[FileState] = frozenset()


def source_of(computer: Computer) -> Source:
    return Source("here", "id", computer.folder)


@pytest.fixture
def home(source: Path) -> Path:
    for path in ("docs/old/diary", "docs/Letter.txt", "docs/Zebra.txt", "a/b/LETTER.odt", "Äpfel"):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(path.encode())
    return source


def leaving_out(home: Path, name: str) -> BackupRequest:
    rules = (ExcludeRule(pattern=name),)
    return BackupRequest(paths=(os.fsencode(home),), rules=rules)


def names(answers: list[PathAnswer]) -> list[str]:
    return [os.path.basename(os.fsdecode(one.path)) for one in answers]


def listed(
    computer: Computer, path: bytes, wanted: frozenset[FileState] = NO_STATES, limit: int = 1
) -> list[PathAnswer]:
    found: list[PathAnswer] = []
    after = b""
    while True:
        page = folder_page(
            source_of(computer), path, computer.clock, wanted=wanted, after=after, limit=limit
        )
        assert len(page.answers) <= limit
        found += page.answers
        if not (after := page.next):
            return found


def found(
    computer: Computer, text: str, wanted: frozenset[FileState] = NO_STATES, limit: int = 1
) -> list[str]:
    answers: list[PathAnswer] = []
    after = b""
    while True:
        page = search_page(
            source_of(computer), text, computer.clock, wanted=wanted, after=after, limit=limit
        )
        assert len(page.answers) <= limit
        answers += page.answers
        if not (after := page.next):
            return sorted(names(answers))


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_folders_come_first_then_files_by_name(computer: Computer, home: Path, limit: int) -> None:
    computer.backup(leaving_out(home, "Letter.txt"))
    answers = listed(computer, os.fsencode(home / "docs"), limit=limit)
    assert names(answers) == ["old", "Letter.txt", "Zebra.txt"]
    old, letter, zebra = answers
    assert isinstance(old, FolderAnswer)
    assert old.counts.safe.files == 1
    assert isinstance(letter, FileAnswer)
    assert isinstance(zebra, FileAnswer)
    assert (letter.state, zebra.state) == (FileState.LEFT_OUT, FileState.SAFE)


def test_without_a_path_come_the_chosen_folders(computer: Computer, home: Path) -> None:
    assert listed(computer, b"") == []
    computer.backup(home)
    assert [one.path for one in listed(computer, b"", limit=100)] == [os.fsencode(home)]


def test_only_what_is_in_certain_states_and_the_way_to_it(computer: Computer, home: Path) -> None:
    computer.backup(leaving_out(home, "diary"))
    only = frozenset({FileState.LEFT_OUT})
    assert names(listed(computer, os.fsencode(home), only)) == ["docs"]
    assert names(listed(computer, os.fsencode(home / "docs"), only)) == ["old"]
    assert names(listed(computer, os.fsencode(home / "docs" / "old"), only)) == ["diary"]
    assert listed(computer, os.fsencode(home / "a"), only) == []


def test_names_are_found_in_whatever_case(computer: Computer, home: Path) -> None:
    computer.backup(leaving_out(home, "diary"))
    assert found(computer, "letter") == ["LETTER.odt", "Letter.txt"]
    assert found(computer, "äPFEL") == ["Äpfel"]
    assert found(computer, "A\u0308pfel") == ["Äpfel"]
    assert found(computer, "OLD") == ["old"]
    assert found(computer, "diary") == ["diary"]
    assert found(computer, "_") == []
    assert found(computer, "%") == []
    assert found(computer, "") == []


def test_a_search_keeps_to_the_states(computer: Computer, home: Path) -> None:
    computer.backup(leaving_out(home, "diary"))
    assert found(computer, "diar", frozenset({FileState.LEFT_OUT})) == ["diary"]
    assert found(computer, "diar", frozenset({FileState.SAFE})) == []


def test_a_search_is_answered_in_time_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "manifest"
    folder.mkdir()
    make(folder, 50_000)
    clock = TickingClock(an_hour_ahead(), step=0.1)
    source = Source("here", "id", folder)
    answers: list[PathAnswer] = []
    after, asked = b"", 0
    while True:
        page = search_page(source, "file-004999", clock, after=after)
        asked += 1
        answers += page.answers
        if not (after := page.next):
            break
    assert asked > 1
    assert len(answers) == 10
    assert all(one.path.startswith(TOP) for one in answers)


def test_what_is_planned_comes_before_any_backup_and_what_lies_in_it_does_not(
    computer: Computer, home: Path
) -> None:
    away = os.fsencode(home / "away")
    docs = os.fsencode(home / "docs")
    source = source_of(computer)._replace(chosen=(docs, docs + b"/old", away))

    def tops() -> dict[bytes, PathAnswer]:
        return {one.path: one for one in folder_page(source, b"", computer.clock).answers}

    before = tops()[docs]
    assert isinstance(before, FolderAnswer)
    assert before.rollup is Rollup.WAITING
    computer.backup(BackupRequest(paths=(docs + b"/old", away)))
    assert list(tops()) == [away, docs]
    gone = tops()[away]
    assert isinstance(gone, FileAnswer)
    assert (gone.gone, gone.state) == (True, FileState.PROBLEM)
