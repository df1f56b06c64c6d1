"""python -m tests.bench.ui [--only NAME,…] [--files N] [--work DIR] [--out FILE]: how fluid and how
light the window is, without a screen."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.bench import ui_backup, ui_files
from tests.bench.ui_loop import MeasuredApplication, worst
from ui import theme


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ui")
    parser.add_argument("--files", type=int, default=ui_files.FILES)
    parser.add_argument("--work", default="")
    options = parser.parse_args()
    work = Path(options.work or tempfile.mkdtemp(prefix="plainkeep-bench-", dir="/var/tmp"))
    app = MeasuredApplication(sys.argv[:1])
    theme.install(app)
    print("pages")
    print(worst(ui_backup.pages(work, print)[0]))
    print("full speed")
    ui_backup.full_speed(work, print)
    print(f"Files, {options.files:,} files")
    print(worst(ui_files.measure(work, print, options.files)))
    if not options.work:
        shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
