"""Failures staged for real, and the reports that are made of them."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec
import psutil

from backupclient.agent.server import Agent
from backupclient.agent.tasks import task_of
from backupclient.cli.diagnose_text import show
from backupclient.cli.terminal import Terminal
from backupclient.clock import SystemClock
from backupclient.errors import BackupError, EngineNotRunning
from backupclient.link import Link
from backupclient.plan import BackupPlan, Schedule, Storage, When, save_plan
from backupclient.requests import BackupRequest, CheckRequest, Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import folders
from backupclient.support.diagnostics.bundle import Bundle, Door, Like
from backupclient.support.diagnostics.gather import About, Told, Wishes, gather
from backupclient.support.diagnostics.reading import read_report
from backupclient.support.diagnostics.saving import zipped
from backupclient.wire.automatic import Automation, AutomationStatus, GetAutomation, Watching
from backupclient.wire.jobs import StartBackup, StartCheck
from tests.cheap_key import make_repository
from tests.engines import await_end
from tests.patience import PATIENCE
from tests.trees import random_bytes

NOBODY = 65534


class Home:
    """A computer with some photos, and its data folder."""

    def __init__(self, folder: Path, exits: ExitStack) -> None:
        self.folder = folder
        self.exits = exits
        self.data = folder / "data"
        self.photos = folder / "Pictures"
        self.place = Place(
            location=str(folder / "drive"), password="made up", data_dir=str(self.data)
        )
        self.told = Told(trouble=EngineNotRunning())
        self.when = When.BY_HAND
        self.wishes = Wishes(name="Anna", like=Like.STEPS, door=Door.WINDOW)
        self.photos.mkdir()
        for number, name in enumerate(("beach.jpg", "cake.jpg", "Tax letter.pdf")):
            (self.photos / name).write_bytes(random_bytes(number, 60_000))

    @property
    def plan(self) -> BackupPlan:
        storage = Storage(
            location=self.place.location,
            access_key=self.place.access_key,
            limit=self.place.storage_limit,
        )
        schedule = Schedule(when=self.when)
        return BackupPlan(storage=storage, folders=(str(self.photos),), schedule=schedule)

    def at(self, place: Place) -> None:
        self.place = msgspec.structs.replace(place, data_dir=str(self.data))

    def make_place(self) -> None:
        make_repository(self.place)

    def back_up(self) -> None:
        request = BackupRequest(paths=(os.fsencode(self.photos),))
        self._run(StartBackup(id=1, place=self.place, request=request, patient=False))

    def check(self) -> None:
        request = CheckRequest(read_data=True)
        self._run(StartCheck(id=1, place=self.place, request=request, patient=False))

    def _run(self, start: StartBackup | StartCheck) -> None:
        """As a command does, which is the engine meanwhile. How it ends is for the report."""
        clock = SystemClock()
        with Agent(self.data, clock, lasting=False) as agent, suppress(BackupError):
            agent.jobs.run(agent.jobs.add(task_of(start, self.data, clock), patient=False))

    @contextmanager
    def engine(self, *before: str) -> Iterator[psutil.Process]:
        """An engine in a process of its own, started by the command `before`, once it says that it
        is ready: from then on it notices what kills it."""
        save_plan(self.data, self.plan)
        SecretStore(self.data).keep(SecretName.PASSWORD, self.place.password)
        argv = [*before, sys.executable, "-m", "backupclient", "agent"]
        process = subprocess.Popen([*argv, "--data-dir", str(self.data)], stdout=subprocess.PIPE)
        running = psutil.Process(process.pid)
        assert process.stdout is not None
        try:
            assert b"is ready" in process.stdout.readline()
            yield running
        finally:
            process.terminate()
            await_end(running)
            process.communicate()

    def automation(self, wanted: Watching) -> AutomationStatus:
        """Once it is so."""
        ends_at = time.monotonic() + PATIENCE
        while time.monotonic() < ends_at:
            with suppress(BackupError), Link(self.data) as link:
                status = link.ask(GetAutomation(id=link.new_id()), Automation).status
                if status.watching is wanted:
                    return status
            time.sleep(0.05)
        raise AssertionError(wanted)

    def report(self) -> bytes:
        """The .zip."""
        about = About(folders(str(self.data)), self.plan, self.place, "file")
        return zipped(gather(about, self.told, self.wishes, SystemClock()))

    @property
    def repository(self) -> Path:
        return Path(self.place.location)


def shown(report: bytes) -> str:
    """What `diagnose show` says, from the .zip alone."""
    out = io.StringIO()
    terminal = Terminal(io.StringIO(), out, io.StringIO(), {}, SystemClock())
    show(read_report(report).bundle, terminal)
    return out.getvalue()


PRIVATE = (
    *("made up", "not this one", "her secret", "anna-backup"),
    *("beach", "cake", "Tax letter", "Letters", "to Bob", "film 1", "new 1"),
)
"""Passwords, keys and names that are hidden."""


def leaks(report: bytes, home: Home) -> list[tuple[str, str]]:
    """What is nobody's business and stands in a part of the .zip or in a log, and where."""
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts |= {file.name: file.read_bytes() for file in (home.data / "logs").glob("*")}
    assert len(parts) > 4 or home.told.trouble is not None
    secrets = (*PRIVATE, home.place.secret_key, home.place.access_key, home.folder.name)
    return [
        (secret, name)
        for secret in filter(None, secrets)
        for name, content in parts.items()
        if secret.encode() in content
    ]


