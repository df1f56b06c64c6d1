"""Blobs go in, packs go out: each blob in exactly one, and nothing ever hangs."""

from __future__ import annotations

import itertools
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled, StorageFull
from backupclient.pipeline.pace import Pace, Plan
from backupclient.pipeline.sender import Abandoned, Failed, PackSender, SentPack
from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.layout import pack_key
from backupclient.repository.repository import Repository
from backupclient.storage.base import FREE, Data, Meter
from tests.fakes import ManualClock
from tests.patience import PATIENCE
from tests.repository.memory_storage import MemoryStorage
from tests.trees import KIB, random_bytes

TARGET = 64 * KIB
SIZE = 5 * KIB


class Gate(MemoryStorage):
    """Holds every pack back until it is opened; `fault` is raised in place of storing."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.open = threading.Event()
        self.open.set()
        self.arrived = threading.Semaphore(0)
        self.fault: Callable[[], BaseException] | None = None
        self._lock = threading.Lock()
        self.most_at_once = 0
        self._now = 0

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        self.arrived.release()
        assert self.open.wait(20)
        try:
            if self.fault is not None:
                raise self.fault()
            super().put(key, data, overwrite=overwrite, meter=meter)
        finally:
            with self._lock:
                self._now -= 1


@pytest.fixture
def storage_type() -> type[Gate]:
    return Gate


@pytest.fixture
def storage(clock: ManualClock, storage_type: type[Gate]) -> Gate:
    return storage_type(clock)


class Sending:
    def __init__(
        self, repository: Repository, control: Control, uploads: int, *, dry_run: bool
    ) -> None:
        self.limit: float | None = None
        self._codec = repository.codec
        self.bytes = 0
        self.news: queue.SimpleQueue[SentPack | Failed] = queue.SimpleQueue()
        self.sender = PackSender(
            repository,
            control,
            self.news.put,
            pace=Pace(repository.clock, Plan(TARGET, uploads), lambda: self.limit),
            on_bytes=self._count,
            dry_run=dry_run,
        )

    def _count(self, count: int) -> None:
        self.bytes += count

    def blobs(self, count: int, first: int = 0, kind: BlobType = BlobType.DATA) -> list[SealedBlob]:
        return [self._codec.encode(kind, random_bytes(first + n, SIZE)) for n in range(count)]

    def sent(self, count: int) -> list[SentPack]:
        """The next packs, which must be good."""
        taken = [self.news.get(timeout=PATIENCE) for _ in range(count)]
        good = [one for one in taken if isinstance(one, SentPack)]
        assert len(good) == len(taken), taken
        return good

    def all_sent(self) -> list[SentPack]:
        """Every pack, if none was taken before."""
        self.sender.flush()
        return self.sent(self.sender.handed_over)


@contextmanager
def sending(
    repository: Repository, control: Control, uploads: int = 2, *, dry_run: bool = False
) -> Iterator[Sending]:
    one = Sending(repository, control, uploads, dry_run=dry_run)
    try:
        yield one
    finally:
        one.sender.close()


def test_every_blob_is_in_exactly_one_pack_that_holds_its_kind_alone(
    repository: Repository, control: Control
) -> None:
    with sending(repository, control) as one:
        data = one.blobs(100)
        trees = one.blobs(30, first=50, kind=BlobType.TREE)
        for number, blob in enumerate(data):
            one.sender.add([blob, *trees[number : number + 1]])
        sent = one.all_sent()
    packs = [pack for pack, _ in sent]
    entries = Counter((entry.type, entry.id) for pack in packs for entry in pack.entries)
    assert entries == Counter((blob.type, blob.id) for blob in (*data, *trees))
    assert all(len({entry.type for entry in pack.entries}) == 1 for pack in packs)
    for pack, size in sent:
        assert repository.load_pack_header(pack.name, size) == pack.entries
        for entry in pack.entries:
            repository.load_blob(pack.name, entry)
    assert one.bytes == sum(size for _, size in sent)


def test_packs_are_closed_once_they_have_their_size(
    repository: Repository, control: Control
) -> None:
    with sending(repository, control) as one:
        for blob in one.blobs(200):
            one.sender.add([blob])
        full = one.sent(one.sender.handed_over)
        assert all(TARGET <= size < TARGET + SIZE + KIB for _, size in full)
        assert len(full) > 10
        one.sender.flush()
        rest = one.sent(one.sender.handed_over - len(full))
    assert sum(len(pack.entries) for pack, _ in (*full, *rest)) == 200


def test_what_is_left_at_the_end_is_one_pack_of_each_kind(
    repository: Repository, control: Control
) -> None:
    with sending(repository, control) as one:
        data, trees = one.blobs(11), one.blobs(3, kind=BlobType.TREE)
        one.sender.add([*data, *trees])
        sent = one.all_sent()
        assert one.sender.handed_over == 2
    for pack, size in sent:
        assert repository.load_pack_header(pack.name, size) == pack.entries
        for entry in pack.entries:
            repository.load_blob(pack.name, entry)
    assert sorted(len(pack.entries) for pack, _ in sent) == [3, 11]


def test_nothing_is_sent_for_nothing(repository: Repository, control: Control) -> None:
    with sending(repository, control) as one:
        assert one.all_sent() == []


def test_blobs_that_follow_each_other_do_not_lie_in_one_pack(
    repository: Repository, control: Control
) -> None:
    """Else the sizes of packs would tell the sizes of a file's chunks."""
    with sending(repository, control) as one:
        blobs = one.blobs(120)
        for blob in blobs:
            one.sender.add([blob])
        where = {e.id: number for number, (p, _) in enumerate(one.all_sent()) for e in p.entries}
    changes = sum(
        where[before.id] != where[after.id] for before, after in itertools.pairwise(blobs)
    )
    assert 25 < changes < 100  # half of 119, by chance


