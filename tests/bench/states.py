"""How long `status` takes on a manifest of a million files beside a writer, by itself and asked of
an engine that runs."""

from __future__ import annotations

import contextlib
import os
import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from backupclient.manifest.manifest import Manifest
from backupclient.settings import KnownPlaces
from tests.manifest.large import FOLDERS_PER_FOLDER, TOP, make

FILES = 1_000_000
_ID = "0" * 64
_FOLDER = TOP + b"/folder-%05d" % 0


class Question(NamedTuple):
    title: str
    arguments: tuple[str, ...]


QUESTIONS = (
    Question("everything", ()),
    Question("the folder with most in it", (os.fsdecode(TOP),)),
    Question(f"a folder of {FOLDERS_PER_FOLDER}", (os.fsdecode(_FOLDER),)),
    Question("one file", (os.fsdecode(_FOLDER + b"/file-0000050.txt"),)),
    Question("the files that wait", ("--state", "waiting", "--json")),
)


def measure(
    command: Sequence[str], work: Path, tell: Callable[[str], None], *, files: int = FILES
) -> dict[str, float]:
    """Seconds of the whole command, by question: the median of five runs, while another process's
    connection writes as a backup does. Told, too, are those of processor time of the command, which
    other programs at work change less."""
    data = work / f"states-{files}"
    location = str(work / "nowhere")
    folder = data / _ID
    if not (data / "complete").exists():
        folder.mkdir(parents=True)
        make(folder, files)
        KnownPlaces(data).remember(location, _ID)
        (data / "complete").touch()
    environ = {**os.environ, "RESTIC_REPOSITORY": location, "BACKUPCLIENT_DATA_DIR": str(data)}
    found = {}
    with _Writer(folder):
        for asked, engine in (
            ("by itself", contextlib.nullcontext()),
            ("engine", _engine(command, data)),
        ):
            with engine:
                for question in QUESTIONS:
                    argv = [*command, "status", *question.arguments]
                    taken = [_seconds(argv, environ) for _ in range(6)][1:]
                    took = statistics.median(whole for whole, _ in taken)
                    cost = statistics.median(processor for _, processor in taken)
                    found[f"{question.title}, {asked}"] = took
                    tell(
                        f"  status of {question.title:27} {asked:9} {took * 1000:6.0f} ms,"
                        f" {cost * 1000:4.0f} ms of processor"
                    )
    return found


def _seconds(argv: Sequence[str], environ: dict[str, str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(argv, env=environ, stdout=subprocess.DEVNULL, check=False)
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 3), done
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextlib.contextmanager
def _engine(command: Sequence[str], data: Path) -> Iterator[None]:
    argv = [*command, "agent", "--quiet", "--data-dir", str(data)]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(EngineNotRunning):
                Link(data).close()
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


class _Writer:
    """Commits rows of new files, as a backup does, while the block lasts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        manifest = Manifest.open(self._folder)
        number = 0
        try:
            while not self._stop.wait(0.1):
                with manifest.transaction():
                    folder = manifest.ensure_folder(b"/writer/%d" % (number % 100))
                    names = [(b"%d-%d" % (number, file), 10) for file in range(50)]
                    manifest.add_waiting(folder, names)
                number += 1
            with manifest.transaction():
                manifest.drop_entries(1, [b"writer"])
        finally:
            manifest.close()
