"""The watcher on real folders. At its full size, `make bench` watches 60,000 of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backupclient.automation.watcher import Watched, Watcher
from tests.patience import PATIENCE

LINUX = sys.platform.startswith("linux")


class Heard:
    """What the watcher said."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.lost = threading.Event()
        self._changed = threading.Condition()

    def change(self, path: str) -> None:
        with self._changed:
            self.paths.add(path)
            self._changed.notify_all()

    def comes(self, *paths: Path) -> None:
        wanted = {str(path) for path in paths}
        with self._changed:
            told = self._changed.wait_for(lambda: wanted <= self.paths, PATIENCE)
        assert told, sorted(wanted - self.paths)[:5]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def watcher(heard: Heard) -> Iterator[Watcher]:
    watcher = Watcher(heard.change, heard.lost.set)
    yield watcher
    watcher.close()


def make_tree(top: Path, folders: int) -> list[Path]:
    """So many, at two depths; the lowest of them."""
    made = []
    for number in range(folders // 10):
        for below in range(9):
            made.append(top / f"{number:04}" / str(below))
            made[-1].mkdir(parents=True)
    return made


def write(path: Path) -> Path:
    path.write_text("new")
    return path


def test_everything_that_can_happen_to_a_file_is_told(
    watcher: Watcher, heard: Heard, tmp_path: Path
) -> None:
    (tmp_path / "old").write_text("old")
    (tmp_path / "gone").write_text("old")
    watched = watcher.watch([str(tmp_path)])
    assert watched.folders == (1 if LINUX else 0)
    with (tmp_path / "old").open("a") as file:
        file.write("and more")
    new = write(tmp_path / "new")
    (tmp_path / "gone").unlink()
    heard.comes(tmp_path / "old", new, tmp_path / "gone")
    new.rename(tmp_path / "newer")
    (tmp_path / "folder").mkdir()
    heard.comes(tmp_path / "newer", tmp_path / "folder")
    heard.comes(write(tmp_path / "folder" / "inside"))


def test_reading_is_no_change(watcher: Watcher, heard: Heard, tmp_path: Path) -> None:
    file = write(tmp_path / "file")
    watcher.watch([str(tmp_path)])
    file.read_text()
    list(tmp_path.iterdir())
    heard.comes(write(tmp_path / "later"))
    assert str(file) not in heard.paths


def test_a_tree_of_many_folders_is_heard_in_full(
    watcher: Watcher, heard: Heard, tmp_path: Path
) -> None:
    """A watcher that takes all kinds of events hears nothing of so many."""
    folders = make_tree(tmp_path, 6000)
    watched = watcher.watch([str(tmp_path)])
    assert watched.missing == ()
    assert not watched.limited
    if LINUX:
        assert watched.folders == 6001
    heard.comes(*(write(folder / "new") for folder in folders[::13]))
    assert not heard.lost.is_set()


def test_folders_made_in_one_another_are_told_without_a_flood_of_warnings(
    watcher: Watcher,
    heard: Heard,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    make_tree(tmp_path, 1000)
    watcher.watch([str(tmp_path)])
    began = time.monotonic()
    deep = [tmp_path / "new" / str(number) / "a" / "b" / "c" for number in range(50)]
    for folder in deep:
        folder.mkdir(parents=True)
    heard.comes(*deep)
    heard.comes(*(write(folder / "file") for folder in deep))
    assert time.monotonic() - began < PATIENCE
    assert not [w.message for w in recwarn if w.category is RuntimeWarning]
    assert not [record for record in caplog.records if str(tmp_path) in record.getMessage()]


def test_what_a_warning_would_say_is_short_and_is_not_said(
    watcher: Watcher, heard: Heard, tmp_path: Path
) -> None:
    """The text of one that is not shown is made all the same. Here one would be an error, and end
    the thread that hears of changes."""
    if not LINUX:
        return
    from watchdog.observers import inotify

    make_tree(tmp_path, 100)
    watcher.watch([str(tmp_path)])
    observer = watcher._observer
    assert observer is not None
    groups = [getattr(emitter, "_inotify", None) for emitter in observer.emitters]
    assert [type(group) for group in groups] == [inotify.InotifyWatchGroup]
    assert len(repr(groups)) < 200
    (group,) = groups
    assert group is not None
    group._add_callback(os.fsencode(tmp_path))  # is watched already: that it warns of
    heard.comes(write(tmp_path / "file"))


@pytest.mark.skipif(not LINUX, reason="the queue is one of Linux")
def test_that_changes_were_lost_is_told_and_nothing_is_logged(tmp_path: Path) -> None:
    """More changes than the kernel's queue holds come while the watcher stands still."""
    program = [sys.executable, "-c", _LOSES, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline() == "watching\n"
        os.kill(watching.pid, signal.SIGSTOP)
        most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        for number in range(most):
            (tmp_path / str(number)).touch()
        os.kill(watching.pid, signal.SIGCONT)
        said, logged = watching.communicate("", timeout=PATIENCE)
    assert said == "lost\n"
    assert str(tmp_path) not in logged


_LOSES = """
import logging, sys, threading
from backupclient.automation.watcher import Watcher
logging.basicConfig(level=logging.DEBUG)
lost = threading.Event()
watcher = Watcher(lambda path: None, lost.set)
watcher.watch([sys.argv[1]])
print("watching", flush=True)
print("lost" if lost.wait(100) else "nothing")
watcher.close()
"""


def test_a_root_that_is_not_there_does_not_keep_others_from_being_watched(
    watcher: Watcher, heard: Heard, tmp_path: Path
) -> None:
    there, missing = tmp_path / "there", tmp_path / "missing"
    there.mkdir()
    assert watcher.watch([str(missing), str(there)]).missing == (str(missing),)
    heard.comes(write(there / "file"))
    assert watcher.is_complete(), "nothing is other than it was"
    missing.mkdir()
    assert not watcher.is_complete()
    assert watcher.watch([str(missing), str(there)]).missing == ()
    heard.comes(write(missing / "file"))


def test_a_root_that_was_replaced_is_noticed(watcher: Watcher, tmp_path: Path) -> None:
    root = tmp_path / "drive"
    root.mkdir()
    watcher.watch([str(root)])
    assert watcher.is_complete()
    root.rename(tmp_path / "elsewhere")
    root.mkdir()
    assert not watcher.is_complete()


def test_a_file_can_be_chosen(watcher: Watcher, heard: Heard, tmp_path: Path) -> None:
    file, other = write(tmp_path / "file"), tmp_path / "other"
    watcher.watch([str(file)])
    write(other)
    file.write_text("changed")
    heard.comes(file)
    assert str(other) not in heard.paths


def test_nothing_to_watch(watcher: Watcher) -> None:
    assert watcher.watch([]) == Watched()
    assert watcher.watch(["/nowhere/at all"]) == Watched(missing=("/nowhere/at all",))


def test_what_is_not_watched_any_more_is_not_told(
    watcher: Watcher, heard: Heard, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    watcher.watch([str(first)])
    watcher.watch([str(second)])
    write(first / "file")
    heard.comes(write(second / "file"))
    assert not [path for path in heard.paths if path.startswith(str(first))]
    watcher.close()
    watcher.close()


@pytest.mark.needs_root
@pytest.mark.skipif(not LINUX, reason="the limit is one of Linux")
@pytest.mark.parametrize("limit", ["watches", "instances"])
def test_at_the_systems_limit_nothing_is_watched_and_that_is_said(
    tmp_path: Path, limited: Callable[[str, int], str], limit: str
) -> None:
    """Below a root as at it, and in the middle of its life."""
    make_tree(tmp_path / "many", 100)
    (tmp_path / "few").mkdir()
    found = limited(limit, 20 if limit == "watches" else 0)
    if limit == "watches":
        assert found == "many: True 0, few: False 1 complete, then: False"
    else:
        assert found == "many: True 0, few: True 0 complete, then: True"


_PROGRAM = """
import os, sys
from backupclient.automation.watcher import Watcher
top = sys.argv[1]
watcher = Watcher(lambda path: None, lambda: None)
many = watcher.watch([top + "/many"])
few = watcher.watch([top + "/few"])
before = "complete" if watcher.is_complete() else "incomplete"
for number in range(30):
    os.mkdir(f"{top}/few/{number}")
import time
ends_at = time.monotonic() + 60
while watcher.is_complete() and time.monotonic() < ends_at and not few.limited:
    time.sleep(0.05)
then = watcher.is_complete()
watcher.close()
print(f"many: {many.limited} {many.folders}", end=", ")
print(f"few: {few.limited} {few.folders} {before}, then: {then}")
"""


@pytest.fixture
def limited(tmp_path: Path) -> Callable[[str, int], str]:
    """Runs `_PROGRAM` in a user namespace of its own, with a lower limit of watches or instances,
    and returns what it said."""

    def run(what: str, number: int) -> str:
        script = f'echo {number} > /proc/sys/user/max_inotify_{what} && exec "$@"'
        unshare = ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"]
        argv = [*unshare, sys.executable, "-c", _PROGRAM, str(tmp_path)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=os.getcwd())
        assert not done.returncode, done.stderr
        return done.stdout.strip()

    return run