def test_a_blob_larger_than_a_pack_has_one_of_its_own(
    repository: Repository, control: Control
) -> None:
    with sending(repository, control) as one:
        large = repository.codec.encode(BlobType.DATA, random_bytes(1, 14 << 20))
        one.sender.add([large])
        [sent] = one.sent(1)
    assert [entry.id for entry in sent.pack.entries] == [large.id]


def test_no_more_than_the_wanted_number_of_uploads_runs_at_once(
    repository: Repository, control: Control, storage: Gate
) -> None:
    with sending(repository, control, uploads=3) as one:
        for blob in one.blobs(150):
            one.sender.add([blob])
        one.all_sent()
    assert 1 <= storage.most_at_once <= 3


def test_whoever_adds_waits_while_the_line_is_slow(
    repository: Repository, control: Control, storage: Gate
) -> None:
    """What waits in memory is bounded; and the thread that waits can do something now and then."""
    storage.open.clear()
    idled = threading.Event()
    with sending(repository, control, uploads=1) as one, ThreadPoolExecutor(1) as pool:
        blobs = one.blobs(300)

        def add_all() -> int:
            for number, blob in enumerate(blobs):
                one.sender.add([blob], idle=idled.set)
                added[0] = number
            return len(blobs)

        added = [0]
        adding = pool.submit(add_all)
        assert idled.wait(20)
        before = added[0]
        # One pack on its way, two waiting, two open: no more.
        assert before * SIZE < 6 * TARGET
        assert not adding.done()
        storage.open.set()
        assert adding.result(timeout=PATIENCE) == 300
        one.all_sent()


def test_an_error_of_an_upload_is_news_and_the_others_go_on(
    repository: Repository, control: Control, storage: Gate
) -> None:
    storage.fault = StorageFull
    with sending(repository, control, uploads=1) as one:
        one.sender.add(one.blobs(1))
        one.sender.flush()
        failed = one.news.get(timeout=PATIENCE)
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, StorageFull)
        storage.fault = None
        one.sender.add(one.blobs(1, first=9))
        one.sender.flush()
        [sent] = one.sent(1)
        assert pack_key(sent.pack.name) in storage.objects


