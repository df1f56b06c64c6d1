"""What goes wrong in bad-input tests, and what the program owes the person then."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.end_to_end.clients import Client, Finished
from tests.end_to_end.places import FolderPlace, Objects, Place
from tests.patience import PATIENCE


def refuses(client: Client, *arguments: str | Path, code: int, words: str) -> Finished:
    """Demands that the command ends with `code`, explains itself with a sentence that holds
    `words`, and leaves everything stored as it was."""
    before = client.place.objects()
    finished = client.run(*arguments, code=code, timeout=PATIENCE)
    explained(finished, words)
    assert client.place.objects() == before
    return finished


def explained(finished: Finished, words: str) -> None:
    """What happened, in one plain sentence; what it means for the data; what to do."""
    lines = finished.err.splitlines()
    last = max(number for number, line in enumerate(lines) if not line.startswith(" "))
    what, data, step, *_ = lines[last:]
    assert words in what.lower(), what
    assert what[0].isupper(), what
    assert what.endswith("."), what
    assert len(what) < 200, what
    assert data.startswith("  Your data: "), data
    assert step.startswith("  Next: "), step


def flipped(body: bytes) -> bytes:
    """With the bits of three bytes turned, at a quarter, at half and at three quarters."""
    harmed = bytearray(body)
    for quarter in (1, 2, 3):
        harmed[len(body) * quarter // 4] ^= 0xFF
    return bytes(harmed)


def largest(objects: Objects, folder: str, place: Place) -> str:
    names = [name for name in objects if name.startswith(folder)]
    return max(names, key=lambda name: len(place.read(name)))


def smallest(objects: Objects, folder: str, place: Place) -> str:
    names = [name for name in objects if name.startswith(folder)]
    return min(names, key=lambda name: len(place.read(name)))


def copied(place: FolderPlace, to: Path) -> FolderPlace:
    shutil.copytree(place.root, to)
    return FolderPlace(to)


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of `size` at the new `folder`. Needs root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> None:
    """Its disk, to the last byte."""
    with (folder / "filler").open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def enlarge(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)