def bundle_of(report: bytes) -> Bundle:
    return read_report(report).bundle


def steady(text: str) -> str:
    """Without what is another each time."""
    for pattern, instead in (
        (r"name-[0-9a-f]{8}", "name-8f1c22ab"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:8333"),
        (r"(/[\w.-]+)+/Pictures", "/…/Pictures"),
        (r"(/[\w.-]+)+/name-8f1c22ab", "/…/name-8f1c22ab"),
        (r"\d+ \w+ \d{4}, \d\d:\d\d", "now"),
        (r"\b(today|yesterday) \d\d:\d\d|\d+ minutes? ago", "just now"),
        (r"(?<=at )backupclient/[\w/]+\.py:\d+", "backupclient/cli/agent.py:84"),
        (r"in (less than a second|\d+ seconds?)", "in a moment"),
        (r"took (less than a second|\d+ seconds?)", "took a moment"),
        (r"\b1 hour 59 minutes|2 hours", "2 hours"),
        (r"works; [\d.,]+ \w+ (of [\d.,]+ \w+ )?free", "works; some GB free"),
        (r"disk: [\d.,]+ \w+ of [\d.,]+ \w+ free", "disk: some GB of 200 GB free"),
        (r"piece: .* up, .* down", "piece: 2.0 MB/s up, 9.0 MB/s down"),
        (r"piece: \d[^;\n]*B/s$", "piece: 90 MB/s"),
        (r"watched: [\d,]+", "watched: 65,536"),
        (r"(Stored: |· )[\d.,]+ [kM]B", r"\g<1>210 kB"),
        (r"storage's: .*apart", "storage's: the same"),
        (r"by itself: .*", "by itself: scheduled"),
        (r"\n *Next backup: .*", ""),  # none while one runs
        # In whichever thread the signal meets it, and there may be no Python in it.
        (r"Segmentation fault( at \S+:\d+)?", "Segmentation fault at backupclient/cli/agent.py:84"),
        (r"(System|Processors, memory|Time zone|Plainkeep): (?!E[A-Z]+).*", r"\1: …"),
        (r": [^;\n]+; (has a seat|its seat was given up); .*", r": a system; \1; …"),
        (r": [^;\n]+; (has a seat|its seat was given up)$", r": a system; \1"),
        (r"Used: .*", "Used: some kB, counted just now"),
        (r"(Total|Free): [\d.,]+ \w+", r"\1: some MB"),
    ):
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return text