def test_a_stop_acts_within_an_upload(
    repository: Repository, control: Control, storage: Gate
) -> None:
    storage.open.clear()
    with sending(repository, control, uploads=1) as one:
        one.sender.add(one.blobs(1))
        one.sender.flush()
        assert storage.arrived.acquire(timeout=PATIENCE)
        control.stop()
        storage.open.set()
        failed = one.news.get(timeout=PATIENCE)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, Cancelled)
    assert [key for key in storage.objects if key.startswith("data/")] == []


class Dripping(Gate):
    """Sends a pack in a hundred pieces, each of which takes `seconds`; `pieces` counts them, and
    `meddle` is called after each. `done` once a pack was sent or abandoned."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self._time = clock
        self.seconds = 0.1
        self.pieces = 0
        self.meddle: Callable[[int], None] = lambda _: None
        self.done = threading.Event()

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if key.startswith("data/"):
            try:
                self._drip(meter)
            finally:
                self.done.set()
        super().put(key, data, overwrite=overwrite, meter=meter)

    def _drip(self, meter: Meter) -> None:
        for _ in range(100):
            meter.advance(1)
            self.pieces += 1
            self._time.advance(self.seconds)
            self.meddle(self.pieces)


@pytest.mark.parametrize("storage_type", [Dripping])
def test_a_short_pause_lets_an_upload_end(
    repository: Repository, control: Control, storage: Dripping
) -> None:
    storage.seconds = 0.04

    def meddle(pieces: int) -> None:
        if pieces == 10:
            control.pause()

    storage.meddle = meddle
    with sending(repository, control, uploads=1) as one:
        one.sender.add(one.blobs(1))
        one.sender.flush()
        one.sent(1)
        assert storage.pieces == 100
        # The next one is not begun.
        one.sender.add(one.blobs(1, first=5))
        one.sender.flush()
        with pytest.raises(queue.Empty):
            one.news.get(timeout=0.3)
        assert storage.pieces == 100
        control.resume()
        one.sent(1)


@pytest.mark.parametrize("storage_type", [Dripping])
def test_a_pause_abandons_an_upload_after_five_seconds_and_it_is_sent_again(
    repository: Repository, control: Control, storage: Dripping
) -> None:
    abandoned_at: list[int] = []

    def meddle(pieces: int) -> None:
        if pieces == 10:
            control.pause()

    storage.meddle = meddle
    with sending(repository, control, uploads=1) as one:
        one.sender.add(one.blobs(1))
        one.sender.flush()
        assert storage.done.wait(60)
        with pytest.raises(queue.Empty):
            one.news.get(timeout=0.3)
        abandoned_at.append(storage.pieces)
        assert [key for key in storage.objects if key.startswith("data/")] == []
        control.resume()
        [sent] = one.sent(1)
    assert 59 <= abandoned_at[0] <= 61
    assert storage.pieces == abandoned_at[0] + 100
    assert pack_key(sent.pack.name) in storage.objects


def test_under_a_limit_one_pack_is_sent_at_a_time(
    repository: Repository, control: Control, storage: Gate
) -> None:
    with sending(repository, control, uploads=3) as one:
        one.limit = 1e6
        for blob in one.blobs(150):
            one.sender.add([blob])
        one.all_sent()
        assert storage.most_at_once == 1
        one.limit = None
        while storage.arrived.acquire(blocking=False):
            pass
        storage.open.clear()
        blobs = one.blobs(60, first=200)

        def add_all() -> None:
            for blob in blobs:
                one.sender.add([blob])

        with ThreadPoolExecutor(1) as pool:
            adding = pool.submit(add_all)
            assert all(storage.arrived.acquire(timeout=PATIENCE) for _ in range(3))
            storage.open.set()
            adding.result(timeout=PATIENCE)
    assert storage.most_at_once == 3


def test_an_upload_that_hangs_does_not_hold_up_a_stop(
    repository: Repository, control: Control, storage: Gate
) -> None:
    storage.open.clear()
    one = Sending(repository, control, 1, dry_run=False)
    one.sender.add(one.blobs(1))
    one.sender.flush()
    assert storage.arrived.acquire(timeout=PATIENCE)
    control.stop()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(one.sender.close).result(timeout=PATIENCE)
    storage.open.set()


def test_closing_wakes_whoever_waits_and_drops_what_was_not_sent(
    repository: Repository, control: Control, storage: Gate
) -> None:
    storage.open.clear()
    while storage.arrived.acquire(blocking=False):
        pass  # what made the repository arrived, too
    idled = threading.Event()
    one = Sending(repository, control, 1, dry_run=False)
    blobs = one.blobs(300)

    def add_all() -> None:
        for blob in blobs:
            one.sender.add([blob], idle=idled.set)

    with ThreadPoolExecutor(2) as pool:
        adding = pool.submit(add_all)
        assert idled.wait(20)
        assert storage.arrived.acquire(timeout=PATIENCE)
        closing = pool.submit(one.sender.close)
        with pytest.raises(Abandoned):
            adding.result(timeout=PATIENCE)
        storage.open.set()
        closing.result(timeout=PATIENCE)
    packs = [key for key in storage.objects if key.startswith("data/")]
    assert len(packs) == 1  # the one that was on its way
    assert isinstance(one.news.get(timeout=20), SentPack)
    with pytest.raises(Abandoned):
        one.sender.add(blobs[:1])


def test_a_dry_run_packs_and_counts_and_sends_nothing(
    repository: Repository, control: Control, storage: Gate
) -> None:
    before = dict(storage.objects)
    with sending(repository, control, dry_run=True) as one:
        blobs = one.blobs(40)
        one.sender.add(blobs)
        sent = one.all_sent()
    assert {e.id for pack, _ in sent for e in pack.entries} == {blob.id for blob in blobs}
    assert storage.objects == before
    assert one.bytes == 0


@pytest.mark.parametrize("count", [2, 12, 20, 22])
def test_small_packs_stay_small_to_the_end(
    repository: Repository, control: Control, count: int
) -> None:
    with sending(repository, control) as one:
        one.sender.add(one.blobs(count))
        packs = one.all_sent()
    assert sum(len(pack.pack.entries) for pack in packs) == count
    assert max(pack.size for pack in packs) < TARGET + SIZE + KIB
    if count * (SIZE + 100) < TARGET:
        assert len(packs) == 1


def test_what_the_storage_has_not_acknowledged_is_unsent(
    repository: Repository, control: Control, storage: Gate
) -> None:
    with sending(repository, control) as one:
        storage.open.clear()
        one.sender.add(one.blobs(6))
        one.sender.add(one.blobs(2, first=100, kind=BlobType.TREE))
        assert one.sender.unsent == 6 * SIZE
        one.sender.flush()
        assert one.sender.unsent == 6 * SIZE
        storage.open.set()
        one.sent(one.sender.handed_over)
        assert one.sender.unsent == 0


def test_a_pack_of_tiny_files_is_closed_by_their_number(
    repository: Repository, control: Control
) -> None:
    news: queue.SimpleQueue[SentPack | Failed] = queue.SimpleQueue()
    pace = Pace(repository.clock, Plan(1 << 20, 1), lambda: None)
    sender = PackSender(
        repository, control, news.put, pace=pace, on_bytes=lambda _: None, most_blobs=10
    )
    codec = repository.codec
    for number in range(100):
        sender.add([codec.encode(BlobType.DATA, random_bytes(number, 50))])
    sender.flush()
    packs = [news.get(timeout=PATIENCE) for _ in range(sender.handed_over)]
    sender.close()
    sizes = [len(one.pack.entries) for one in packs if isinstance(one, SentPack)]
    assert sum(sizes) == 100
    assert max(sizes[:-1]) == 10
