"""The six states, as they are defined, and the roll-up of folders."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled, StorageFault
from backupclient.events import Event, Phase, Progress
from backupclient.operations.backup.run import run_backup
from backupclient.operations.status import UNSAFE, Source, file_page, file_pages, place_status
from backupclient.requests import BackupRequest, ExcludeRule
from backupclient.wire.answers import (
    Chosen,
    FileAnswer,
    FileState,
    FolderAnswer,
    PathAnswer,
    PlaceStatus,
    Rollup,
    StateCounts,
)
from tests.fakes import ManualClock
from tests.manifest.counting import assert_counted
from tests.operations.computer import PLAIN, Computer, request
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method

ALL = frozenset(FileState)


def source_of(computer: Computer) -> Source:
    return Source("here", "id", computer.folder)


def ask(computer: Computer, *paths: Path) -> PlaceStatus:
    with computer.manifest() as manifest:
        assert_counted(manifest)
    return place_status(source_of(computer), [os.fsencode(p) for p in paths], computer.clock)


def answer(computer: Computer, path: Path) -> PathAnswer:
    (one,) = ask(computer, path).answers
    assert one.path == os.fsencode(path)
    return one


def file(computer: Computer, path: Path) -> FileAnswer:
    one = answer(computer, path)
    assert isinstance(one, FileAnswer)
    return one


def folder(computer: Computer, path: Path) -> FolderAnswer:
    one = answer(computer, path)
    assert isinstance(one, FolderAnswer)
    return one


def numbers(counts: StateCounts) -> dict[str, int]:
    return {
        name: getattr(counts, name).files
        for name in counts.__struct_fields__
        if getattr(counts, name).files
    }


def listed(
    computer: Computer, top: Path, wanted: frozenset[FileState], limit: int = 2
) -> list[str]:
    """Relative paths, in pages of `limit`."""
    found: list[str] = []
    after = b""
    while True:
        page = file_page(
            source_of(computer), os.fsencode(top), wanted, computer.clock, after=after, limit=limit
        )
        assert len(page.files) <= limit
        found += [os.path.relpath(os.fsdecode(one.path), top) for one in page.files]
        after = page.next
        if not after:
            return found


@pytest.fixture
def home(source: Path) -> Path:
    """Three files in two folders."""
    (source / "docs" / "old").mkdir(parents=True)
    for path in ("plain", "docs/letter", "docs/old/diary"):
        (source / path).write_bytes(path.encode())
    return source


def test_what_was_backed_up_is_safe(computer: Computer, home: Path) -> None:
    computer.backup(home)
    one = file(computer, home / "docs" / "letter")
    assert one.state is FileState.SAFE
    assert one.size == 11
    assert one.version is not None
    assert round(one.version.timestamp(), 3) == round((home / "docs/letter").stat().st_mtime, 3)
    assert one.safe_since is not None
    assert one.safe_since <= computer.clock.now()
    assert one.looked_at == computer.clock.now()
    whole = folder(computer, home)
    assert (whole.rollup, whole.chosen) == (Rollup.SAFE, Chosen.WHOLE)
    assert numbers(whole.counts) == {"safe": 3}
    assert whole.counts.safe.bytes == len("plaindocs/letterdocs/old/diary")
    status = ask(computer)
    assert [one.path for one in status.answers] == [os.fsencode(home)]
    assert status.storage_seen is not None
    assert status.running_since is None


def test_a_file_that_is_asked_about_is_looked_at_now(computer: Computer, home: Path) -> None:
    computer.backup(home)
    (home / "plain").write_bytes(b"changed since")
    one = file(computer, home / "plain")
    assert (one.state, one.earlier_version) == (FileState.CHANGED, True)
    assert one.safe_since is None
    (home / "plain").unlink()
    one = file(computer, home / "plain")
    assert (one.state, one.gone) == (FileState.SAFE, True)
    (home / "new").write_bytes(b"new")
    assert file(computer, home / "new").state is FileState.WAITING
    assert file(computer, home / "never").gone


def stop_while_uploading(computer: Computer, what: Path | BackupRequest) -> None:
    control = Control(computer.clock)

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.phase is Phase.UPLOADING:
            control.stop()

    computer.on_event = stop
    with pytest.raises(Cancelled):
        computer.backup(what, control=control)
    computer.on_event = lambda event: None


def test_before_the_first_backup_is_done_everything_that_was_seen_is_waiting(
    computer: Computer, home: Path
) -> None:
    stop_while_uploading(computer, home)
    whole = folder(computer, home)
    assert (whole.rollup, numbers(whole.counts)) == (Rollup.WAITING, {"waiting": 3})
    assert listed(computer, home, UNSAFE) == ["plain", "docs/letter", "docs/old/diary"]
    computer.backup(home)
    assert numbers(folder(computer, home).counts) == {"safe": 3}


def test_what_is_read_again_and_is_the_same_never_was_anything_but_safe(
    computer: Computer, home: Path
) -> None:
    computer.backup(home)
    forced = BackupRequest(paths=(os.fsencode(home),), force=True)
    computer.backup(forced)
    assert numbers(folder(computer, home).counts) == {"safe": 3}
    assert file(computer, home / "plain").state is FileState.SAFE


def test_a_changed_file_of_a_run_that_was_cut_short_is_changed(
    computer: Computer, home: Path
) -> None:
    computer.backup(home)
    (home / "plain").write_bytes(b"changed since")
    stop_while_uploading(computer, home)
    computer.backup(home / "docs")  # of another set, which vouches for nothing else
    assert file(computer, home / "plain").state is FileState.CHANGED
    computer.backup(home)
    assert file(computer, home / "plain").state is FileState.SAFE


def test_the_files_of_a_snapshot_that_is_gone_lose_safe_at_once(
    computer: Computer, home: Path
) -> None:
    first = computer.backup(home).summary.snapshot_id
    (home / "plain").write_bytes(b"changed since")
    second = computer.backup(home).summary.snapshot_id
    computer.open().delete_snapshot(second)
    with computer.session():
        pass  # any look at the storage
    assert file(computer, home / "plain").state is FileState.CHANGED
    assert file(computer, home / "docs" / "letter").state is FileState.SAFE
    computer.open().delete_snapshot(first)
    with computer.session():
        pass
    assert file(computer, home / "plain").state is FileState.WAITING
    assert numbers(folder(computer, home).counts) == {"waiting": 3}


def test_what_a_rule_leaves_out_is_one_row_and_names_the_rule(
    computer: Computer, home: Path
) -> None:
    rules = (ExcludeRule("docs/old", origin="--exclude"),)
    computer.backup(BackupRequest(paths=(os.fsencode(home),), rules=rules))
    below = file(computer, home / "docs" / "old" / "diary")
    assert below.state is FileState.LEFT_OUT
    assert below.rule is not None
    assert (below.rule.kind, below.rule.text, below.rule.origin) == (
        "exclude",
        "docs/old",
        "--exclude",
    )
    whole = folder(computer, home)
    assert (whole.rollup, numbers(whole.counts)) == (
        Rollup.PARTLY_CHOSEN,
        {"safe": 2, "left_out": 1},
    )
    assert listed(computer, home, frozenset({FileState.LEFT_OUT})) == ["docs/old"]
    computer.backup(home)
    assert numbers(folder(computer, home).counts) == {"safe": 3}


def cache_tag(home: Path) -> BackupRequest:
    (home / "docs" / "CACHEDIR.TAG").write_bytes(b"Signature: 8a477f597d28d172789f06886806bc55")
    return BackupRequest(paths=(os.fsencode(home),), exclude_caches=True)


def marker(home: Path) -> BackupRequest:
    (home / "docs" / "no.backup").touch()
    return BackupRequest(paths=(os.fsencode(home),), exclude_if_present=("no.backup",))


@pytest.mark.parametrize(
    ("how", "kind"), [(cache_tag, "exclude-caches"), (marker, "exclude-if-present")]
)
def test_a_folder_that_a_marker_empties_names_the_marker(
    computer: Computer, home: Path, how: Callable[[Path], BackupRequest], kind: str
) -> None:
    computer.backup(home)
    computer.backup(how(home))
    letter = file(computer, home / "docs" / "letter")
    assert letter.state is FileState.LEFT_OUT
    assert letter.rule is not None
    assert letter.rule.kind == kind
    docs = folder(computer, home / "docs")
    assert docs.rule == letter.rule
    assert numbers(docs.counts) == {"safe": 1, "left_out": 1}


def test_a_large_file_and_a_socket_are_left_out(computer: Computer, home: Path) -> None:
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(home / "s"))
        computer.backup(BackupRequest(paths=(os.fsencode(home),), exclude_larger_than=10))
        large, odd = file(computer, home / "docs" / "letter"), file(computer, home / "s")
    assert [one.state for one in (large, odd)] == [FileState.LEFT_OUT] * 2
    assert large.rule is not None
    assert (large.rule.kind, large.rule.text) == ("exclude-larger-than", "10")


def test_what_is_missing_is_a_problem_and_its_earlier_version_is_named(
    computer: Computer, home: Path
) -> None:
    both = request(home / "plain", home / "docs")
    computer.backup(both)
    (home / "docs").rename(home / "away")
    computer.backup(both)
    docs = folder(computer, home / "docs")
    assert docs.rollup is Rollup.PROBLEM
    assert docs.problem is not None
    assert docs.problem.reason == "source-unavailable"
    # Nobody has looked at what is in it since the first backup, whose snapshot is there.
    assert listed(computer, home, frozenset({FileState.SAFE})) == [
        "plain",
        "docs/letter",
        "docs/old/diary",
    ]
    above = folder(computer, home)
    assert (above.rollup, above.chosen) == (Rollup.PROBLEM, Chosen.PARTLY)
    assert numbers(above.counts) == {"safe": 3, "problem": 1}
    (home / "away").rename(home / "docs")
    computer.backup(both)
    assert folder(computer, home / "docs").rollup is Rollup.SAFE
    assert folder(computer, home).rollup is Rollup.PARTLY_CHOSEN


def test_what_was_never_chosen_is_none_of_this(computer: Computer, home: Path) -> None:
    computer.backup(home / "docs")
    assert file(computer, home / "plain").state is None
    assert folder(computer, Path("/etc")).rollup is Rollup.NOT_CHOSEN
    assert folder(computer, Path("/")).rollup is Rollup.PARTLY_CHOSEN


def test_a_file_in_work_is_uploading(computer: Computer, home: Path) -> None:
    stop_while_uploading(computer, home)
    busy = os.fsencode(home / "docs" / "letter")
    wanted = frozenset({FileState.UPLOADING})
    (page,) = file_pages(
        source_of(computer), b"/", wanted, computer.clock, uploading=frozenset({busy})
    )
    assert [one.path for one in page.files] == [busy]
    status = place_status(source_of(computer), [busy], computer.clock, uploading=frozenset({busy}))
    assert isinstance(status.answers[0], FileAnswer)
    assert status.answers[0].state is FileState.UPLOADING


def test_after_the_manifest_was_lost_the_states_come_back_with_the_next_backup(
    computer: Computer, home: Path
) -> None:
    computer.backup(home)
    computer.lose_manifest()
    assert ask(computer).answers == ()
    computer.backup(home)
    assert numbers(folder(computer, home).counts) == {"safe": 3}


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_follow_each_other_wherever_they_are_cut(
    computer: Computer, home: Path, limit: int
) -> None:
    for folder_name in ("docs/old!", "docs/old er", "docs\x01"):
        (home / folder_name).mkdir()
    names = ("a", "docs/a", "docs/old/a", "docs/old!/a", "docs/old er/a", "docs/old-er", "docs.txt")
    for name in (*names, "docs\x01/a", "z", "docs/m.tmp", "m.tmp"):
        (home / name).write_bytes(b"x")
    (home / "docs" / "link").symlink_to("a")
    rules = (ExcludeRule("*.tmp", origin="--exclude"),)
    computer.backup(BackupRequest(paths=(os.fsencode(home),), rules=rules))
    found = listed(computer, home, ALL, limit)
    expected = [str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir()]
    assert found == sorted(expected, key=lambda one: (one.split("/")[:-1], one))
    assert listed(computer, home, frozenset({FileState.LEFT_OUT}), limit) == [
        "m.tmp",
        "docs/m.tmp",
    ]
    assert listed(computer, home / "docs" / "old", ALL, limit) == ["a", "diary"]


def rows_written(computer: Computer, what: Path) -> int:
    computer.clock.advance(60)
    with computer.session() as session:
        before = session.manifest._connection.total_changes
        run_backup(session, request(what), PLAIN)
        return session.manifest._connection.total_changes - before


def test_an_unchanged_run_writes_as_many_rows_however_many_files_there_are(
    computer: Computer, source: Path
) -> None:
    written = []
    for count in (3, 600):
        for number in range(count):
            folder = source / f"{number % 20}"
            folder.mkdir(exist_ok=True)
            (folder / f"{number}").write_bytes(b"%d" % number)
        computer.backup(source)
        computer.backup(source)
        written.append(rows_written(computer, source))
    assert written[0] == written[1] < 10


def test_a_manifest_that_is_just_being_made_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "manifest.db").touch()
    status = place_status(Source("here", "id", tmp_path), [], ManualClock())
    assert (status.answers, status.last_backup) == ((), None)


def test_a_folder_that_becomes_a_file_between_two_tries_leaves_nothing_behind(
    computer: Computer, source: Path
) -> None:
    """What was changed lately is sent ahead of the rest, by a pass that makes no trees."""
    (source / "old").write_bytes(b"sent after what is new")
    os.utime(source / "old", (1, 1))
    (source / "box" / "inner").mkdir(parents=True)
    (source / "box" / "inner" / "file").write_bytes(b"in a folder")
    fails = Fault(FaultKind.ERROR_BEFORE, at=1, calls=1000, method=Method.PUT)
    with pytest.raises(StorageFault):
        computer.backup(source, storage=FaultyStorage(computer.storage, [fails]))
    shutil.rmtree(source / "box")
    (source / "box").write_bytes(b"a file now")
    computer.backup(source)
    assert listed(computer, source, ALL) == ["box", "old"]
    assert numbers(folder(computer, source).counts) == {"safe": 2}
