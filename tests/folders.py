"""Where tests keep their files, and where what they start keeps its temporary ones: apart.

A folder's times are part of the tree of the folder above it, up to the root. Two backups of one
source store the same trees only if nobody makes or removes anything in any folder above it
meanwhile, and in the system's folder for temporary files somebody always does.

Where this is root and there is memory, the folder is a file system in memory: what is written here
is worth no sync, and a disk would make the tests wait for thousands of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

_QUIET = Path("/var/tmp")
"""Made for what lives longer, so that hardly anybody writes there. Not on every system."""
_PREFIX = "pk-"
_DAY = 86400
_ROOM = 6 << 30
"""Bytes. Several times what all tests of a run keep at once."""
_OWN = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Short names: the path of a socket has a hundred letters. The workers of pytest-xdist inherit
    both folders from the process that starts them."""
    if hasattr(config, "workerinput"):
        return
    above = _QUIET if _QUIET.is_dir() else Path(tempfile.gettempdir())
    _remove_old(above)
    # Programs are started by the hundred: they need not all compile the same modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    own = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=above))
    _mount_memory(own)
    config.stash[_OWN] = own
    if not config.option.basetemp:
        config.option.basetemp = str(own / "t")
    own.chmod(0o711)  # some tests are other users for a while
    (own / "tmp").mkdir()
    os.environ["TMPDIR"] = str(own / "tmp")
    tempfile.tempdir = None  # what it found before


def pytest_sessionstart(session: pytest.Session) -> None:
    """Each worker makes its folder now, not with its first test: that would be in the middle of the
    others' tests, whose sources lie below the same folder."""
    factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
    factory.getbasetemp()


def _remove_old(above: Path) -> None:
    """What a run of another day has kept."""
    for old in above.glob(_PREFIX + "*"):
        if old.lstat().st_mtime < time.time() - _DAY:
            _remove(old)


def _mount_memory(folder: Path) -> None:
    """If that may be and the other half of the memory is enough for the rest."""
    if (
        sys.platform == "linux"
        and os.geteuid() == 0
        and psutil.virtual_memory().available > 2 * _ROOM
    ):
        command = ["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", str(folder)]
        subprocess.run(command, check=False, capture_output=True)


def _remove(folder: Path) -> None:
    if folder.is_mount():
        # Lazily: something that is about to end may still be in there.
        subprocess.run(["umount", "--lazy", folder], check=True)
    shutil.rmtree(folder, ignore_errors=True)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """What a test that failed has left may be looked at."""
    if exitstatus and (own := config.stash.get(_OWN, None)):
        del config.stash[_OWN]
        until = " (in memory, until 'umount' or tomorrow's tests)" if own.is_mount() else ""
        terminalreporter.write_line(f"The files of the tests are kept{until}: {own}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if own := config.stash.get(_OWN, None):
        _remove(own)
