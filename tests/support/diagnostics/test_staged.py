"""Failures, staged: from the report alone the cause is named, and what to offer.

What is shown is kept in `shown/`, to be read as whoever has to help reads it. After a change of
words write it anew and read it again:

    UPDATE_TRANSCRIPTS=1 .venv/bin/python -m pytest tests/support/diagnostics/test_staged.py
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from msgspec import structs

from backupclient.cli.diagnose_engine import ask_engine
from backupclient.clock import SystemClock
from backupclient.logs.discreet import Clean
from backupclient.operations.status import Source, place_status, sources
from backupclient.plan import When
from backupclient.requests import Place
from backupclient.settings import folders
from backupclient.support.diagnostics.bundle import (
    CheckName,
    CheckState,
    Finding,
    Seen,
    State,
    Tried,
    Trouble,
)
from backupclient.support.diagnostics.digest import digest
from backupclient.support.diagnostics.findings import state_of
from backupclient.support.help_articles import articles
from backupclient.wire.answers import FolderAnswer
from backupclient.wire.automatic import Watching
from backupclient.wire.household import AccountState
from tests.accounts import Accounts
from tests.end_to_end.mishaps import flipped, small_disk
from tests.engines import await_end
from tests.households import Member
from tests.patience import PATIENCE
from tests.seaweed import S3Place
from tests.storage.servers import Answer, Request, certificate, page, refusal, running
from tests.support.diagnostics.staged import NOBODY, Home, bundle_of, leaks, shown, steady
from tests.trees import random_bytes

pytestmark = pytest.mark.needs_root

ONE_PAGE = 4096
SHOWN = Path(__file__).parent / "shown"


@pytest.fixture
def home() -> Iterator[Home]:
    """In a folder that other users reach, too."""
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        yield Home(folder, exits)


def bucket(server: S3Place) -> Place:
    return Place(
        location=f"s3:{server.endpoint}/{server.bucket}/{server.prefix}",
        password="made up",
        data_dir="",
        access_key=server.access_key,
        secret_key=server.secret_key,
    )


def storage_full(home: Home) -> None:
    """A small drive with room for the lock, and for no pack, even of folders: with more of it,
    chance would decide which of the packs under way still fits."""
    drive = home.exits.enter_context(small_disk(home.folder / "stick", "500k"))
    home.at(Place(location=str(drive / "backup"), password="made up", data_dir=""))
    home.make_place()
    for number in range(8):
        (home.photos / f"new {number}.jpg").write_bytes(random_bytes(number + 9, 90_000))
    _fill(drive, but=ONE_PAGE)
    home.back_up()
    _fill(drive)


def _fill(drive: Path, but: int = 0) -> None:
    """But for `but` bytes, as many as is written at a time."""
    with (drive / "filler").open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    os.truncate(drive / "filler", (drive / "filler").stat().st_size - but)


def wrong_secret(home: Home, seaweed: S3Place) -> None:
    home.at(bucket(seaweed._replace(secret_key="not this one")))
    home.back_up()


def clock_wrong(home: Home) -> None:
    """The storage's is two hours ahead."""

    def answer(_: Request) -> Answer:
        date = format_datetime(datetime.now(UTC) + timedelta(hours=2, seconds=5), usegmt=True)
        return refusal(403, "RequestTimeTooSkewed", "The difference is too large.", Date=date)

    server = home.exits.enter_context(running(answer))
    home.at(bucket(S3Place(server.endpoint, "anna", "her secret", "anna-backup", "laptop")))


def captive_portal(home: Home) -> None:
    server = home.exits.enter_context(running(lambda _: page(200)))
    home.at(bucket(S3Place(server.endpoint, "anna", "her secret", "anna-backup", "laptop")))


def unknown_certificate(home: Home) -> None:
    """Somebody answers in the storage's place, or its certificate is its own."""
    made = certificate(home.folder)
    server = home.exits.enter_context(running(lambda _: page(200), made.context))
    home.at(bucket(S3Place(server.endpoint, "anna", "her secret", "anna-backup", "laptop")))


