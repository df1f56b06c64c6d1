"""python -m tests.bench.ui [--files N] [--work DIR]: how fluid the window is, without a screen."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from tests.bench import ui_files
from ui import theme

LONGEST_MS = 100.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ui")
    parser.add_argument("--files", type=int, default=ui_files.FILES)
    parser.add_argument("--work", default="")
    options = parser.parse_args()
    work = Path(options.work or tempfile.mkdtemp(prefix="plainkeep-bench-", dir="/var/tmp"))
    app = QApplication(sys.argv[:1])
    theme.install(app)
    print(f"Files, {options.files:,} files")
    longest = max(ui_files.measure(work, print, options.files).values())
    print(f"longest gap: {longest:.1f} ms, at most {LONGEST_MS:.0f} ms are wanted")
    return int(longest > LONGEST_MS)


if __name__ == "__main__":
    sys.exit(main())
