"""Which runs a listed snapshot stands for."""

from __future__ import annotations

from collections.abc import Iterable


def held_by(runs: Iterable[tuple[int, str, int | bool]]) -> dict[int, int]:
    """Of runs with their sets and whether their snapshot is listed: for each that a listed snapshot
    stands for, the newest run of its set that ended in one. A run is stood for by every later one
    of its set that ended in a snapshot (`Manifest.holding_runs`)."""
    known = list(runs)
    newest: dict[str, int] = {}
    for no, set_key, listed in known:
        if listed:
            newest[set_key] = max(newest.get(set_key, 0), no)
    return {no: newest[set_key] for no, set_key, _ in known if no <= newest.get(set_key, 0)}
