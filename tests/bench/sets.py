"""The file sets that are measured, and what is measured on each."""

from __future__ import annotations

import enum
import os
import shutil
from pathlib import Path
from typing import NamedTuple

from tests.trees import MIB, Spread, many_files, random_bytes, write_file

_COMPLETE = ".complete"


class Measure(enum.StrEnum):
    FIRST = "first backup"
    UNCHANGED = "unchanged run"
    RESTORE = "restore from S3"
    RESTORE_FOLDER = "restore from a folder"
    BARE = "bare PUTs"
    REQUESTS = "PUT requests"


class FileSet(NamedTuple):
    """`files` of `file_size` bytes, or of sizes drawn from it, in folders of `per_folder`."""

    name: str
    title: str
    files: int
    per_folder: int
    file_size: int | Spread
    random_share: float
    measures: frozenset[Measure]
    timed: bool = True
    """False where only memory is of interest: run once, without a warm-up."""

    def make(self, work: Path) -> Path:
        """The folder with the files, made if it is not there from an earlier run."""
        root = work / "sets" / f"{self.name}-{self.files}"
        if not (root / _COMPLETE).exists():
            shutil.rmtree(root, ignore_errors=True)
            if isinstance(self.file_size, int) and self.file_size > MIB:
                self._make_large(root / "files")
            else:
                many_files(
                    root / "files",
                    self.files,
                    self.per_folder,
                    self.file_size,
                    random_share=self.random_share,
                    seed=1,
                )
            (root / _COMPLETE).touch()
        return root / "files"

    def _make_large(self, root: Path) -> None:
        assert isinstance(self.file_size, int)
        root.mkdir(parents=True)
        for number in range(self.files):
            write_file(
                os.fsencode(root / f"large-{number}.bin"), random_bytes(number, self.file_size)
            )


_EVERYTHING = frozenset(Measure)
_HOME = Spread(8.7, 1.2, 400_000)
_BACKUPS = frozenset({Measure.FIRST, Measure.UNCHANGED})

SETS = (
    FileSet("small", "56,000 files, 700 MB, half of it text", 56_000, 50, _HOME, 0.5, _EVERYTHING),
    FileSet(
        "large",
        "8 files, 2 GiB, random",
        8,
        8,
        256 * MIB,
        1.0,
        _EVERYTHING - {Measure.UNCHANGED},
    ),
    FileSet(
        "half-million",
        "500,000 tiny files",
        500_000,
        50,
        100,
        1.0,
        frozenset({Measure.UNCHANGED}),
    ),
    FileSet("million", "1,000,000 tiny files", 1_000_000, 50, 100, 1.0, _BACKUPS, timed=False),
    FileSet(
        "one-folder", "100,000 files in one folder", 100_000, 100_000, 100, 1.0, _BACKUPS, False
    ),
)


def quick(fileset: FileSet) -> FileSet:
    """The same kind of set, small enough for a look: its numbers say little."""
    match fileset.name:
        case "small":
            return fileset._replace(title="2,000 files", files=2_000)
        case "large":
            return fileset._replace(title="8 files, 64 MiB", file_size=8 * MIB)
        case _:
            files = fileset.files // 100
            return fileset._replace(
                title=f"{files:,} tiny files",
                files=files,
                per_folder=min(fileset.per_folder, files),
            )
