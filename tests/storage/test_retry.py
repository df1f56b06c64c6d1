from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.errors import Cancelled, StorageError
from backupclient.storage.base import FREE, Data, Meter
from backupclient.storage.folder import FolderStorage
from backupclient.storage.quirks import QuirkBook, Quirks, lessons
from backupclient.storage.retry import RetryingStorage, RetryPolicy
from tests.fakes import ManualClock
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method

FOR_EVER = 10**9


class Setup:
    """A folder behind faults behind retries, and what was seen of the waits."""

    def __init__(self, root: Path) -> None:
        self.clock = ManualClock()
        self.control = Control(self.clock)
        self.folder = FolderStorage(root, self.clock)
        self.folder.create()
        self.waits: list[tuple[str, float, int]] = []

    def retrying(
        self,
        *faults: Fault,
        seed: int = 1,
        first_deadline: float = RetryPolicy().deadline,
        book: QuirkBook | None = None,
        nearly_full: Callable[[], bool] | None = None,
    ) -> RetryingStorage:
        self.faulty = FaultyStorage(self.folder, faults, self.clock)
        return RetryingStorage(
            self.faulty,
            self.control,
            self.clock,
            random=Random(seed),
            on_wait=self._note,
            policy=RetryPolicy(first_deadline=first_deadline),
            book=book,
            nearly_full=nearly_full,
        )

    def _note(self, error: StorageError, seconds: float, failures: int) -> None:
        self.waits.append((error.code, seconds, failures))


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path / "repository")


TRANSIENT = [
    FaultKind.ERROR_BEFORE,
    FaultKind.LOST_ANSWER,
    FaultKind.TIMEOUT,
    FaultKind.LOGIN_PAGE,
]


def test_a_pause_holds_up_no_second_try(setup: Setup) -> None:
    """A lock must be kept in a pause, too. That nothing else is sent is for the senders to see."""
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, at=1))
    setup.control.pause()
    storage.put("locks/a", b"lock")
    assert len(setup.waits) == 1


@pytest.mark.parametrize("kind", TRANSIENT)
def test_what_passes_by_itself_is_not_seen_by_the_caller(setup: Setup, kind: FaultKind) -> None:
    setup.retrying().put("keys/k", b"key")

    def everything(storage: RetryingStorage) -> None:
        storage.create()
        storage.put("config", b"data")
        assert storage.get("config", offset=1) == b"ata"
        assert storage.stat("config").size == 4
        assert sorted(info.key for info in storage.list("")) == ["config", "keys/k"]
        storage.now()
        storage.delete("config")

    for call in range(1, 8):
        everything(setup.retrying(Fault(kind, at=call, calls=2)))
        assert len(setup.faulty.fired) == 2
        assert list(setup.folder.list("")) == [setup.folder.stat("keys/k")]


def test_an_upload_whose_answer_was_lost_is_stored_once(setup: Setup) -> None:
    storage = setup.retrying(Fault(FaultKind.LOST_ANSWER, at=1, calls=3))
    storage.put("config", b"data")
    assert setup.folder.get("config") == b"data"
    assert [code for code, _, _ in setup.waits] == ["storage-unreachable"] * 3


def test_an_empty_object_left_by_a_failed_upload_is_found_to_be_foreign(setup: Setup) -> None:
    storage = setup.retrying(Fault(FaultKind.EMPTY_OBJECT, at=1))
    with pytest.raises(errors.ObjectConflict):
        storage.put("config", b"data")


def test_a_listing_that_breaks_is_made_again_from_its_start(setup: Setup) -> None:
    for number in range(10):
        setup.folder.put(f"keys/{number}", b"x")
    storage = setup.retrying(Fault(FaultKind.LOST_ANSWER, at=1, method=Method.LIST))
    assert len([info.key for info in storage.list("keys/")]) == 10
    assert len(setup.waits) == 1


