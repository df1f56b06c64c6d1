"""How much a repository has grown by something that should not have made it grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.ancestors import Ancestors
from tests.end_to_end.places import Place


@contextmanager
def storing_nothing(place: Place, above: Ancestors) -> Iterator[None]:
    """Demands that the one backup in the block stores its snapshot and nothing else, except the
    trees above the source where others were at work; and that nothing stored changes or goes."""
    before = place.objects()
    yield
    after = place.objects()
    assert before.items() <= after.items()
    new = Counter(name.partition("/")[0] for name in after.keys() - before.keys())
    assert new.pop("snapshots") == 1
    # A run that finds its notes damaged begins anew, and may meet others at work a second time.
    packs = new.pop("data", 0)
    assert not packs or (above.changed_trees() and packs <= 2 and new.pop("index") == 1), packs
    assert not new, new
