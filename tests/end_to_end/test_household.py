"""A home whose storage is full: somebody buys more in the browser, and every computer goes on. Then
one dies for good, and its people are told."""

from __future__ import annotations

import email
import email.policy
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from playwright.sync_api import Page, sync_playwright

from backupclient.account.membership import load_membership, save_membership
from backupclient.engine import Engine
from backupclient.errors import StorageError
from backupclient.events import BackupSummary, JobState
from backupclient.plan import request_of
from backupclient.wire.answers import PlaceStep
from backupclient.wire.entitlement import StepCode, StepState, Walk
from backupclient.wire.household import AccountStatus
from backupclient.wire.jobs import JobInfo, Jobs, StartBackup, Started, Subscribe
from backupclient.wire.storage_plan import BoughtMore, PlanShown
from tests.accounts import PASSWORD as PERSONS_PASSWORD
from tests.accounts import Accounts, Home
from tests.end_to_end.proxy import Proxy, Refusal
from tests.households import Member
from tests.needs import find_browser
from tests.patience import PATIENCE
from tests.trees import random_bytes

pytestmark = [
    pytest.mark.needs_browser,
    pytest.mark.needs_restic,
    pytest.mark.needs_seaweed,
]
PASSWORD = "made up for this test"
MB = 1_000_000
SECONDS = 5.0
"""So soon every computer goes on after a purchase."""


class House(NamedTuple):
    accounts: Accounts
    home: Home
    page: Page
    computers: tuple[Member, Member]


@pytest.fixture
def page(any_accounts: Accounts) -> Iterator[Page]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        yield browser.new_page(base_url=any_accounts.url)
        browser.close()


@pytest.fixture
def house(any_accounts: Accounts, page: Page, tmp_path: Path) -> Iterator[House]:
    home = any_accounts.found(limit=15 * MB)
    with ExitStack() as stack:
        desk, laptop = (
            stack.enter_context(Member(tmp_path / name, name, own_process=True))
            for name in ("desk", "laptop")
        )
        yield House(any_accounts, home, page, (desk, laptop))


def test_more_storage_reaches_every_computer_by_itself_and_by_the_button(house: House) -> None:
    sign_in(house)
    for number, computer in enumerate(house.computers):
        (computer.source / "first").write_bytes(random_bytes(number, 3 * MB))
        computer.join(PASSWORD)
        first_backup(computer)

    pass_the_limit_together(house)
    jobs = fill(house, 10)
    buy(house.page, r"200\sGB")
    house.accounts.settle()
    goes_on(house, jobs)

    with Proxy(house.accounts.url, judge=without_streams) as proxy:
        for computer in house.computers:
            cut_off(computer, proxy.endpoint)
        shrink(house)
        jobs = fill(house, 20)
        buy(house.page, r"1\sTB")
        house.accounts.settle()
        for walk in [push_the_button(computer) for computer in house.computers]:
            found = {step.code: step.state for step in walk.steps}
            assert found[StepCode.ACCOUNT] is StepState.DONE
            assert found[StepCode.STORAGE] is StepState.DONE
            assert found[StepCode.THIS_COMPUTER] is StepState.DONE
        goes_on(house, jobs)

    desk, laptop = house.computers
    laptop.kill()
    with desk.stopped():  # the judge is alone there
        nothing_is_stored_twice(desk)
    is_missed(laptop, house)


def is_missed(computer: Member, house: House) -> None:
    """A mail says so once it had no complete backup for five days."""
    accounts = house.accounts
    ahead = datetime.now(UTC) - accounts.clock.now()
    accounts.clock.advance((ahead + timedelta(days=4.5)).total_seconds())
    accounts.settle()
    assert mails_about(computer, accounts) == []
    accounts.clock.advance(timedelta(days=0.6).total_seconds())
    accounts.settle()
    [subject] = mails_about(computer, accounts)
    assert "no complete backup for 5 days" in subject.replace("\xa0", " ")


def mails_about(computer: Member, accounts: Accounts) -> list[str]:
    mails = accounts.mails.glob("silent-*.eml")
    read = (
        email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in mails
    )
    return [subject for mail in read if computer.name in (subject := str(mail["Subject"]))]


# --- the browser ----------------------------------------------------------------------------------


def sign_in(house: House) -> None:
    house.page.goto("/")
    house.page.get_by_label("E-mail address").fill(house.home.email)
    house.page.get_by_label("Password").fill(PERSONS_PASSWORD)
    house.page.get_by_role("button", name="Sign in").click()

    def let_in(status: AccountStatus) -> None:
        house.page.goto(status.verification_uri_complete)
        house.page.get_by_role("button", name="Let it in").click()

    for computer in house.computers:
        computer.sign_in(house.accounts.url, let_in)


def buy(page: Page, size: str) -> None:
    page.goto("/plan")
    page.get_by_role("button", name=re.compile(rf"(Buy|Change to) {size}")).click()
    page.get_by_role("button", name="Pay €").click()


