"""Files that were changed a while ago."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from tests.fakes import ManualClock
from tests.trees import random_bytes


def aged_file(
    path: Path, clock: ManualClock, *, days: float, size: int, holes: bool = False
) -> Path:
    """A file last changed so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if holes:
        path.touch()
        os.truncate(path, size)
    else:
        path.write_bytes(random_bytes(sum(path.name.encode()), size))
    when = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (when, when))
    return path