def damaged_pack(home: Home) -> None:
    home.make_place()
    home.back_up()
    packs = [file for file in home.repository.glob("data/*/*") if file.is_file()]
    largest = max(packs, key=lambda file: file.stat().st_size)
    largest.chmod(0o600)
    largest.write_bytes(flipped(largest.read_bytes()))
    home.check()


def watch_limit(home: Home) -> None:
    """For an engine that may watch twenty folders."""
    home.make_place()
    for number in range(60):
        (home.photos / str(number)).mkdir()
    home.back_up()
    script = 'echo 20 > /proc/sys/user/max_inotify_watches && exec "$@"'
    home.when = When.CONTINUOUS
    with home.engine("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"):
        home.told = home.told._replace(automation=home.automation(Watching.SCANS), trouble=None)


def disk_full(home: Home) -> None:
    """Where the program keeps its notes."""
    home.make_place()
    home.data = home.exits.enter_context(small_disk(home.folder / "small", "600k"))
    home.at(home.place)
    _fill(home.data)
    home.back_up()


def unreadable_folder(home: Home) -> None:
    home.make_place()
    home.back_up()
    _lock_letters(home)
    _as_nobody(home.back_up)


def _lock_letters(home: Home) -> None:
    """A folder that who backs up may not read; the rest is his."""
    letters = home.photos / "Letters"
    letters.mkdir(mode=0o700)
    (letters / "to Bob.odt").write_bytes(b"secret")
    for path in (home.folder, *home.folder.rglob("*")):
        if letters not in (path, path.parent):
            os.chown(path, NOBODY, NOBODY)


def _as_nobody(do: Callable[[], None]) -> None:
    os.seteuid(NOBODY)
    try:
        do()
    finally:
        os.seteuid(0)


def seat_released(home: Home, accounts: Accounts) -> None:
    """By another computer of the household, at the real service."""
    home.when = When.HOURLY
    house = accounts.found()
    desk = accounts.sign_in(house, "desk")
    with Member(home.folder, "laptop") as laptop:
        laptop.source = home.photos
        laptop.sign_in(accounts.url, lambda status: accounts.approve(house, status.user_code))
        laptop.join("made up")
        laptop.until(lambda: any(one.outcome for one in laptop.backups()))
        path = f"/v1/devices/{laptop.account().device_id}/release"
        accounts.ask(desk, "POST", path).raise_for_status()
        laptop.until(lambda: laptop.account().state is AccountState.RELEASED)
        home.at(laptop.place)
        home.told = ask_engine(home.data)


def engine_gone(home: Home) -> None:
    """It should be running, and does not start."""
    home.make_place()
    home.back_up()
    home.when = When.HOURLY
    home.told = ask_engine(home.data)


def engine_crashed(home: Home) -> None:
    """It runs, something kills it, and nobody has started it since."""
    home.make_place()
    home.back_up()
    home.when = When.HOURLY
    with home.engine() as process:
        home.automation(Watching.OFF)
        process.send_signal(signal.SIGSEGV)
        await_end(process)
    home.told = ask_engine(home.data)


def notes_damaged(home: Home) -> None:
    """And the engine does not start."""
    engine_gone(home)
    (notes,) = home.data.rglob("manifest.db")
    notes.write_bytes(b"no database at all" * 500)


def full_and_unreadable(home: Home) -> None:
    """Two at once."""
    drive = home.exits.enter_context(small_disk(home.folder / "stick", "900k"))
    home.at(Place(location=str(drive / "backup"), password="made up", data_dir=""))
    home.make_place()
    home.back_up()
    _lock_letters(home)
    _as_nobody(home.back_up)
    for number in range(12):
        (home.photos / f"new {number}.jpg").write_bytes(random_bytes(number + 9, 90_000))
    _as_nobody(lambda: _fill(drive, but=ONE_PAGE))
    _as_nobody(home.back_up)
    _as_nobody(lambda: _fill(drive))


