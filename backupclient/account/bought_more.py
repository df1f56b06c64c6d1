""" "I've bought more storage": everything that has to be true for it, looked at in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from backupclient.account.entitlement import PlanSource
from backupclient.errors import BackupError, Fact
from backupclient.wire.entitlement import (
    Computer,
    Entitlement,
    Late,
    Source,
    Step,
    StepCode,
    StepState,
    Trouble,
    Walk,
)

TellWalk = Callable[[Walk], None]


class Held(NamedTuple):
    """What waits for room on this computer."""

    jobs: int
    files: int
    bytes: int


class Hands(Protocol):
    """What the walk does through others. Any thread."""

    def takes_data(self) -> bool:
        """One byte is written to the storage and removed. Raises `BackupError`s."""

    def apply(self, plan: Entitlement) -> None:
        """This computer works by this plan from now on."""

    def go_on(self) -> Held:
        """What waits for room goes on now; returns what that was."""

    def held(self) -> Held:
        """What waits for room."""


class BoughtMore:
    """One walk. `run` takes seconds; `look_again` may be called afterwards, by one thread at a
    time, when the plan changed or the storage takes data again."""

    def __init__(
        self, source: PlanSource, hands: Hands, tell: TellWalk, limit_before: int | None = None
    ) -> None:
        """`limit_before` is that of before the purchase, if it is known to have been another."""
        self._source = source
        self._hands = hands
        self._tell = tell
        self._before = limit_before
        self._lines: dict[tuple[StepCode, str], Step] = {}
        self._done = False

    @property
    def walk(self) -> Walk:
        return Walk(tuple(self._lines.values()), self._done)

    @property
    def settled(self) -> bool:
        """Nothing more can come of it."""
        return self._done and all(line.state is StepState.DONE for line in self._lines.values())

    def run(self) -> Entitlement:
        known = self._source.current()
        codes = [StepCode.PLAN, StepCode.STORAGE, StepCode.THIS_COMPUTER]
        if known.source is Source.SERVICE:
            codes.insert(0, StepCode.ACCOUNT)
        for code in codes:
            self._put(Step(code=code, state=StepState.WAITING))
        for one in known.others:
            waiting = Step(code=StepCode.OTHER_COMPUTER, state=StepState.WAITING, subject=one.name)
            self._put(waiting)
        self._put(Step(code=StepCode.WAITING_FILES, state=StepState.WAITING))
        before = known.limit if self._before is None else self._before
        plan = self._source.refresh(self._take)
        self._say(plan_step(plan, before))
        takes = self._try_storage(plan)
        self._hands.apply(plan)
        facts = _facts(limit=plan.limit)
        self._say(Step(code=StepCode.THIS_COMPUTER, state=StepState.DONE, facts=facts))
        for one in plan.others:
            self._put(_other(one, plan))
        self._finish(takes=takes)
        self._done = True
        self._tell(self.walk)
        return plan

    def look_again(self, plan: Entitlement, *, takes: bool | None) -> None:
        """`takes`: the storage was just seen to take data; None if nobody has tried."""
        old = self.walk
        for one in plan.others:
            self._put(_other(one, plan))
        shown = self._lines.get((StepCode.PLAN, ""))
        if shown is not None and shown.facts.get("limit") != plan.limit:
            before = shown.facts.get("limit")
            self._put(plan_step(plan, before if isinstance(before, int) else None))
        if takes:
            self._put(_storage(plan, takes=True))
            held = self._lines.get((StepCode.WAITING_FILES, ""))
            if held is not None and held.state is not StepState.DONE:
                self._put(held_step(held.facts))
        if self.walk != old:
            self._tell(self.walk)

    def _try_storage(self, plan: Entitlement) -> bool:
        self._say(Step(code=StepCode.STORAGE, state=StepState.DOING))
        try:
            takes = self._hands.takes_data()
        except BackupError as error:
            state = StepState.NOT_YET if error.transient else StepState.FAILED
            trouble = Trouble(code=error.code, facts=error.facts, raw=error.raw)
            self._say(Step(code=StepCode.STORAGE, state=state, trouble=trouble))
            return False
        self._say(_storage(plan, takes=takes))
        return takes

    def _finish(self, *, takes: bool) -> None:
        held = self._hands.go_on() if takes else self._hands.held()
        facts = _facts(jobs=held.jobs, files=held.files, bytes=held.bytes)
        state = StepState.DONE if takes or not held.jobs else StepState.NOT_YET
        self._put(Step(code=StepCode.WAITING_FILES, state=state, facts=facts))

    def _take(self, step: Step) -> None:
        """The source's own."""
        self._say(step)

    def _say(self, step: Step) -> None:
        self._put(step)
        self._tell(self.walk)

    def _put(self, step: Step) -> None:
        self._lines[step.code, step.subject] = step


def plan_step(plan: Entitlement, before: int | None) -> Step:
    """What the source says of the plan."""
    facts = _facts(limit=plan.limit, before=before, late=plan.late)
    if plan.pending is not None:
        facts["paid"] = plan.pending.limit
    if plan.trouble is not None:
        # The last known one; who did not answer has a line of his own.
        return Step(code=StepCode.PLAN, state=StepState.NOT_YET, facts=facts, trouble=plan.trouble)
    state = StepState.DONE if plan.late is Late.NOBODY else StepState.NOT_YET
    return Step(code=StepCode.PLAN, state=state, facts=facts)


def _storage(plan: Entitlement, *, takes: bool) -> Step:
    facts = _facts(free=plan.free, late=plan.late)
    state = StepState.DONE if takes else StepState.NOT_YET
    return Step(code=StepCode.STORAGE, state=state, facts=facts)


def held_step(facts: dict[str, Fact]) -> Step:
    return Step(code=StepCode.WAITING_FILES, state=StepState.DONE, facts=facts)


def _other(one: Computer, plan: Entitlement) -> Step:
    told = one.applied_limit == plan.limit
    state = StepState.DONE if told else StepState.DOING if one.online else StepState.NOT_YET
    facts = _facts(online=one.online, waiting=one.waiting_bytes)
    if one.last_seen is not None:
        facts["last_seen"] = one.last_seen.isoformat()
    return Step(code=StepCode.OTHER_COMPUTER, state=state, subject=one.name, facts=facts)


def _facts(**facts: Fact | None) -> dict[str, Fact]:
    return {name: fact for name, fact in facts.items() if fact is not None}
