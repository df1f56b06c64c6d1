"""The folders above what is backed up, which are not the test's own."""

from __future__ import annotations

from pathlib import Path


class Ancestors:
    """The folders above `source` as they are when this is made: before the first backup of it."""

    def __init__(self, source: Path) -> None:
        # The root has no entry in any tree.
        self._folders = list(reversed(source.parents))[1:]
        self._times = self._now()

    def _now(self) -> list[tuple[int, int]]:
        states = [folder.lstat() for folder in self._folders]
        return [(state.st_mtime_ns, state.st_ctime_ns) for state in states]

    def changed_trees(self) -> int:
        """How many trees must differ by now, because somebody else on this computer changed a
        folder on the way to the source; 0 where it is quiet. A folder's times lie in its parent's
        tree, so the deepest one that changed decides."""
        pairs = enumerate(zip(self._times, self._now(), strict=True), start=1)
        return max((depth for depth, (old, new) in pairs if old != new), default=0)
