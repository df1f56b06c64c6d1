"""What takes the space of a place, from real backups."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.agent.counting_space import CountingSpace
from backupclient.engine import Engine
from backupclient.operations.space import count
from backupclient.operations.status import Source, sources
from backupclient.requests import BackupRequest, Place
from backupclient.settings import folders
from backupclient.wire.overview import SpaceReport
from tests.cheap_key import make_repository
from tests.fakes import ManualClock
from tests.trees import random_bytes

LETTER, PHOTO = 20_000, 300_000
TREES_ABOVE = 3_000
"""Those of the folders above what was chosen are nobody's."""
ABOUT = 0.05
"""What is around a file's bytes: its seal and the trees that name it."""


class Home:
    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.letters, self.pictures = folder / "Letters", folder / "Pictures"
        for number in range(10):
            self.write(self.letters / "2026" / f"letter-{number}", number, LETTER)
        for number in range(3):
            self.write(self.pictures / f"photo-{number}", 100 + number, PHOTO)
        self.write(self.pictures / "letter-0", 0, LETTER)  # stored once, with the letters
        self._data = folder / "data"
        self.place = Place(
            location=str(folder / "drive"), password="made up", data_dir=str(self._data)
        )
        make_repository(self.place)

    def write(self, file: Path, seed: int, size: int) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(random_bytes(seed, size))

    def back_up(self) -> None:
        self.clock.advance(60)
        paths = (os.fsencode(self.letters), os.fsencode(self.pictures))
        Engine(self.place, clock=self.clock).backup(BackupRequest(paths=paths))

    @property
    def source(self) -> Source:
        [source] = sources(folders(str(self._data)), self.place.location)
        return source


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_what_changed_or_was_deleted_is_told_from_what_is_needed(home: Home) -> None:
    home.back_up()
    first = count(home.source, home.clock)
    assert [one.path for one in first.tops] == [
        os.fsencode(home.letters),
        os.fsencode(home.pictures),
    ]
    assert [one.size for one in first.tops] == [
        pytest.approx(10 * LETTER, rel=ABOUT),
        pytest.approx(3 * PHOTO, rel=ABOUT),
    ]
    assert first.other < TREES_ABOVE

    (home.pictures / "photo-0").unlink()
    home.write(home.letters / "2026" / "letter-9", 200, 2 * LETTER)
    home.back_up()
    second = count(home.source, home.clock)
    assert [one.size for one in second.tops] == [
        pytest.approx(11 * LETTER, rel=ABOUT),
        pytest.approx(2 * PHOTO, rel=ABOUT),
    ]
    assert second.other == pytest.approx(PHOTO + LETTER, rel=ABOUT)


def test_it_is_counted_beside_and_anew_once_there_is_another_backup(home: Home) -> None:
    counting = CountingSpace(home.clock)

    def asked() -> SpaceReport:
        counting.asked(home.source)
        while (answer := counting.asked(home.source))[1]:
            pass
        assert answer[0] is not None
        return answer[0]

    home.back_up()
    first = asked()
    assert counting.asked(home.source) == (first, False), "nothing has changed since"
    (home.pictures / "photo-0").unlink()
    home.back_up()
    assert asked().other > first.other
