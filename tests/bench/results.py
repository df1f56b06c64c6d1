"""What was measured, and what it says."""

from __future__ import annotations

import enum
from statistics import median

import msgspec

from tests.bench.measuring import Cost
from tests.bench.sets import Measure

MEMORY_TARGET = 350 << 20


class Who(enum.StrEnum):
    OURS = "backupclient"
    RESTIC = "restic"
    BARE = "bare PUTs"


class Sample(msgspec.Struct, frozen=True):
    """One run. `stored_bytes` and `puts` are -1 where they were not counted."""

    set: str
    measure: Measure
    who: Who
    cost: Cost
    stored_bytes: int = -1
    puts: int = -1


class Row(msgspec.Struct, frozen=True):
    """One line of the comparison. `ratio` is how many times better we are than the other; with
    `at_most`, how many times what it took the other, which `target` bounds from above."""

    set: str
    what: str
    ours: str
    other: str
    ratio: float | None
    target: str
    met: bool | None


class Conditions(msgspec.Struct, frozen=True):
    """Without these the numbers mean nothing."""

    date: str
    processors: int
    memory_bytes: int
    system: str
    python: str
    restic: str
    server: str
    page_cache: str
    runs: int
    quick: bool


class Report(msgspec.Struct, frozen=True):
    conditions: Conditions
    rows: list[Row]
    samples: list[Sample]


_FASTER: dict[tuple[str, Measure], float] = {
    ("small", Measure.FIRST): 2.0,
    ("large", Measure.FIRST): 1.5,
    ("small", Measure.UNCHANGED): 2.0,
    ("half-million", Measure.UNCHANGED): 3.0,
    ("small", Measure.RESTORE): 1.5,
    ("large", Measure.RESTORE): 1.5,
    ("small", Measure.RESTORE_FOLDER): 1.5,
    ("large", Measure.RESTORE_FOLDER): 1.5,
}
BARE_TARGET = 1.2
BARE_AIM = 1.05


def rows(samples: list[Sample]) -> list[Row]:
    """The comparison, in the order in which things were measured."""
    found: list[Row] = []
    seen: set[tuple[str, Measure]] = set()
    for sample in samples:
        pair = (sample.set, sample.measure)
        if pair in seen or sample.measure in (Measure.BARE, Measure.REQUESTS):
            continue
        seen.add(pair)
        found.append(_speed(samples, *pair))
    for name in dict.fromkeys(sample.set for sample in samples):
        found.extend(_bare(samples, name))
        found.extend(_puts(samples, name))
        found.extend(_stored(samples, name))
        found.extend(_memory(samples, name))
    return found


def _of(samples: list[Sample], name: str, measure: Measure, who: Who) -> list[Sample]:
    return [s for s in samples if (s.set, s.measure, s.who) == (name, measure, who)]


def _seconds(samples: list[Sample]) -> float:
    return median(sample.cost.seconds for sample in samples)


def _speed(samples: list[Sample], name: str, measure: Measure) -> Row:
    ours, theirs = (_of(samples, name, measure, who) for who in (Who.OURS, Who.RESTIC))
    ratio = _seconds(theirs) / _seconds(ours) if theirs else None
    target = _FASTER.get((name, measure))
    return Row(
        set=name,
        what=measure,
        ours=_times(ours),
        other=_times(theirs),
        ratio=ratio,
        target="" if target is None else f"≥ {target:g} x",
        met=None if target is None or ratio is None else ratio >= target,
    )


def _times(samples: list[Sample]) -> str:
    if not samples:
        return ""
    seconds = [sample.cost.seconds for sample in samples]
    cpu = median(sample.cost.cpu_seconds for sample in samples)
    spread = f" ({min(seconds):.1f}-{max(seconds):.1f})" if len(seconds) > 1 else ""
    return f"{median(seconds):.2f} s{spread}, CPU {cpu:.1f} s"


def _bare(samples: list[Sample], name: str) -> list[Row]:
    bare = _of(samples, name, Measure.BARE, Who.BARE)
    ours = _of(samples, name, Measure.FIRST, Who.OURS)
    if not bare or not ours:
        return []
    ratio = _seconds(ours) / _seconds(bare)
    return [
        Row(
            set=name,
            what="first backup, against bare PUTs of the same bytes",
            ours=f"{_seconds(ours):.2f} s",
            other=f"{_seconds(bare):.2f} s",
            ratio=ratio,
            target=f"≤ {BARE_TARGET:g} x (aim {BARE_AIM:g})" if name == "large" else "",
            met=ratio <= BARE_TARGET if name == "large" else None,
        )
    ]


def _puts(samples: list[Sample], name: str) -> list[Row]:
    counted = [_of(samples, name, Measure.REQUESTS, who) for who in (Who.OURS, Who.RESTIC)]
    if not all(counted):
        return []
    ours, theirs = (found[0].puts for found in counted)
    return [
        Row(
            set=name,
            what="PUT requests of the first backup",
            ours=str(ours),
            other=str(theirs),
            ratio=theirs / ours,
            target="no more",
            met=ours <= theirs,
        )
    ]


def _stored(samples: list[Sample], name: str) -> list[Row]:
    ours, theirs = (
        [s.stored_bytes for s in _of(samples, name, Measure.FIRST, who) if s.stored_bytes >= 0]
        for who in (Who.OURS, Who.RESTIC)
    )
    if not ours or not theirs:
        return []
    sizes = median(ours), median(theirs)
    return [
        Row(
            set=name,
            what="bytes stored by the first backup",
            ours=_mib(sizes[0]),
            other=_mib(sizes[1]),
            ratio=sizes[1] / sizes[0],
            target="",
            met=None,
        )
    ]


def _memory(samples: list[Sample], name: str) -> list[Row]:
    ours, theirs = (
        max((s.cost.peak_bytes for s in samples if s.set == name and s.who is who), default=0)
        for who in (Who.OURS, Who.RESTIC)
    )
    return [
        Row(
            set=name,
            what="peak memory, over everything measured",
            ours=_mib(ours),
            other=_mib(theirs) if theirs else "",
            ratio=theirs / ours if theirs else None,
            target=f"≤ {_mib(MEMORY_TARGET)}",
            met=ours <= MEMORY_TARGET,
        )
    ]


def _mib(size: float) -> str:
    return f"{size / (1 << 20):.0f} MiB"


_VERDICTS = {None: "", True: "met", False: "**missed**"}


def markdown(report: Report) -> str:
    """The table for the README, with what it was measured on."""
    about = report.conditions
    conditions = (
        f"Measured {about.date}, {about.runs} runs of each after a warm-up, alternating; medians"
        f" (range). {about.processors} processors, {_mib(about.memory_bytes)} memory,"
        f" {about.system}, Python {about.python}, {about.restic}, {about.server}."
        f" {about.page_cache}"
    )
    lines = [
        conditions,
        "",
        "| set | what | backupclient | restic / bare | ratio | target | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in report.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
        verdict = "" if about.quick else _VERDICTS[row.met]
        cells = (row.set, row.what, row.ours, row.other, ratio, row.target, verdict)
        lines.append("| " + " | ".join(cells) + " |")
    if about.quick:
        lines += ["", "A quick run on small sets: these numbers say nothing about the targets."]
    return "\n".join(lines) + "\n"
