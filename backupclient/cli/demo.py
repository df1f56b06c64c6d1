"""`backupclient demo`: back a folder up to a real S3 server of its own, restore it, compare."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from backupclient.cli import environment
from backupclient.cli.comparison import Comparer, Comparison
from backupclient.cli.demo_home import (
    chosen_folder,
    kept_password,
    literal_pattern,
    only_one,
    program,
    temporary_copy,
)
from backupclient.cli.exit_codes import Exit
from backupclient.cli.interrupts import stopping
from backupclient.cli.messages import Message
from backupclient.cli.reporting import Reporter, reporter
from backupclient.cli.terminal import Terminal, printable
from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.engine import Engine
from backupclient.errors import Cancelled, RepositoryExists
from backupclient.events import (
    BackupSummary,
    Event,
    FileProblem,
    Reason,
    RestoreProgress,
    RestoreSummary,
)
from backupclient.repository.lock import ignore_hangup
from backupclient.requests import BackupRequest, ExcludeRule, Place, RestoreRequest
from backupclient.settings import write_atomically
from backupclient.storage.seaweed import EmbeddedServer
from backupclient.support import amounts

SHOWN_DIFFERENCES = 10
_STILL_THERE = {Reason.CHANGED_WHILE_READ, Reason.METADATA}
"""Problems that leave a file in the backup: it is compared all the same."""
_KEEPS = "What was stored stays, and the next demonstration goes on with it."


class DemoDone(Message, frozen=True, tag="demo", kw_only=True):
    """The end of a demonstration, for --json. Sizes are bytes, times seconds."""

    folder: str
    snapshot_id: str
    files_compared: int
    bytes_compared: int
    differences: int
    changed_meanwhile: int
    not_in_backup: int
    data_added_packed: int
    backup_seconds: float
    restore_seconds: float
    data_dir: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Start an S3 server on this computer, back FOLDER up to it, restore it beside the "
        "original, and compare every byte. Nothing in FOLDER is touched. What was stored stays; "
        "a second run shows that nothing is sent twice."
    )
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        help="what to back up (default: a folder with thousands of files that is there anyway)",
    )
    parser.add_argument(
        "--window",
        action="store_true",
        help="where there is a screen and no FOLDER is named, open the window instead, with the "
        "server as its storage",
    )
    parser.add_argument(
        "--with-parent",
        action="store_true",
        help="with the window: end when the program that started this one is gone",
    )
    parser.add_argument(
        "--keep-running",
        action="store_true",
        help="keep the server afterwards, to look at the backup with restic, until Ctrl-C",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Exit 1 if the restored copy differs from the original."""
    home = environment.data_folders(args, terminal.environ).data / "demo"
    if args.window and args.folder is None:
        from backupclient.cli.demo_window import DemoWindow, why_no_window  # noqa: PLC0415

        why = why_no_window(terminal.environ)
        if not why and DemoWindow(home, terminal, with_parent=args.with_parent).run():
            return Exit.DONE
        why = why or "The window could not be opened; what it lacks stands above"
        terminal.say(f"{why}. This is the demonstration in the terminal.")
    folder = chosen_folder(args.folder, home)
    ignore_hangup()
    demo = Demo(home, folder, terminal)
    with only_one(home), demo.stoppable(), demo.server:
        equal = demo.run()
        if args.keep_running:
            demo.keep_running()
        else:
            place = ["--data-dir", args.data_dir] if args.data_dir else []
            demo.tell_how_to_look([*program(), "demo", "--keep-running", *place])
    return Exit.DONE if equal else Exit.FAILED