# --- the computers --------------------------------------------------------------------------------


def fill(house: House, seed: int) -> list[str]:
    """The storage takes nothing more, and both wait; their jobs."""
    enforce(house)
    jobs = [new_backup(computer, seed, MB) for computer in house.computers]
    for computer, job in zip(house.computers, jobs, strict=True):
        computer.until(lambda one=computer, job=job: waits(one, job))  # type: ignore[misc]
    return jobs


def new_backup(computer: Member, seed: int, size: int) -> str:
    """Of a new file of that size; the job."""
    new = random_bytes(100 * seed + ord(computer.name[0]), size)
    (computer.source / f"new-{seed}").write_bytes(new)
    no = computer.link.new_id()
    start = StartBackup(id=no, place=computer.place, request=request_of(computer.plan))
    return computer.link.ask(start, Started).job.job


def pass_the_limit_together(house: House) -> None:
    """What each of them sends at the same moment would fit alone: neither has heard of the other's
    part when the plan is used up. Both are whole; the storage refuses what comes next."""
    jobs = [new_backup(computer, 5, 5 * MB) for computer in house.computers]
    for computer, job in zip(house.computers, jobs, strict=True):
        computer.until(lambda one=computer, job=job: ended([the(one.backups(), job)]))  # type: ignore[misc]
        outcome = the(computer.backups(), job).outcome
        assert outcome is not None
        assert isinstance(outcome.summary, BackupSummary), outcome


def enforce(house: House) -> None:
    """What the storage does by itself once a minute, until it takes nothing more: how much there is
    it learns a few seconds late."""
    place = house.computers[0].place
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        house.accounts.service.provisioner.enforce_limits()
        try:
            Engine(place).try_out(PlaceStep.WRITE)
        except StorageError:
            return
        time.sleep(0.2)
    raise AssertionError(house.accounts.service.provisioner.used())


def shrink(house: House) -> None:
    house.accounts.pay(house.home, 4 * MB)
    house.accounts.sweep()


def waits(computer: Member, job: str) -> bool:
    info = the(computer.backups(), job)
    waiting = info.waiting
    return info.state is JobState.WAITING and waiting is not None and waiting.code == "storage-full"


def goes_on(house: House, jobs: list[str]) -> None:
    began = time.monotonic()
    for computer, job in zip(house.computers, jobs, strict=True):
        computer.until(lambda one=computer, job=job: not waits(one, job))  # type: ignore[misc]
    took = time.monotonic() - began
    assert took < SECONDS
    for computer, job in zip(house.computers, jobs, strict=True):
        computer.until(lambda one=computer, job=job: ended([the(one.backups(), job)]))  # type: ignore[misc]
        outcome = the(computer.backups(), job).outcome
        assert outcome is not None
        assert isinstance(outcome.summary, BackupSummary), outcome


def first_backup(computer: Member) -> None:
    """By itself."""
    computer.until(lambda: ended(computer.backups()))
    [job] = computer.backups()
    assert job.outcome is not None
    assert isinstance(job.outcome.summary, BackupSummary), job.outcome


def cut_off(computer: Member, address: str) -> None:
    """From now on it reaches the service only where no stream gets through."""
    with computer.stopped():
        membership = load_membership(computer.data)
        save_membership(computer.data, msgspec.structs.replace(membership, address=address))


def without_streams(_method: str, path: str) -> Refusal | None:
    return Refusal(403, "NoStreams") if path == "v1/events" else None


def push_the_button(computer: Member) -> Walk:
    computer.link.ask(Subscribe(id=computer.link.new_id()), Jobs)
    computer.link.ask(BoughtMore(id=computer.link.new_id()), PlanShown)
    for batch in computer.link.news():
        if batch.walk is not None and batch.walk.done:
            return batch.walk
    raise AssertionError


def the(jobs: list[JobInfo], job: str) -> JobInfo:
    return next(one for one in jobs if one.job == job)


def ended(jobs: list[JobInfo]) -> bool:
    return any(job.outcome for job in jobs)


def nothing_is_stored_twice(computer: Member) -> None:
    restic = restic_at(computer)
    assert b"no errors were found" in restic("check", "--read-data")
    blobs = [line for line in restic("list", "blobs").splitlines() if line.startswith(b"data")]
    assert len(blobs) == len(set(blobs)) > 0


def restic_at(computer: Member) -> Callable[..., bytes]:
    place = computer.place
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(computer.data),
        "RESTIC_REPOSITORY": place.location,
        "RESTIC_PASSWORD": place.password,
        "AWS_ACCESS_KEY_ID": place.access_key,
        "AWS_SECRET_ACCESS_KEY": place.secret_key,
    }

    def run(*arguments: str) -> bytes:
        done = subprocess.run(
            ["restic", "--no-cache", *arguments],
            env=environment,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    return run
