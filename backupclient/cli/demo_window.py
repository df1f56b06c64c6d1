"""The demonstration where there is a screen: the window, with an S3 server of its own behind it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backupclient import lifeline
from backupclient.cli.demo_home import chosen_folder, in_use, only_one
from backupclient.cli.interrupts import stopping
from backupclient.cli.terminal import Terminal, printable
from backupclient.control import Control
from backupclient.errors import BackupError, Cancelled, InvalidRequest
from backupclient.link import Link
from backupclient.plan import OFFER_NAME, Offer, Storage, load_plan, save_offer, save_plan
from backupclient.repository.lock import ignore_hangup
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import KnownPlaces
from backupclient.storage.seaweed import EmbeddedServer

if TYPE_CHECKING:
    import psutil

BUCKET = "my-backup"
_OURS = "s3:http://127.0.0.1:"
_LOOK_SECONDS = 0.2
_OPENING_SECONDS = 10.0
"""A window that fails sooner was never there."""
_ENGINE_SECONDS = 20.0
_KEEPS = "What was stored stays."


def why_no_window(environ: Mapping[str, str], platform: str = sys.platform) -> str:
    """Why none can be opened here, in words; empty if it can."""
    shows = platform in {"darwin", "win32"}
    if not (shows or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return "There is no screen here"
    if importlib.util.find_spec("PySide6") is None:
        return "The window is not installed here"
    return ""


class DemoWindow:
    """The window over a data folder of its own below `home`, for as long as it is open, and the
    server whose storage its first run offers. They end together, however this process ends.
    Main thread."""

    def __init__(self, home: Path, terminal: Terminal, *, with_parent: bool = False) -> None:
        """`with_parent`: end, too, when the process that started this one is gone."""
        self._parent = os.getppid() if with_parent else None
        self._home = home / "window"
        self._data = self._home / "data"
        self._terminal = terminal
        self._control = Control(terminal.clock)

    def run(self) -> bool:
        """Until the window is quit; false if it could not be opened."""
        ignore_hangup()
        try:
            with only_one(self._home):
                return self._run_with_server()
        except InvalidRequest as error:
            if error.facts.get("reason") != "demo-running":
                raise
        return self._run_window() == 0  # which raises the one that is open

    def _run_with_server(self) -> bool:
        terminal = self._terminal
        end_engine(self._data)
        with (
            stopping(self._control, terminal, terminal.interject, _KEEPS),
            EmbeddedServer(self._home / "server", bucket=BUCKET, clock=terminal.clock) as server,
        ):
            offer_storage(self._data, server, chosen_folder(None, self._home))
            terminal.say(f"Storage: a SeaweedFS S3 server on this computer, at {server.endpoint}")
            terminal.say("It runs for as long as the window does. Closed, the window stays in the")
            terminal.say("tray where there is one; to end both, choose Quit there or press Ctrl-C.")
            terminal.finish()
            began = terminal.clock.monotonic()
            try:
                code = self._run_window()
            finally:
                end_engine(self._data)
                (self._data / OFFER_NAME).unlink(missing_ok=True)
        if code and terminal.clock.monotonic() - began < _OPENING_SECONDS:
            return False
        terminal.say("Everything is stopped. What was stored stays, encrypted, in")
        terminal.say(f"  {printable(str(self._home))}")
        terminal.say("for the next time, until you delete that folder.")
        return True

    def _run_window(self) -> int:
        """Its exit code."""
        command = [sys.executable, "-m", "ui", "--data-dir", str(self._data)]
        tied = {**os.environ, **lifeline.tied_to(in_use(self._home))}
        # A session of its own: Ctrl-C is for this program, which then ends the window.
        with subprocess.Popen(command, start_new_session=True, env=tied) as window:
            try:
                while window.poll() is None:
                    self._control.sleep(_LOOK_SECONDS)
                    if self._parent is not None and os.getppid() != self._parent:
                        self._control.stop()
            except Cancelled:
                window.terminate()
                window.wait()
                return 0
            return window.returncode


def offer_storage(data: Path, server: EmbeddedServer, folder: Path) -> None:
    """For the first run; a plan that has the server's storage already gets its keys of today."""
    storage = Storage(
        location=f"s3:{server.endpoint}/{server.bucket}", access_key=server.access_key
    )
    plan = load_plan(data)
    if plan is None:
        offer = Offer(
            provider="SeaweedFS",
            storage=storage,
            secret_key=server.secret_key,
            folder=str(folder),
        )
        save_offer(data, offer)
        return
    before = plan.storage.location
    if not (before.startswith(_OURS) and before.endswith(f"/{server.bucket}")):
        return
    places = KnownPlaces(data)
    known = places.id_at(before)
    if known is not None:  # the same storage, whatever port it has today
        places.remember(storage.location, known)
    SecretStore(data).keep(SecretName.SECRET_KEY, server.secret_key)
    kept = msgspec.structs.replace(
        plan.storage, location=storage.location, access_key=storage.access_key
    )
    save_plan(data, msgspec.structs.replace(plan, storage=kept))


def end_engine(data: Path) -> None:
    """Returns when it is gone, and what has only begun to be one, too: it cannot be spoken to yet,
    and would be the next. Harmless where there is none."""
    import psutil  # noqa: PLC0415 - takes a while to load

    engines: list[psutil.Process] = []
    with contextlib.suppress(BackupError, psutil.Error), Link(data) as link:
        engines.append(psutil.Process(link.engine.pid))
    begun = ["agent", "--data-dir", str(data)]
    engines += [one for one in psutil.process_iter(["cmdline"]) if _command(one)[-3:] == begun]
    for engine in engines:
        with contextlib.suppress(psutil.Error):
            engine.terminate()
            engine.wait(_ENGINE_SECONDS)


def _command(process: psutil.Process) -> list[str]:
    """Empty for what nobody may see."""
    return process.info["cmdline"] or []
