"""Looking into backups over the socket, on a folder and on a real storage."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from backupclient.agent.looking import Asker, Looking
from backupclient.agent.server import Agent
from backupclient.agent.tasks import engine_for
from backupclient.clock import Clock, SystemClock
from backupclient.control import Control
from backupclient.engine import Engine
from backupclient.errors import InvalidRequest, WrongPassword
from backupclient.link import Link
from backupclient.requests import BackupRequest, Place, RestoreRequest
from backupclient.wire.answers import FoundItem, Kind, SnapshotFacts, VersionHistory
from backupclient.wire.envelope import Reply
from backupclient.wire.jobs import Jobs, ListJobs
from backupclient.wire.looks import (
    BrowseFolder,
    CopyRestored,
    Folder,
    ListSnapshots,
    ListVersions,
    MeasureStored,
    RestoreCopy,
    SearchBackups,
    SearchFound,
    Snapshots,
    Versions,
)
from backupclient.wire.places import Measured
from tests.cheap_key import make_repository
from tests.seaweed import S3Place

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)


class World:
    """A folder that was backed up on several days."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place = place
        self.home = folder / "home"
        self._backups = 0
        make_repository(place)

    def path(self, name: str) -> bytes:
        return os.fsencode(self.home / name)

    def write(self, name: str, text: str) -> None:
        (self.home / name).parent.mkdir(parents=True, exist_ok=True)
        (self.home / name).write_text(text)

    def back_up(self, computer: str = "study") -> datetime:
        time = BEGIN + DAY * self._backups
        self._backups += 1
        paths = (os.fsencode(self.home),)
        Engine(self.place).backup(BackupRequest(paths=paths, time=time, hostname=computer))
        return time


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def link(data: Path) -> Iterator[Link]:
    with Agent(data, SystemClock(), lasting=True), Link(data, patience=60) as link:
        yield link


@pytest.fixture
def world(data: Path, tmp_path: Path) -> World:
    place = Place(location=str(tmp_path / "drive"), password="made up", data_dir=str(data))
    return World(place, tmp_path)


def found(link: Link, place: Place, text: str) -> list[FoundItem]:
    items: list[FoundItem] = []
    while True:
        request = SearchBackups(id=link.new_id(), place=place, text=text, begin=len(items))
        result = link.ask(request, SearchFound).result
        items += result.found
        if result.done:
            return items


def versions(link: Link, place: Place, path: bytes) -> VersionHistory:
    return link.ask(ListVersions(id=link.new_id(), place=place, path=path), Versions).history


def snapshots(link: Link, place: Place) -> tuple[SnapshotFacts, ...]:
    return link.ask(ListSnapshots(id=link.new_id(), place=place), Snapshots).snapshots


def test_a_file_deleted_long_ago_is_found_by_its_name(link: Link, world: World) -> None:
    world.write("cards/holiday-list.txt", "socks")
    world.write("notes.txt", "1")
    first = world.back_up()
    (world.home / "cards" / "holiday-list.txt").unlink()
    gone = world.back_up()
    for day in range(3):
        world.write("notes.txt", str(day))
        world.back_up()
    [item] = found(link, world.place, "HOLIDAY")
    assert item.path == world.path("cards/holiday-list.txt")
    assert (item.newest.last, item.deleted, item.versions) == (first, gone, 1)
    [notes] = found(link, world.place, "notes")
    assert (notes.versions, notes.deleted) == (4, None)


def test_a_search_looks_into_one_backup_at_a_time(world: World) -> None:
    """So that it can tell at any time what it has, however many backups there are."""
    world.write("notes.txt", "1")
    for _ in range(5):
        world.back_up()
    with Engine(world.place).browse() as browser:
        answers = [browser.search("notes", 0, seconds=0)]
        while not answers[-1].done:
            answers.append(browser.search("notes", len(answers[-1].found) + 1, seconds=0))
        assert len(answers) > 5
        [item] = browser.search("notes", 0, seconds=60).found
    assert item.versions == 1


def test_versions_of_equal_content_are_one(link: Link, world: World) -> None:
    times = []
    for text in ("a", "a", "bb", "a"):
        world.write("report.odt", text)
        times.append(world.back_up())
    history = versions(link, world.place, world.path("report.odt"))
    assert [(one.size, one.first, one.last) for one in history.versions] == [
        (1, times[3], times[3]),
        (2, times[2], times[2]),
        (1, times[0], times[1]),
    ]
    assert history.searched == 4
    assert versions(link, world.place, b"/nowhere").versions == ()


def test_two_computers_are_told_apart(link: Link, world: World) -> None:
    world.write("shared.txt", "one")
    world.back_up("study")
    world.write("shared.txt", "two!")
    world.back_up("laptop")
    sizes = {one.computer: one.newest.size for one in found(link, world.place, "shared")}
    assert sizes == {"study": 3, "laptop": 4}
    listed = snapshots(link, world.place)
    assert [one.computer for one in listed] == ["laptop", "study"]
    assert all(one.complete and one.total and one.total.files == 1 for one in listed)