@pytest.mark.parametrize(
    "kind",
    [
        errors.AccessDenied,
        errors.CredentialsRejected,
        errors.StorageFull,
        errors.StorageIdentityUnproven,
        errors.BucketMissing,
        errors.ObjectDamaged,
    ],
)
def test_what_does_not_pass_is_raised_at_once(setup: Setup, kind: type[StorageError]) -> None:
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, at=1, error=kind))
    with pytest.raises(kind):
        storage.stat("config")
    assert setup.waits == []
    assert setup.faulty.calls == 1


def test_a_fault_that_stays_is_passed_on_after_a_quarter_of_an_hour(setup: Setup) -> None:
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, at=1, calls=FOR_EVER))
    started = setup.clock.monotonic()
    with pytest.raises(errors.StorageFault):
        storage.get("config")
    assert 14 * 60 <= setup.clock.monotonic() - started <= 15 * 60


def test_a_storage_that_has_never_answered_is_given_up_soon(setup: Setup) -> None:
    fault = Fault(FaultKind.ERROR_BEFORE, at=1, calls=FOR_EVER)
    storage = setup.retrying(fault, first_deadline=RetryPolicy().first_deadline)
    began = setup.clock.monotonic()
    with pytest.raises(errors.StorageFault):
        storage.stat("config")
    assert setup.clock.monotonic() - began <= RetryPolicy().first_deadline < 60


def test_waits_grow_stay_bounded_and_differ_between_computers(setup: Setup) -> None:
    for seed in (1, 2):
        with pytest.raises(errors.StorageFault):
            setup.retrying(Fault(FaultKind.ERROR_BEFORE, 1, FOR_EVER), seed=seed).now()
    starts = [i for i, (_, _, failures) in enumerate(setup.waits) if failures == 1]
    first, second = setup.waits[: starts[1]], setup.waits[starts[1] :]
    assert [s for _, s, _ in first] != [s for _, s, _ in second]
    for _, seconds, failures in setup.waits:
        assert 0 <= seconds <= min(60, 2 ** (failures - 1))
    assert [failures for _, _, failures in first] == list(range(1, len(first) + 1))
    assert max(seconds for _, seconds, _ in first) > 30
    assert [s for _, s, _ in first] + [s for _, s, _ in second] == setup.clock.waits


def test_a_storage_that_says_how_long_to_wait_is_not_asked_before(setup: Setup) -> None:
    def busy() -> StorageError:
        return errors.StorageThrottled(retry_after_seconds=360)

    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, at=1, calls=2, error=busy))
    storage.put("config", b"x")
    assert setup.clock.waits == [360, 360]


# --- second chances -------------------------------------------------------------------------------


def wrong_secret() -> StorageError:
    return errors.CredentialsRejected(reason="wrong-secret")


def unknown_key() -> StorageError:
    return errors.CredentialsRejected(reason="unknown-key")


def may_not_list() -> StorageError:
    return errors.AccessDenied(operation="list")


def may_not_delete() -> StorageError:
    return errors.AccessDenied(operation="delete")


@pytest.mark.parametrize(
    ("error", "tries"),
    [(wrong_secret, 4), (unknown_key, 1), (may_not_list, 2), (may_not_delete, 1)],
)
def test_a_key_that_has_worked_gets_a_second_chance(
    setup: Setup, error: Callable[[], StorageError], tries: int
) -> None:
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, at=2, calls=FOR_EVER, error=error))
    storage.now()
    with pytest.raises(StorageError):
        storage.now()
    assert setup.faulty.calls == 1 + tries


# --- a storage that takes no more -----------------------------------------------------------------


def broken() -> StorageError:
    return errors.StorageFault("quota", status=500, storage_code="InternalError")


PACK = bytes(100_000)


@pytest.mark.parametrize(("data", "least", "most"), [(PACK, 60, 180), (b"lock", 5, 60)])
def test_uploads_that_go_on_failing_while_reading_works_mean_a_full_storage(
    setup: Setup, data: bytes, least: float, most: float
) -> None:
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, 1, FOR_EVER, Method.PUT, broken))
    started = setup.clock.monotonic()
    with pytest.raises(errors.StorageFull) as caught:
        storage.put("config", data)
    assert least <= setup.clock.monotonic() - started <= most
    assert caught.value.facts["status"] == 500
    assert isinstance(caught.value.__cause__, errors.StorageFault)


