"""What a demonstration finds and keeps on this computer: a folder to back up, its own folder with
the password in it, and restored copies for as long as they are compared."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from backupclient.errors import InvalidRequest, SourceUnavailable
from backupclient.settings import make_private, write_atomically

ENOUGH_FILES, TOO_MANY_FILES = 2_000, 20_000
_COPY_PREFIX = "restored-"


def chosen_folder(name: str | None, home: Path) -> Path:
    """The folder to back up, absolute. `SourceUnavailable` if it is none."""
    if name is None:
        return usual_folder([Path("/usr/share/doc"), Path("/usr/share"), standard_library()])
    folder = Path(name).absolute()
    if not folder.is_dir():
        raise SourceUnavailable(path=str(folder))
    folder = folder.resolve()
    if folder.is_relative_to(home.resolve()):
        raise InvalidRequest("this folder is the demonstration's own", reason="demo-folder")
    return folder


def standard_library() -> Path:
    return Path(sysconfig.get_path("stdlib"))


def usual_folder(
    candidates: list[Path], enough: int = ENOUGH_FILES, too_many: int = TOO_MANY_FILES
) -> Path:
    """The first that has enough files to be worth it and few enough to be over soon; else the one
    with the most of those that are not too large."""
    counts = {folder: count_files(folder, too_many + 1) for folder in candidates}
    small = {folder: count for folder, count in counts.items() if count <= too_many}
    for folder, count in small.items():
        if count >= enough:
            return folder.resolve()
    best = max(small or counts, key=lambda folder: small.get(folder, 0))
    return best.resolve()


def count_files(folder: Path, most: int) -> int:
    """Files at every depth, counted no further than `most`."""
    count = 0
    for _, _, files in os.walk(folder):
        count += len(files)
        if count >= most:
            return most
    return count


def kept_password(file: Path) -> str:
    """The password in `file`; a new random one is put there if there is no such file."""
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(encoding="ascii").strip()
    password = secrets.token_urlsafe(24)
    write_atomically(file, f"{password}\n".encode("ascii"))
    return password


def in_use(home: Path) -> Path:
    """The lock that `only_one` holds."""
    return home / "in-use"


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """`home`, made if it is missing, for this process alone. `InvalidRequest` if another has it."""
    make_private(home)
    lock = FileLock(in_use(home), blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        text = f"another demonstration is using {home}"
        raise InvalidRequest(text, reason="demo-running") from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def temporary_copy(home: Path) -> Iterator[Path]:
    """A folder for a restored copy, gone when this is over, with those of killed runs."""
    _clear_copies(home)
    try:
        yield Path(tempfile.mkdtemp(prefix=_COPY_PREFIX, dir=home))
    finally:
        _clear_copies(home)


def _clear_copies(home: Path) -> None:
    for copy in home.glob(f"{_COPY_PREFIX}*"):
        shutil.rmtree(copy, onerror=_unlock)


def _unlock(remove: Callable[..., Any], path: str, _: object) -> None:
    """Restored folders may be closed even to their owner: open them, then try once more."""
    for closed in (Path(path).parent, Path(path)):
        with contextlib.suppress(OSError):
            if not closed.is_symlink():
                closed.chmod(stat.S_IRWXU)
    if remove in {os.open, os.scandir, os.listdir}:
        shutil.rmtree(path)
    else:
        remove(path)


def literal_pattern(path: Path) -> str:
    """A pattern of an exclude list that fits this path and no other."""
    return re.sub(r"([\\*?\[\]!#])", r"\\\1", str(path))


def program() -> list[str]:
    """How to call this program again, as it was called now."""
    if Path(sys.argv[0]).name == "__main__.py":
        return [sys.executable, "-m", "backupclient"]
    return sys.argv[:1]
