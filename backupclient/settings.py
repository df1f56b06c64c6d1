"""Where this computer keeps what it knows, and which repository it has known at which place.

Layout of the data folder: `<repository id>/` holds that repository's manifest, `places/` one small
file per place, and one for what its storage was found to be like. With `--data-dir` the cache is
`cache/` in it; otherwise it is where the system keeps caches. Everything is readable by its owner
alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import msgspec

from backupclient.decoding import from_json

APP_NAME = "plainkeep"


class Folders(NamedTuple):
    """Absolute. Neither need exist yet."""

    data: Path
    cache: Path

    def of_repository(self, repository_id: str) -> Path:
        """The folder of one repository's manifest."""
        return self.data / repository_id

    def own(self, location: str) -> tuple[Path, ...]:
        """What this program keeps for itself, with a place at `location` that is a folder: nothing
        that a backup should hold, and nothing whose changes mean anything."""
        place = () if location.startswith("s3:") else (Path(location),)
        return (self.data, self.cache, *place)


def folders(data_dir: str | None = None, cache_dir: str | None = None) -> Folders:
    """The data and cache folder: those given, else the system's own for this user."""
    if data_dir:
        data = Path(data_dir).absolute()
        return Folders(data, Path(cache_dir).absolute() if cache_dir else data / "cache")
    import platformdirs  # noqa: PLC0415 - not needed by whoever names the folder

    data = platformdirs.user_data_path(APP_NAME, appauthor=False)
    cache = (
        Path(cache_dir) if cache_dir else platformdirs.user_cache_path(APP_NAME, appauthor=False)
    )
    return Folders(data.absolute(), cache.absolute())


def make_private(folder: Path) -> None:
    """Makes `folder` for its owner alone, and what is missing above it. OSError if that fails."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _sha256(text: str) -> str:
    import hashlib  # noqa: PLC0415 - not needed by who only asks an engine

    return hashlib.sha256(text.encode()).hexdigest()


class KnownPlace(msgspec.Struct, frozen=True):
    """That `repository_id` was created or opened at `location` by this computer."""

    location: str
    repository_id: str
    checksum: str = ""

    def sealed(self) -> KnownPlace:
        """With its checksum: a damaged id would look like another repository."""
        return msgspec.structs.replace(self, checksum=self._sum())

    @property
    def intact(self) -> bool:
        return self.checksum == self._sum()

    def _sum(self) -> str:
        return _sha256(f"{self.location}\0{self.repository_id}")[:16]


class KnownPlaces:
    """Location → repository id, so that a missing repository is never taken for a new place, and
    another one under the same address is noticed. One file each, replaced as a whole: two
    processes cannot undo each other's entries. `location` must be spelled the same each time.
    Any thread; OSError when the folder cannot be read or written."""

    def __init__(self, data_dir: Path) -> None:
        self._data = data_dir
        self._folder = data_dir / "places"

    def id_at(self, location: str) -> str | None:
        """The repository that was known at `location`. A damaged entry counts as none."""
        place = _read(self._file(location))
        if place is None or place.location != _spelled(location):
            return None
        return place.repository_id

    def remember(self, location: str, repository_id: str) -> None:
        """Durable when it returns. Writes nothing if it is known already."""
        if self.id_at(location) != repository_id:
            place = KnownPlace(_spelled(location), repository_id).sealed()
            make_private(self._data)
            make_private(self._folder)
            write_atomically(self._file(location), msgspec.json.encode(place))

    def all(self) -> list[KnownPlace]:
        """Every place this computer has known, by location."""
        files = self._folder.glob("*.json") if self._folder.is_dir() else ()
        places = [place for file in files if (place := _read(file)) is not None]
        return sorted(places, key=lambda place: place.location)

    def quirks_file(self, location: str) -> Path:
        """Where to keep what is learned of the storage at `location` (`storage.quirks`)."""
        return self._file(location).with_suffix(".quirks")

    def tries_file(self, location: str) -> Path:
        """Where to count what was tried as the password there (`repository.wrong_tries`)."""
        return self._file(location).with_suffix(".tries")

    def _file(self, location: str) -> Path:
        return self._folder / f"{_sha256(_spelled(location))[:32]}.json"


def _read(file: Path) -> KnownPlace | None:
    try:
        place = from_json(file.read_bytes(), KnownPlace)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:  # no JSON, or not even text
        return None
    return place if place.intact else None


def _spelled(location: str) -> str:
    """As JSON can hold it: a folder's name need not be valid text."""
    return location.encode("utf-8", "backslashreplace").decode()


def write_atomically(path: Path, content: bytes) -> None:
    """`path` holds `content`, readable by its owner alone, or what it held before: never a part."""
    import tempfile  # noqa: PLC0415 - slow to load, and who only reads needs none

    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
