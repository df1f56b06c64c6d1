"""How much a repository has grown by something that should not have made it grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.places import Place


@dataclass
class Growth:
    loud_ancestors: int = 0
    """How many trees above the source had to change, because somebody else on this computer
    changed a folder on the way to it; 0 when it is quiet. Known when the block has ended."""


@contextmanager
def storing_nothing(place: Place, source: Path) -> Iterator[Growth]:
    """Demands that one backup in the block stores its snapshot and nothing else, except the trees
    above `source` where others were at work; and that nothing that was stored changes or goes."""
    growth, before, above = Growth(), place.objects(), _ancestors(source)
    yield growth
    growth.loud_ancestors = _changed(above, _ancestors(source))
    after = place.objects()
    assert before.items() <= after.items()
    new = Counter(name.partition("/")[0] for name in after.keys() - before.keys())
    assert new.pop("snapshots") == 1
    assert not new or (growth.loud_ancestors and new == {"data": 1, "index": 1}), new


def _ancestors(source: Path) -> list[tuple[int, int]]:
    """The times of every folder above `source`, from the top, without the root, which has no
    entry in any tree."""
    states = [folder.lstat() for folder in list(reversed(source.parents))[1:]]
    return [(state.st_mtime_ns, state.st_ctime_ns) for state in states]


def _changed(before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]) -> int:
    """A folder's times lie in its parent's tree, so the deepest one that changed decides."""
    pairs = enumerate(zip(before, after, strict=True), start=1)
    return max((depth for depth, (old, new) in pairs if old != new), default=0)