def power_loss(home: Home) -> None:
    """In the middle of a run, which has noted what it found and cannot have sent it yet."""
    home.make_place()
    home.back_up()
    for number in range(12):
        (home.photos / f"film {number}.mov").write_bytes(random_bytes(number, 500_000))
    argv = [sys.executable, "-m", "backupclient", "backup", "--limit-upload", "20"]
    where = ["--data-dir", str(home.data), "-r", home.place.location, str(home.photos)]
    process = subprocess.Popen(
        [*argv, *where],
        env={**os.environ, "RESTIC_PASSWORD": "made up"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    (source,) = sources(folders(str(home.data)))
    ends_at = time.monotonic() + PATIENCE
    while _waiting(source, home.photos) < 12:
        assert time.monotonic() < ends_at
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _waiting(source: Source, folder: Path) -> int:
    (answer,) = place_status(source, (os.fsencode(folder),), SystemClock()).answers
    assert isinstance(answer, FolderAnswer)
    return answer.counts.waiting.files


STAGED: dict[str, Callable[..., None]] = {
    "storage-full": storage_full,
    "wrong-secret": wrong_secret,
    "clock-wrong": clock_wrong,
    "captive-portal": captive_portal,
    "certificate-untrusted": unknown_certificate,
    "pack-damaged": damaged_pack,
    "watch-limit": watch_limit,
    "disk-full": disk_full,
    "unreadable": unreadable_folder,
    "seat-released": seat_released,
    "went-on": power_loss,
    "engine-not-running": engine_gone,
    "engine-not-running+internal-error": engine_crashed,
    "notes-damaged+engine-not-running": notes_damaged,
    "storage-full+unreadable": full_and_unreadable,
}
"""By their causes, the worst first."""


@pytest.mark.parametrize("code", STAGED)
def test_the_report_names_the_causes_and_what_to_offer(
    code: str, home: Home, request: pytest.FixtureRequest
) -> None:
    stage = STAGED[code]
    if stage is wrong_secret:
        stage(home, request.getfixturevalue("s3_place"))
    elif stage is seat_released:
        stage(home, request.getfixturevalue("accounts"))
    else:
        stage(home)
    report = home.report()
    found = bundle_of(report).findings
    assert [one.trouble.code.partition(".")[0] for one in found] == code.split("+")
    assert not any(one.over for one in found)
    assert leaks(report, home) == []
    text = steady(shown(report))
    file = SHOWN / f"{code}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


def test_who_only_says_that_it_is_slow_is_answered_from_the_help(home: Home) -> None:
    """Nothing is wrong, so there is nothing to offer; how fast the storage is was looked at."""
    home.make_place()
    home.back_up()
    home.wishes = home.wishes._replace(note="it is slow")
    bundle = bundle_of(home.report())
    assert bundle.findings == ()
    told = [row.name for row in digest(bundle).answers]
    assert articles("en")["faster"].title in told
    (speed,) = (check for check in bundle.checks if check.name is CheckName.SPEED)
    assert speed.state is CheckState.FINE
    wrong = structs.replace(
        bundle, findings=(Finding(trouble=Trouble(code=Clean("in-use")), seen=()),)
    )
    assert digest(wrong).answers == ()


@pytest.mark.parametrize(("running", "state"), [(True, State.WAITING), (False, State.NEEDS_HELP)])
def test_nothing_goes_on_by_itself_where_nothing_runs_or_somebody_must_act(
    state: State, *, running: bool
) -> None:
    now = datetime.now(UTC)
    tried = Tried(times=1, last=now)
    for code, expected in (("storage-unreachable", state), ("captive-portal", State.NEEDS_HELP)):
        one = Finding(trouble=Trouble(code=Clean(code)), seen=(Seen.LOG,), tried=tried)
        assert state_of((one,), (), When.HOURLY, now, running=running) is expected