class Demo:
    """One demonstration, with its server running. Main thread."""

    def __init__(self, home: Path, folder: Path, terminal: Terminal) -> None:
        self._home = home
        self._folder = folder
        self._terminal = terminal
        self._password_file = home / "password"
        self._control = Control(terminal.clock)
        self._shown: Reporter | None = None
        self._not_in_backup: set[bytes] = set()
        self.server = EmbeddedServer(home / "server", clock=terminal.clock)

    @contextlib.contextmanager
    def stoppable(self) -> Iterator[None]:
        """Inside, Ctrl-C stops the step that runs; each of them looks for that."""

        def note(sentence: str) -> None:
            if self._shown is not None:
                self._shown.note(sentence)
            else:
                self._terminal.interject(sentence)

        with stopping(self._control, self._terminal, note, _KEEPS):
            yield

    @property
    def _location(self) -> str:
        return f"s3:{self.server.endpoint}/{self.server.bucket}"

    def run(self) -> bool:
        """The whole of it; whether the copy equals the original."""
        self._control.check()
        say = self._terminal.say
        say(f"Storage: a SeaweedFS S3 server on this computer, at {self.server.endpoint}")
        engine = self._engine()
        with contextlib.suppress(RepositoryExists):
            engine.init()
            say("Repository: a new one, with a password made just now")
        say(f"Backing up {printable(str(self._folder))}")
        begun_ns = int(self._terminal.clock.now().timestamp() * 1e9)
        backup = self._backup(engine)
        self._say_backup(backup)
        with temporary_copy(self._home) as copy:
            restore = self._restore(engine, backup.snapshot_id, copy)
            self._say_restore(restore)
            found = self._compare(copy, begun_ns, backup)
        self._say_comparison(found)
        if self._terminal.json:
            self._terminal.json_line(self._message(backup, restore, found))
        return not found.differences

    def _engine(self) -> Engine:
        place = Place(
            location=self._location,
            password=kept_password(self._password_file),
            data_dir=str(self._home / "data"),
            access_key=self.server.access_key,
            secret_key=self.server.secret_key,
        )
        return Engine(place, self._terminal.clock, self._control)

    # --- the three steps --------------------------------------------------------------------------

    def _backup(self, engine: Engine) -> BackupSummary:
        request = BackupRequest(
            paths=(os.fsencode(self._folder),),
            rules=(ExcludeRule(literal_pattern(self._home), origin="demo"),),
        )
        with self._step("archival") as shown:
            return engine.backup(request, self._noting_problems(shown))

    def _restore(self, engine: Engine, snapshot_id: str, copy: Path) -> RestoreSummary:
        target = os.fsencode(copy)
        request = RestoreRequest(snapshot=snapshot_id, target=target)
        with self._step("restore") as shown:
            return engine.restore(request, self._noting_problems(shown, below=target))

    def _compare(self, copy: Path, begun_ns: int, backup: BackupSummary) -> Comparison:
        with self._step("restore") as shown:
            comparer = Comparer(
                begun_ns=begun_ns,
                not_in_backup=self._not_in_backup,
                left_out=os.fsencode(self._home),
                on_file=ComparingProgress(self._terminal.clock, self._control, backup, shown),
            )
            folder = os.fsencode(self._folder)
            return comparer.compare(folder, os.fsencode(copy) + folder)

    @contextlib.contextmanager
    def _step(self, during: str) -> Iterator[Reporter]:
        with contextlib.ExitStack() as after, reporter(self._terminal, during) as shown:
            after.callback(shown.conclude)
            self._shown = shown
            try:
                yield shown
            finally:
                self._shown = None

    def _noting_problems(self, shown: Reporter, below: bytes = b"") -> Callable[[Event], None]:
        """Hands events on; remembers which originals have no copy. `below` is where copies lie."""

        def emit(event: Event) -> None:
            if isinstance(event, FileProblem) and event.reason not in _STILL_THERE:
                self._not_in_backup.add(os.fsencode(event.path).removeprefix(below))
            shown.emit(event)

        return emit

    # --- words ------------------------------------------------------------------------------------

    def _say_backup(self, backup: BackupSummary) -> None:
        files = amounts.counted(backup.total_files_processed, "file")
        size = amounts.size(backup.total_bytes_processed)
        took = amounts.duration(backup.total_duration)
        sent = "nothing new had to be sent"
        if backup.data_added:
            added, packed = amounts.size(backup.data_added), amounts.size(backup.data_added_packed)
            sent = f"{added} were new, {packed} were sent after compression"
        self._terminal.say(f"Backed up: {files}, {size}, in {took}; {sent}")

    def _say_restore(self, restore: RestoreSummary) -> None:
        files = amounts.counted(restore.files_restored, "file or link", "files and links")
        size, took = amounts.size(restore.bytes_restored), amounts.duration(restore.total_duration)
        self._terminal.say(f"Restored beside it: {files}, {size}, in {took}")

    def _say_comparison(self, found: Comparison) -> None:
        terminal = self._terminal
        if found.changed:
            what = amounts.counted(found.changed, "file or folder", "files and folders")
            terminal.say(f"Not judged: {what} changed since the backup began")
        if found.skipped:
            what = amounts.counted(found.skipped, "file or folder", "files and folders")
            terminal.say(f"Not compared: {what} that could not be backed up or restored")
        if not found.differences:
            files = amounts.counted(found.files, "file")
            folders = amounts.counted(found.folders, "folder")
            links = amounts.counted(found.links, "link")
            owners = "owners, " if os.geteuid() == 0 else ""
            terminal.say(f"Compared: {files}, {folders} and {links}: every byte is equal,")
            terminal.say(f"and so are {owners}permissions, times and where links point to")
            return
        terminal.warn(f"The copy is NOT equal: {amounts.counted(len(found.differences), 'thing')}")
        for difference in found.differences[:SHOWN_DIFFERENCES]:
            terminal.warn(f"  {printable(os.fsdecode(difference.path))} {difference.aspect}")

    def _message(
        self, backup: BackupSummary, restore: RestoreSummary, found: Comparison
    ) -> DemoDone:
        return DemoDone(
            folder=str(self._folder),
            snapshot_id=backup.snapshot_id,
            files_compared=found.files,
            bytes_compared=found.bytes,
            differences=len(found.differences),
            changed_meanwhile=found.changed,
            not_in_backup=found.skipped,
            data_added_packed=backup.data_added_packed,
            backup_seconds=backup.total_duration,
            restore_seconds=restore.total_duration,
            data_dir=str(self._home),
        )

    def tell_how_to_look(self, again: list[str]) -> None:
        say = self._terminal.say
        say()
        say("The restored copy is removed again. The backup stays, encrypted, in")
        say(f"  {printable(str(self._home))}")
        say("until you delete that folder. To look at it with restic, keep the server running:")
        say(f"  {printable(shlex.join(again))}")

    def keep_running(self) -> None:
        """Until Ctrl-C. The keys go into a file, not onto the screen."""
        say = self._terminal.say
        variables = {
            "RESTIC_REPOSITORY": self._location,
            "RESTIC_PASSWORD_FILE": str(self._password_file),
            "AWS_ACCESS_KEY_ID": self.server.access_key,
            "AWS_SECRET_ACCESS_KEY": self.server.secret_key,
        }
        file = self._home / "restic.env"
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
        write_atomically(file, os.fsencode("".join(lines)))
        try:
            say()
            say("The server keeps running until you press Ctrl-C. In another terminal:")
            say(f"  . {printable(shlex.quote(str(file)))}")
            say("  restic snapshots")
            say("  restic check --read-data")
            while True:
                self._control.sleep(3600)
        except Cancelled:
            say("The server is stopped.")
        finally:
            file.unlink(missing_ok=True)


class ComparingProgress:
    """Tells how far a comparison is, ten times a second, and ends it when it is to stop."""

    def __init__(
        self, clock: Clock, control: Control, backup: BackupSummary, shown: Reporter
    ) -> None:
        self._clock = clock
        self._control = control
        self._backup = backup
        self._shown = shown
        self._began = self._told = clock.monotonic()
        self._files = self._bytes = 0

    def __call__(self, size: int) -> None:
        self._control.check()
        self._files += 1
        self._bytes += size
        now = self._clock.monotonic()
        if now - self._told >= 0.1:
            self._told = now
            self._shown.emit(
                RestoreProgress(
                    seconds=now - self._began,
                    files_total=self._backup.total_files_processed,
                    bytes_total=self._backup.total_bytes_processed,
                    files_done=self._files,
                    bytes_done=self._bytes,
                    verifying=True,
                )
            )
