"""Whether what is stored is what a person would need: judged by restic, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.compare import Aspect, compare_trees
from tests.repository.restic import Restic


def restored(restic: Restic, snapshot: str, source: Path) -> Path:
    """What restic makes of `source` as `snapshot` holds it."""
    target = restic.path.with_name("restored")
    shutil.rmtree(target, ignore_errors=True)
    restic("restore", snapshot, "--target", target, "--include", source)
    return target / source.relative_to("/")


def holds(restic: Restic, snapshot: str, source: Path, *, tidy: bool = True) -> None:
    """Demands that the repository is sound, and that `snapshot` holds `source` as it is now.
    Unless `tidy`, packs that nothing needs may be left."""
    if tidy:
        restic.check()
    else:
        restic("check", "--read-data")
    assert compare_trees(source, restored(restic, snapshot, source), ignore={Aspect.MTIME}) == []