def test_a_storage_that_hides_being_full_is_known_the_next_time(setup: Setup) -> None:
    book = QuirkBook()
    faults = Fault(FaultKind.ERROR_BEFORE, 1, FOR_EVER, Method.PUT, broken)
    with pytest.raises(errors.StorageFull):
        setup.retrying(faults, book=book).put("config", PACK)
    setup.waits.clear()
    with pytest.raises(errors.StorageFull):
        setup.retrying(faults, book=book).put("config", PACK)
    assert setup.waits == []
    once = Fault(FaultKind.ERROR_BEFORE, 1, 1, Method.PUT, broken)
    setup.retrying(once, book=book).put("config", PACK)
    assert setup.folder.get("config") == PACK


@pytest.mark.parametrize("data", [PACK, b"lock"])
def test_where_a_plan_is_used_up_a_fault_that_nothing_else_explains_is_asked_about_at_once(
    setup: Setup, data: bytes
) -> None:
    faults = Fault(FaultKind.ERROR_BEFORE, 1, FOR_EVER, Method.PUT, broken)
    book = QuirkBook()
    with pytest.raises(errors.StorageFull):
        setup.retrying(faults, nearly_full=lambda: True, book=book).put("config", data)
    assert setup.waits == []
    assert book.quirks == Quirks(), "elsewhere that may yet be a fault"
    once = Fault(FaultKind.ERROR_BEFORE, 1, 1, Method.PUT, broken)
    setup.retrying(once, nearly_full=lambda: True).put("config", data)
    assert setup.folder.get("config") == data


def test_a_storage_that_cannot_be_read_either_is_not_full(setup: Setup) -> None:
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, 1, FOR_EVER, error=broken))
    with pytest.raises(errors.StorageFault):
        storage.put("config", PACK)


class LargeRefused(FaultyStorage):
    """Stores small objects only."""

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if memoryview(data).nbytes > 1000:
            raise broken()
        super().put(key, data, overwrite=overwrite, meter=meter)


def test_a_storage_that_takes_a_byte_is_not_full(setup: Setup) -> None:
    storage = RetryingStorage(
        LargeRefused(setup.folder), setup.control, setup.clock, random=Random(1)
    )
    with pytest.raises(errors.StorageFault):
        storage.put("config", PACK)


def test_a_fault_of_a_minute_is_no_full_storage(setup: Setup) -> None:
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, 1, 5, Method.PUT, broken))
    storage.put("config", PACK)
    assert setup.folder.get("config") == PACK


def test_a_key_that_may_not_delete_is_remembered_until_it_may(setup: Setup) -> None:
    book = QuirkBook()
    setup.folder.put("locks/l", b"lock")
    denied = Fault(FaultKind.ERROR_BEFORE, 1, 1, Method.DELETE, may_not_delete)
    storage = setup.retrying(denied, book=book)
    with pytest.raises(errors.AccessDenied):
        storage.delete("locks/l")
    assert [told.code for told in lessons(Quirks(), book.quirks)] == ["delete-refused"]
    storage.delete("locks/l")
    assert book.quirks == Quirks()


# --- what somebody has to do first ----------------------------------------------------------------


def skewed() -> StorageError:
    return errors.ClockSkewed(skew_seconds=7200)


def test_a_wrong_clock_is_looked_at_each_minute(setup: Setup) -> None:
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, at=1, calls=4, error=skewed))
    storage.put("config", b"x")
    assert setup.clock.waits == [60, 60, 60, 60]


def test_a_login_page_is_looked_at_at_once_and_then_each_two_minutes(setup: Setup) -> None:
    storage = setup.retrying(Fault(FaultKind.LOGIN_PAGE, at=1, calls=4))
    storage.put("config", b"x")
    assert setup.clock.waits[0] <= 1
    assert setup.clock.waits[1:] == [120, 120, 120]