def test_a_folder_is_browsed_in_parts_folders_first(link: Link, world: World) -> None:
    for name in ("b.txt", "A.txt", "z/inside.txt", "c.txt"):
        world.write(name, name)
    world.back_up()
    [snapshot] = snapshots(link, world.place)
    names: list[bytes] = []
    begin = 0
    while True:
        request = BrowseFolder(
            id=link.new_id(),
            place=world.place,
            snapshot=snapshot.id,
            path=os.fsencode(world.home),
            begin=begin,
            limit=3,
        )
        part = link.ask(request, Folder).folder
        names += [item.name for item in part.items]
        begin = part.next
        if not begin:
            break
    assert names == [b"z", b"A.txt", b"b.txt", b"c.txt"]
    missing = msgspec.structs.replace(request, id=link.new_id(), path=b"/nowhere")
    with pytest.raises(InvalidRequest):
        link.ask(missing, Folder)
    count = MeasureStored(
        id=link.new_id(), place=world.place, snapshot=snapshot.id, path=os.fsencode(world.home)
    )
    size = link.ask(count, Measured).size
    assert (size.kept.files, size.done) == (4, True)


def test_one_version_is_restored_for_a_look(link: Link, world: World, tmp_path: Path) -> None:
    world.write("report.odt", "old")
    world.back_up()
    world.write("report.odt", "newest")
    world.back_up()
    old = versions(link, world.place, world.path("report.odt")).versions[1]
    request = RestoreRequest(
        snapshot=old.snapshot,
        target=os.fsencode(tmp_path / "look"),
        paths=(world.path("report.odt"),),
    )
    asked = RestoreCopy(id=link.new_id(), place=world.place, request=request)
    assert link.ask(asked, CopyRestored).summary.files_restored == 1
    assert (tmp_path / "look" / "report.odt").read_text() == "old"


def test_a_backup_runs_while_somebody_looks_and_is_seen(link: Link, world: World) -> None:
    world.write("one.txt", "1")
    world.back_up()
    assert len(snapshots(link, world.place)) == 1
    world.write("two.txt", "2")
    world.back_up()
    assert len(snapshots(link, world.place)) == 2
    [item] = found(link, world.place, "two.txt")
    assert item.newest.kind is Kind.FILE


def test_a_wrong_password_is_told(link: Link, world: World) -> None:
    wrong = msgspec.structs.replace(world.place, password="a guess")
    with pytest.raises(WrongPassword):
        link.ask(ListSnapshots(id=link.new_id(), place=wrong), Snapshots)


def test_other_requests_do_not_wait(link: Link, world: World) -> None:
    world.write("one.txt", "1")
    world.back_up()
    link.send(ListSnapshots(id=link.new_id(), place=world.place))
    reply = link.ask(ListJobs(id=link.new_id()), Jobs)
    assert reply.jobs == (), "opening the backup takes longer than this"


def test_a_place_is_closed_after_a_while(world: World) -> None:
    looking = Looking(SystemClock(), idle_seconds=0.2)
    replies: list[Reply] = []
    answered = threading.Event()

    def take(reply: Reply) -> None:
        replies.append(reply)
        answered.set()

    looking.ask(ListSnapshots(id=1, place=world.place), Asker(), take)
    assert answered.wait(60)
    assert isinstance(replies[0], Snapshots)
    for _ in range(200):
        if not looking.open_places:
            break
        threading.Event().wait(0.05)
    assert not looking.open_places
    looking.close()


def test_who_has_left_gets_no_answer_and_others_do(world: World) -> None:
    looking = Looking(SystemClock())
    gone, here = Asker(), Asker()
    replies: list[tuple[str, Reply]] = []
    answered = threading.Event()
    request = ListSnapshots(id=1, place=world.place)
    looking.ask(request, here, lambda reply: replies.append(("first", reply)))
    looking.ask(request, gone, lambda reply: replies.append(("gone", reply)))
    looking.leave(gone)

    def take_last(reply: Reply) -> None:
        replies.append(("last", reply))
        answered.set()

    looking.ask(request, here, take_last)
    assert answered.wait(60)
    assert [name for name, _ in replies] == ["first", "last"]
    assert all(isinstance(reply, Snapshots) for _, reply in replies)
    looking.close()


def test_a_place_is_not_opened_anew_because_who_asked_first_has_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = Looking(SystemClock())
    gone, here = Asker(), Asker()
    opened: list[Place] = []
    replies: list[str] = []
    answered = threading.Event()

    def leave_meanwhile(place: Place, clock: Clock, control: Control) -> Engine:
        opened.append(place)
        looking.leave(gone)
        return engine_for(place, clock, control)

    def take(_reply: Reply) -> None:
        replies.append("here")
        answered.set()

    monkeypatch.setattr("backupclient.agent.looking.engine_for", leave_meanwhile)
    request = ListSnapshots(id=1, place=world.place)
    looking.ask(request, gone, lambda _: replies.append("gone"))
    looking.ask(request, here, take)
    assert answered.wait(60)
    assert (replies, len(opened)) == (["here"], 1)
    looking.close()


def test_on_a_storage(link: Link, data: Path, s3_place: S3Place, tmp_path: Path) -> None:
    place = Place(
        location=f"s3:{s3_place.endpoint}/{s3_place.bucket}/{s3_place.prefix}",
        password="made up",
        data_dir=str(data),
        access_key=s3_place.access_key,
        secret_key=s3_place.secret_key,
    )
    world = World(place, tmp_path)
    world.write("letters/report.odt", "old")
    world.back_up()
    world.write("letters/report.odt", "newest")
    world.back_up()
    [item] = found(link, place, "report")
    assert (item.versions, item.newest.size) == (2, 6)
    assert [one.size for one in versions(link, place, item.path).versions] == [6, 3]
