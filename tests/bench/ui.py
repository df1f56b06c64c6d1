"""python -m tests.bench.ui [--only NAME,…] [--files N] [--backup N] [--work DIR] [--out FILE]: how
fluid and how light the window is, without a screen."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.bench import ui_backup, ui_clicks, ui_files, ui_start
from tests.bench.ui_loop import FRAME_MS, LONGEST_MS, MeasuredApplication, worst
from ui import theme
from ui.garbage import CycleCollector

NAMES = ("start", "clicks", "pages", "speed", "files")


class Bench:
    """Runs what was chosen; keeps every line, and what was missed."""

    def __init__(self, work: Path, files: int, seconds: float, backup: int = 0) -> None:
        """`backup` files instead of as many as are wanted."""
        self._work, self._files, self._seconds = work, files, seconds
        self._many = backup or ui_backup.FILES
        self._tiny = backup or ui_backup.TINY_FILES
        self.lines: list[str] = []
        self.missed: list[str] = []

    def tell(self, line: str) -> None:
        self.lines.append(line)
        print(line, flush=True)

    def _judge(self, name: str, met: bool) -> None:
        if not met:
            self.missed.append(name)

    def run(self, name: str) -> None:
        match name:
            case "start":
                self.tell("start and idle: 1 s, 0.2 % and 220 MiB are wanted at most")
                light = ui_start.measure(self._work, self.tell, self._files, self._seconds)
                self._judge(name, light.met)
            case "clicks":
                self.tell(f"first run: {ui_clicks.MOST_CLICKS} clicks are wanted at most")
                clicks = ui_clicks.measure(self._work, self.tell)
                self._judge(name, clicks <= ui_clicks.MOST_CLICKS)
            case "pages":
                self.tell(f"a backup of {self._many:,} files, {self._files:,} known: {_WANTED}")
                found, _ = ui_backup.pages(
                    self._work, self.tell, files=self._many, known=self._files
                )
                self._judge(name, worst(found).met)
            case "speed":
                self.tell(f"{self._tiny:,} tiny files at full speed: {_WANTED}")
                busy, rate = ui_backup.full_speed(self._work, self.tell, files=self._tiny)
                self._judge(name, busy.met and rate.met)
            case _:
                self.tell(f"Files with {self._files:,} files: {_WANTED}")
                times = ui_files.measure(self._work, self.tell, self._files)
                self._judge(name, worst(times).met)


_WANTED = f"gaps of {LONGEST_MS:.0f} ms and frames of {FRAME_MS:.0f} ms are wanted at most"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ui")
    parser.add_argument("--only", default=",".join(NAMES), help=f"some of {','.join(NAMES)}")
    parser.add_argument("--files", type=int, default=ui_files.FILES, help="that are known")
    parser.add_argument("--backup", type=int, default=0, help="files, to see that it works")
    parser.add_argument("--idle", type=float, default=60, help="seconds")
    parser.add_argument("--work", default="", help="keep what is made in this folder (1 GB)")
    parser.add_argument("--out", default="", help="write the lines to this file, too")
    options = parser.parse_args()
    work = Path(options.work or tempfile.mkdtemp(prefix="plainkeep-bench-", dir="/var/tmp"))
    app = MeasuredApplication(sys.argv[:1])
    theme.install(app)
    CycleCollector(app)  # as the program does
    bench = Bench(work, options.files, options.idle, options.backup)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    now = dt.datetime.now(dt.UTC).isoformat(timespec="minutes")
    bench.tell(f"{now}, {os.cpu_count()} processors, load {load}")
    try:
        for name in options.only.split(","):
            bench.run(name)
        bench.tell(f"missed: {', '.join(bench.missed) or 'nothing'}")
        if options.out:
            Path(options.out).write_text("\n".join(bench.lines) + "\n", encoding="utf-8")
    finally:
        if not options.work:
            shutil.rmtree(work)
    return int(bool(bench.missed))


if __name__ == "__main__":
    sys.exit(main())
