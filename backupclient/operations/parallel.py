"""Doing many small jobs on a few threads, with what they hold in memory bounded in bytes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_PATIENCE = 0.1


def run_parallel(
    jobs: Iterable[Job],
    work: Callable[[Job], Result],
    *,
    threads: int,
    weight: Callable[[Job], int],
    budget: int,
    tick: Callable[[], None],
    idle: Callable[[], bool] = lambda: False,
) -> Generator[Result]:
    """The results, as they come. `jobs` is drawn from, and `tick` called about ten times a second,
    in the caller's thread; `work` runs in the others. Jobs under way weigh no more than `budget`
    together, unless one alone does; while no other can be begun, `idle` is called for something
    short to do instead, until it says that there is nothing. The first error that a job ends with
    is raised here, once all jobs under way are over; then, as when the iterator is closed, no other
    is begun."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="work")
    running: dict[Future[Result], int] = {}
    try:
        for job in jobs:
            heavy = weight(job)
            while running and (
                len(running) >= 2 * threads or sum(running.values()) + heavy > budget
            ):
                yield from _finished(running, tick, 0 if idle() else _PATIENCE)
            running[pool.submit(work, job)] = heavy
            tick()
        while running:
            yield from _finished(running, tick, _PATIENCE)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _finished(
    running: dict[Future[Result], int], tick: Callable[[], None], patience: float
) -> Generator[Result]:
    done, _ = wait(running, timeout=patience, return_when=FIRST_COMPLETED)
    tick()
    for future in done:
        del running[future]
        yield future.result()
