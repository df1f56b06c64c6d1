"""A restore's plan answers alike whether it is in memory or in its database."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import pytest

from backupclient.manifest.scratch import RestorePlan
from backupclient.manifest.scratch_rows import HERE, FileRow, FirstRow, PartRow
from backupclient.operations.restore.files import RANGE, fetch_jobs


def filled(rows_in_memory: int, seed: int) -> RestorePlan:
    """Files of no, one or several parts, some of which are here already."""
    plan = RestorePlan(rows_in_memory=rows_in_memory)
    choice = random.Random(seed)
    for _ in range(300):
        no = plan.next_file_no
        here = choice.random() < 0.2
        parts = []
        for at in range(choice.choice([0, 1, 1, 1, 5])):
            pack_no = HERE if here and choice.random() < 0.5 else choice.randint(1, 4)
            offset = no if pack_no == HERE else choice.randint(0, 50) * 1000
            parts.append(PartRow(pack_no, offset, no, at * 900, 1000, 900, bytes([at]) * 32))
        fetched = sum(part.pack_no != HERE for part in parts)
        name = b"file %d" % no
        origin = name if fetched < len(parts) else None
        settled = not parts and choice.random() < 0.3
        facts = choice.randbytes(36)
        size = 900 * len(parts)
        plan.add_file(FileRow(no, no // 7, name, size, fetched, settled, origin, facts), parts)
        if choice.random() < 0.1:
            plan.add_first(b"inode %d" % no, FirstRow(no, no // 7, name))
            first = plan.first_of(b"inode %d" % no)
            assert first is not None
            plan.add_link(no // 7 + 1, b"link %d" % no, first)
    assert plan.first_of(b"of nobody") is None
    plan.finish()
    return plan


def answers(plan: RestorePlan) -> Iterator[object]:
    without = list(plan.files_without_fetch())
    yield without
    yield [plan.parts_here(file) for file in without if file.origin is not None]
    yield list(plan.parts_to_fetch())
    yield list(plan.parts_by_file())
    yield list(plan.links())
    yield plan.files_made


@pytest.mark.parametrize("seed", range(5))
def test_all_answers_are_the_same(seed: int) -> None:
    with closing(filled(1 << 20, seed)) as memory, closing(filled(17, seed)) as database:
        for one, other in zip(answers(memory), answers(database), strict=True):
            assert one == other
            assert one


@pytest.mark.parametrize("rows_in_memory", [1 << 20, 100])
def test_parts_are_fetched_by_the_range(rows_in_memory: int) -> None:
    places = [  # pack, offset, length
        (1, 0, 1000),
        (1, 1000, 1000),
        (1, 2500, 500),  # a small gap is read through
        (1, 1_000_000, 500),  # a large one is not
        (1, 1_000_000, 500),  # the same blob for another file
        (2, 1_000_500, 500),  # another pack
        (2, 1_001_000, RANGE),  # more than one range holds
        (2, 1_001_000 + RANGE, 3 * RANGE),  # one blob is never divided
    ]
    with closing(RestorePlan(rows_in_memory=rows_in_memory)) as plan:
        for index, (pack_no, offset, length) in enumerate(reversed(places)):
            no = plan.next_file_no
            part = PartRow(pack_no, offset, no, 0, length, 0, bytes([index]) * 32)
            plan.add_file(FileRow(no, 1, b"%d" % no, length - 32, 1, False, None, b""), [part])
        plan.finish()
        jobs = list(fetch_jobs(plan.parts_to_fetch(), ["first", "second"]))
    assert [(job.pack, job.offset, job.length, len(job.rows)) for job in jobs] == [
        ("first", 0, 3000, 3),
        ("first", 1_000_000, 500, 2),
        ("second", 1_000_500, 500, 1),
        ("second", 1_001_000, RANGE, 1),
        ("second", 1_001_000 + RANGE, 3 * RANGE, 1),
    ]