def test_a_body_that_arrives_damaged_again_and_again_is_told(setup: Setup) -> None:
    damaged = Fault(FaultKind.ERROR_BEFORE, at=1, calls=FOR_EVER, error=errors.UploadDamaged)
    storage = setup.retrying(damaged)
    with pytest.raises(errors.UploadDamaged):
        storage.put("config", b"x")
    assert setup.faulty.calls == 4
    storage = setup.retrying(damaged._replace(calls=3))
    storage.put("config", b"x")


# --- stopping -------------------------------------------------------------------------------------


def test_a_stop_ends_the_waiting_at_once(tmp_path: Path) -> None:
    clock = SystemClock()
    control = Control(clock)
    inner = FaultyStorage(
        FolderStorage(tmp_path, clock), [Fault(FaultKind.ERROR_BEFORE, 1, FOR_EVER)]
    )
    waiting = threading.Event()
    storage = RetryingStorage(
        inner,
        control,
        clock,
        random=Random(1),
        on_wait=lambda *_: waiting.set(),
        policy=RetryPolicy(first_wait=600, longest_wait=600, first_deadline=900),
    )

    def stop() -> None:
        waiting.wait(60)
        control.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    started = clock.monotonic()
    with pytest.raises(Cancelled):
        storage.get("config")
    stopper.join()
    assert clock.monotonic() - started < 60
    assert inner.calls == 1


def test_waiting_ends_when_the_network_is_back(tmp_path: Path) -> None:
    clock = SystemClock()
    control = Control(clock)
    folder = FolderStorage(tmp_path / "repository", clock)
    folder.create()
    waiting = threading.Event()
    storage = RetryingStorage(
        FaultyStorage(folder, [Fault(FaultKind.ERROR_BEFORE, 1)]),
        control,
        clock,
        random=Random(1),
        on_wait=lambda *_: waiting.set(),
        policy=RetryPolicy(first_wait=600, longest_wait=600, first_deadline=900),
    )

    def wake() -> None:
        waiting.wait(60)
        while not done.wait(0.05):
            control.wake()

    done = threading.Event()
    waker = threading.Thread(target=wake)
    waker.start()
    started = clock.monotonic()
    storage.put("config", b"x")
    done.set()
    waker.join()
    assert clock.monotonic() - started < 60
    assert folder.get("config") == b"x"


def test_a_stopped_job_may_still_tidy_up_but_tries_nothing_twice(setup: Setup) -> None:
    setup.folder.put("locks/l", b"lock")
    storage = setup.retrying(Fault(FaultKind.ERROR_BEFORE, at=2))
    setup.control.stop()
    storage.delete("locks/l")
    assert list(setup.folder.list("")) == []
    with pytest.raises(Cancelled):
        storage.get("config")
    assert setup.faulty.calls == 2


def test_a_stop_inside_a_transfer_is_no_error_to_retry(setup: Setup) -> None:
    class Stopping:
        def advance(self, count: int) -> None:
            setup.control.stop()
            setup.control.check()

    with pytest.raises(Cancelled):
        setup.retrying().put("config", b"x", meter=Stopping())
    assert setup.faulty.calls == 1
    assert setup.waits == []


def test_listing_is_lazy_until_it_is_used(setup: Setup) -> None:
    listing: Iterator[object] = setup.retrying().list("")
    assert setup.faulty.calls == 0
    assert list(listing) == []


def test_a_stopped_job_asks_nothing_of_a_storage_that_was_away(setup: Setup) -> None:
    """Not even its lock is given back: that would take as long as a connection that fails."""
    storage = setup.retrying(Fault(FaultKind.TIMEOUT, at=2, calls=FOR_EVER))
    storage.put("locks/a", b"lock")
    with setup.control.briefly(30), pytest.raises(Cancelled):
        storage.put("config", b"data")
    calls = setup.faulty.calls
    setup.control.stop()
    with setup.control.last_words(5), pytest.raises(Cancelled):
        storage.delete("locks/a")
    assert setup.faulty.calls == calls
