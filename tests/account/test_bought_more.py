"""The walk at "I've bought more storage", over somebody who knows the plan and obedient hands."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from backupclient.account.bought_more import BoughtMore, Held
from backupclient.account.entitlement import Tell
from backupclient.errors import AccessDenied, BackupError, StorageUnreachable
from backupclient.wire.entitlement import (
    Computer,
    Entitlement,
    Late,
    Seat,
    Source,
    Step,
    StepCode,
    StepState,
    Trouble,
    Walk,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GB = 10**9
COMPUTERS = (
    Computer(name="Here", this=True, applied_limit=100 * GB),
    Computer(name="Laptop", online=True, applied_limit=100 * GB),
    Computer(name="Study PC", last_seen=NOW, waiting_bytes=3 * GB, applied_limit=100 * GB),
    Computer(name="Old one", seat=Seat.RELEASED),
)
SMALL = Entitlement(
    source=Source.SERVICE, as_of=NOW, limit=100 * GB, used=100 * GB, computers=COMPUTERS
)
LARGE = msgspec.structs.replace(SMALL, limit=200 * GB)


class Account:
    """Knows one plan before it is asked and one after."""

    def __init__(self, before: Entitlement, after: Entitlement) -> None:
        self._before, self._after = before, after

    def current(self) -> Entitlement:
        return self._before

    def refresh(self, tell: Tell) -> Entitlement:
        state = StepState.NOT_YET if self._after.trouble else StepState.DONE
        tell(Step(code=StepCode.ACCOUNT, state=StepState.DOING))
        tell(Step(code=StepCode.ACCOUNT, state=state, trouble=self._after.trouble))
        return self._after


class Hands:
    def __init__(self, *, takes: bool = True, error: BackupError | None = None) -> None:
        self._takes, self._error = takes, error
        self.applied: list[int | None] = []
        self.went_on = 0

    def takes_data(self) -> bool:
        if self._error is not None:
            raise self._error
        return self._takes

    def apply(self, plan: Entitlement) -> None:
        self.applied.append(plan.limit)

    def held(self) -> Held:
        return Held(1, 214, 12 * GB)

    def go_on(self) -> Held:
        self.went_on += 1
        return self.held()


def walked(
    after: Entitlement, hands: Hands, before: Entitlement = SMALL
) -> tuple[BoughtMore, list[Walk]]:
    told: list[Walk] = []
    walk = BoughtMore(Account(before, after), hands, told.append)
    walk.run()
    return walk, told


def states(walk: Walk) -> list[tuple[str, StepState]]:
    return [(step.subject or step.code.value, step.state) for step in walk.steps]


def test_a_purchase_is_walked_through_to_the_other_computers() -> None:
    hands = Hands()
    walk, told = walked(LARGE, hands)
    assert states(walk.walk) == [
        ("account", StepState.DONE),
        ("plan", StepState.DONE),
        ("storage", StepState.DONE),
        ("this-computer", StepState.DONE),
        ("Laptop", StepState.DOING),
        ("Study PC", StepState.NOT_YET),
        ("waiting-files", StepState.DONE),
    ]
    plan = walk.walk.steps[1]
    assert (plan.facts["before"], plan.facts["limit"]) == (100 * GB, 200 * GB)
    assert hands.applied == [200 * GB]
    assert hands.went_on == 1
    assert [walk.done for walk in told].count(True) == 1
    assert told[-1].done
    assert len({len(walk.steps) for walk in told}) == 1, "all lines are there from the start"


def test_another_computer_ticks_when_it_has_heard_of_it() -> None:
    walk, told = walked(LARGE, Hands())
    heard = tuple(
        msgspec.structs.replace(one, applied_limit=200 * GB) if one.name == "Laptop" else one
        for one in COMPUTERS
    )
    before = len(told)
    walk.look_again(msgspec.structs.replace(LARGE, computers=heard), takes=None)
    assert dict(states(told[-1]))["Laptop"] is StepState.DONE
    assert len(told) == before + 1
    assert not walk.settled, "one is off still"
    walk.look_again(msgspec.structs.replace(LARGE, computers=heard), takes=None)
    assert len(told) == before + 1, "nothing new is not told"


@pytest.mark.parametrize("late", [Late.PAYMENT, Late.STORAGE])
def test_who_is_late_is_said_and_what_waits_stays(late: Late) -> None:
    hands = Hands(takes=False)
    walk, told = walked(msgspec.structs.replace(SMALL, late=late), hands)
    by_name = {step.code: step for step in walk.walk.steps}
    assert by_name[StepCode.PLAN].state is StepState.NOT_YET
    assert by_name[StepCode.PLAN].facts["late"] == late
    assert by_name[StepCode.STORAGE].state is StepState.NOT_YET
    assert by_name[StepCode.WAITING_FILES].state is StepState.NOT_YET
    assert hands.went_on == 0
    walk.look_again(LARGE, takes=True)
    now = {step.code: step for step in told[-1].steps}
    assert now[StepCode.STORAGE].state is StepState.DONE
    assert now[StepCode.WAITING_FILES].state is StepState.DONE
    assert now[StepCode.PLAN].facts["before"] == 100 * GB


def test_without_the_account_the_storage_is_asked_all_the_same() -> None:
    hands = Hands()
    unheard = msgspec.structs.replace(SMALL, trouble=Trouble(code="account-unreachable"))
    found = dict(states(walked(unheard, hands)[0].walk))
    assert found["account"] is StepState.NOT_YET
    assert found["plan"] is StepState.NOT_YET
    assert found["storage"] is StepState.DONE
    assert found["waiting-files"] is StepState.DONE
    assert hands.went_on == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [(StorageUnreachable(), StepState.NOT_YET), (AccessDenied(), StepState.FAILED)],
)
def test_a_storage_that_does_not_answer_is_not_called_full(
    error: BackupError, state: StepState
) -> None:
    hands = Hands(error=error)
    walk, _ = walked(LARGE, hands)
    storage = next(step for step in walk.walk.steps if step.code is StepCode.STORAGE)
    assert (storage.state, storage.trouble) == (state, Trouble(code=error.code))
    assert hands.went_on == 0


def test_a_storage_of_ones_own_has_no_account_to_ask() -> None:
    own = msgspec.structs.replace(SMALL, source=Source.OWN_LIMIT, computers=())
    raised = msgspec.structs.replace(own, limit=150 * GB)

    class Own(Account):
        def refresh(self, tell: Tell) -> Entitlement:
            return raised

    told: list[Walk] = []
    BoughtMore(Own(own, raised), Hands(), told.append).run()
    assert [name for name, _ in states(told[-1])] == [
        "plan",
        "storage",
        "this-computer",
        "waiting-files",
    ]
