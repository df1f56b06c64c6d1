"""The storage plan of a running engine: what it tells, what clears a full storage, the button."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from backupclient.agent.server import Agent
from backupclient.clock import SystemClock
from backupclient.errors import InvalidRequest
from backupclient.events import JobState
from backupclient.link import Link
from backupclient.plan import (
    BackupPlan,
    Schedule,
    Storage,
    When,
    load_plan,
    request_of,
    save_plan,
)
from backupclient.plan import (
    place_of as plan_place,
)
from backupclient.secret_store import SecretName, SecretStore
from backupclient.storage.seaweed import EmbeddedServer
from backupclient.wire.entitlement import Entitlement, Source, StepCode, StepState, Walk
from backupclient.wire.jobs import Jobs, StartBackup, Started, Subscribe
from backupclient.wire.protocol import Batch
from backupclient.wire.storage_plan import BoughtMore, PlanShown, SetLimit, ShowPlan
from tests.cheap_key import make_repository
from tests.fakes import FakeSurroundings
from tests.quota import Quota, place_of
from tests.trees import random_bytes

PASSWORD = "made up for this test"
MB = 1_000_000
Found = TypeVar("Found")


class Desk:
    """A computer with a plan by hand, its engine, and a client that hears all news."""

    def __init__(self, folder: Path, storage: Storage, *, secret_key: str = "") -> None:
        self.data = folder / "data"
        self.source = folder / "source"
        self.source.mkdir()
        for number in range(30):
            (self.source / str(number)).write_bytes(random_bytes(number, 100_000))
        secrets = SecretStore(self.data, use_keyring=False)
        secrets.keep(SecretName.PASSWORD, PASSWORD)
        secrets.keep(SecretName.SECRET_KEY, secret_key)
        save_plan(
            self.data,
            BackupPlan(
                storage=storage,
                folders=(str(self.source),),
                schedule=Schedule(when=When.BY_HAND),
            ),
        )
        self.place = plan_place(self.plan, self.data, password=PASSWORD, secret_key=secret_key)
        self.agent = Agent(self.data, SystemClock(), lasting=True, around=FakeSurroundings())

    @property
    def plan(self) -> BackupPlan:
        plan = load_plan(self.data)
        assert plan is not None
        return plan

    def link(self) -> Link:
        link = Link(self.data)
        link.ask(Subscribe(id=link.new_id()), Jobs)
        return link

    def back_up(self, link: Link) -> str:
        request = StartBackup(id=link.new_id(), place=self.place, request=request_of(self.plan))
        return link.ask(request, Started).job.job

    def job_state(self) -> JobState:
        return self.agent.jobs.all()[-1].state


def until(link: Link, found: Callable[[Batch], Found | None]) -> Found:
    """What the news say sooner or later."""
    for batch in link.news():
        what = found(batch)
        if what is not None:
            return what
    raise AssertionError


def ended(batch: Batch) -> JobState | None:
    return None if batch.outcome is None else batch.outcome.state


def full(batch: Batch) -> Entitlement | None:
    return batch.plan if batch.plan is not None and batch.plan.writable is False else None


def over(batch: Batch) -> Walk | None:
    return batch.walk if batch.walk is not None and batch.walk.done else None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    location = str(tmp_path / "drive")
    desk = Desk(tmp_path, Storage(location=location, limit=1 * MB))
    make_repository(desk.place)
    with desk.agent:
        yield desk


def test_a_limit_is_a_plan_and_raising_it_lets_go_on_what_waits(desk: Desk) -> None:
    with desk.link() as link:
        shown = link.ask(ShowPlan(id=link.new_id()), PlanShown).plan
        assert (shown.source, shown.limit, shown.own_limit) == (Source.OWN_LIMIT, MB, MB)
        desk.back_up(link)
        assert until(link, full).limit == MB
        assert desk.job_state() is JobState.WAITING
        raised = link.ask(SetLimit(id=link.new_id(), limit=100 * MB), PlanShown).plan
        assert raised.limit == 100 * MB
        assert until(link, ended) is JobState.DONE
        after = link.ask(ShowPlan(id=link.new_id()), PlanShown).plan
        assert after.used is not None
        assert 3 * MB <= after.used < 4 * MB
        assert desk.plan.storage.limit == 100 * MB


def test_a_limit_raised_by_hand_is_found_by_the_button(desk: Desk) -> None:
    with desk.link() as link:
        desk.back_up(link)
        until(link, full)
        storage = Storage(location=desk.plan.storage.location, limit=50 * MB)
        plan = desk.plan
        save_plan(
            desk.data, BackupPlan(storage=storage, folders=plan.folders, schedule=plan.schedule)
        )
        link.ask(BoughtMore(id=link.new_id()), PlanShown)
        walk = until(link, over)
        assert [(step.code, step.state) for step in walk.steps] == [
            (StepCode.PLAN, StepState.DONE),
            (StepCode.STORAGE, StepState.DONE),
            (StepCode.THIS_COMPUTER, StepState.DONE),
            (StepCode.WAITING_FILES, StepState.DONE),
        ]
        facts = {step.code: step.facts for step in walk.steps}
        assert facts[StepCode.PLAN]["limit"] == 50 * MB
        assert facts[StepCode.PLAN]["before"] == MB
        assert facts[StepCode.WAITING_FILES]["jobs"] == 1
        assert int(facts[StepCode.WAITING_FILES]["bytes"]) > 0
        assert until(link, ended) is JobState.DONE


def test_the_button_where_nothing_has_changed_says_so(desk: Desk) -> None:
    with desk.link() as link:
        desk.back_up(link)
        until(link, full)
        link.ask(BoughtMore(id=link.new_id()), PlanShown)
        states = {step.code: step.state for step in until(link, over).steps}
        assert states[StepCode.STORAGE] is StepState.NOT_YET
        assert states[StepCode.WAITING_FILES] is StepState.NOT_YET
        assert desk.job_state() is JobState.WAITING


def test_without_a_backup_plan_there_is_no_limit_to_set(tmp_path: Path) -> None:
    with Agent(tmp_path, SystemClock(), lasting=True), Link(tmp_path) as link:
        shown = link.ask(ShowPlan(id=link.new_id()), PlanShown).plan
        assert (shown.source, shown.limit, shown.free) == (Source.NONE, None, None)
        with pytest.raises(InvalidRequest):
            link.ask(SetLimit(id=link.new_id(), limit=MB), PlanShown)


@pytest.mark.needs_seaweed
def test_a_bucket_whose_quota_is_raised_takes_more_at_the_button(
    tmp_path: Path,
) -> None:
    with EmbeddedServer(tmp_path / "server") as server, Quota(server) as quota:
        s3 = place_of(server, "anna")
        storage = Storage(
            location=f"s3:{s3.endpoint}/{s3.bucket}/{s3.prefix}", access_key=s3.access_key
        )
        desk = Desk(tmp_path, storage, secret_key=s3.secret_key)
        make_repository(desk.place)
        with desk.agent, desk.link() as link:
            desk.back_up(link)
            assert until(link, ended) is JobState.DONE
            quota.fill()
            (desk.source / "more").write_bytes(random_bytes(99, 500_000))
            desk.back_up(link)
            until(link, full)
            quota.lift()
            begun = time.monotonic()
            link.ask(BoughtMore(id=link.new_id()), PlanShown)
            assert {step.state for step in until(link, over).steps} == {StepState.DONE}
            assert until(link, ended) is JobState.DONE
            assert time.monotonic() - begun < 50, "not at one of the growing intervals"
