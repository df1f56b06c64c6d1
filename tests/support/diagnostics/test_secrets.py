"""No secret and no hidden name gets into a report or a log, wherever it comes from."""

from __future__ import annotations

import io
import shutil
import string
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from backupclient import recovery_key
from backupclient.errors import AccessDenied, BackupError, StorageError
from backupclient.events import JobState, Waiting
from backupclient.logs import crashes
from backupclient.logs.log import Happened, Log, Program
from backupclient.plan import BackupPlan, Storage, place_of
from backupclient.settings import folders
from backupclient.support import unanswered
from backupclient.support.diagnostics.gather import About, Told, Wishes, gather
from backupclient.support.diagnostics.saving import zipped
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance
from backupclient.wire.entitlement import Computer, Entitlement, Source, Trouble
from backupclient.wire.failure import Failure
from backupclient.wire.household import AccountState, AccountStatus
from backupclient.wire.jobs import JobInfo, JobKind, Outcome
from tests.fakes import ManualClock

NOW = datetime(2026, 11, 3, 21, 10, tzinfo=UTC)

letters = st.text(string.ascii_letters + string.digits + "/+-_= ", min_size=12, max_size=40)
secrets = st.one_of(
    letters.map(lambda text: "Zq" + text.strip() + "9x"),  # keys, tokens, passwords
    st.builds(recovery_key.generate),
)
names = st.text(string.ascii_letters + "äöüßéñ日本", min_size=6, max_size=20).map("Zq".__add__)


class Household:
    """A computer whose every corner may have something in it that is nobody's business."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.clock = ManualClock(NOW)
        self.password = self.access_key = self.secret_key = ""
        self.location = "s3:https://storage.example.org/bucket/prefix"
        self.folders: tuple[str, ...] = ("/home/anna/Pictures",)
        self.rules: tuple[str, ...] = ()
        self.note = self.token = self.session = self.called = ""
        self.error: BackupError = StorageError()
        self.job = "1a2b3c4d"
        self.computer = self.household = "Anna's laptop"
        self.service = "https://account.example.org"

    def report(self) -> bytes:
        """All members of the .zip and all logs, one after the other."""
        failure = Failure(code=self.error.code, facts=self.error.facts, raw=self.error.raw)
        log = Log(self.data, Program.ENGINE, self.clock, verbose=True)
        log.write(
            Happened.JOB_ENDED,
            self.error.code,
            self.error.facts,
            job=self.job,
            path=self.folders[0],
            raw=self.error.raw,
        )
        log.close()
        plan = BackupPlan(
            storage=Storage(location=self.location, access_key=self.access_key),
            folders=self.folders,
            rules=self.rules,
            computer=self.computer,
            hostname=self.computer,
            report_url=self.called,
        )
        place = place_of(plan, self.data, password=self.password, secret_key=self.secret_key)
        place = structs.replace(place, session_token=self.session)
        told = Told(
            (self._job(failure), self._waiting()),
            self._automation(),
            plan=self._plan(),
            account=AccountStatus(
                state=AccountState.SIGNED_IN,
                address=self.service,
                name=self.computer,
                user_code=self.computer,
                location=self.location,
                failure=self._trouble(),
            ),
        )
        about = About(folders(str(self.data)), plan, place, "file", (self.error,), (self.token,))
        wishes = Wishes(note=self.note, ask_storage=False)
        content = zipped(gather(about, told, wishes, self.clock))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [archive.read(name) for name in archive.namelist()]
        logs = [
            file.read_bytes()
            for file in (self.data / "logs").iterdir()
            if file.name != "window.log"  # here the one that others wrote into
        ]
        return b"\n".join(members + logs)

    def _job(self, failure: Failure) -> JobInfo:
        return JobInfo(
            job=self.job,
            kind=JobKind.BACKUP,
            location=self.location,
            subject=self.folders,
            state=JobState.FAILED,
            created=NOW,
            outcome=Outcome(state=JobState.FAILED, failure=failure),
        )

    def _waiting(self) -> JobInfo:
        return JobInfo(
            job=self.job,
            kind=JobKind.BACKUP,
            location=self.location,
            subject=self.folders,
            state=JobState.WAITING,
            created=NOW,
            waiting=Waiting(code=self.error.code, seconds=5, facts=self.error.facts),
            next_try=NOW,
        )

    def _trouble(self) -> Trouble:
        return Trouble(code=self.error.code, facts=self.error.facts, raw=self.error.raw)

    def _plan(self) -> Entitlement:
        computer = Computer(name=self.computer, device_id=self.computer, this=True)
        return Entitlement(
            source=Source.SERVICE,
            as_of=NOW,
            household=self.household,
            manage_url=f"{self.service}/{self.household}",
            computers=(computer,),
            trouble=self._trouble(),
        )

    def _automation(self) -> AutomationStatus:
        error = self.error
        hindrance = Hindrance(code=error.code, facts=error.facts, raw=error.raw)
        return AutomationStatus(state=AutomationState.WAITING, hindrance=hindrance)


def crash(home: Household, secret: str) -> None:
    error = ValueError(f"cannot open {secret}")
    error.__cause__ = KeyError(secret)
    crashes.note(home.data, Program.ENGINE, home.clock, error)


def question(home: Household, secret: str) -> None:
    home.password = secret
    unanswered.remember(home.data, f"is {secret} right", NOW)


def token(home: Household, secret: str) -> None:
    home.token = secret
    home.note = f"it says {secret}"
    home.error = AccessDenied(secret, host=secret, path=f"/{secret}", holder=secret)


def temporary_login(home: Household, secret: str) -> None:
    home.session = secret
    home.note = secret


def typed_by_mistake(home: Household, secret: str) -> None:
    home.password = secret
    home.note = f"my password is {secret}, help"


def foreign_line(home: Household, secret: str) -> None:
    """A log that somebody else wrote into."""
    (home.data / "logs").mkdir()
    line = (
        '{"time":"2026-11-03T21:10:00Z","level":"%s","program":"window","event":"noticed",'
        '"code":"%s","job":"%s","path":"/home/anna/%s","facts":{"token":"%s","reason":"%s"}}\n'
    )
    (home.data / "logs/window.log").write_text(line % ((secret,) * 6), "utf-8")


Plant = Callable[[Household, str], None]

SECRET_PLACES: dict[str, Plant] = {
    "password": lambda home, secret: setattr(home, "password", secret),
    "secret key": lambda home, secret: setattr(home, "secret_key", secret),
    "access key": lambda home, secret: setattr(home, "access_key", secret),
    "address": lambda home, secret: setattr(
        home, "location", f"s3:https://storage.example.org/{secret.replace(' ', '')}/x"
    ),
    "raw text": lambda home, secret: setattr(home, "error", AccessDenied(f"denied: {secret}")),
    "unknown fact": lambda home, secret: setattr(home, "error", AccessDenied(token=secret)),
    "known fact": lambda home, secret: setattr(
        home,
        "error",
        AccessDenied(reason=secret, storage_code=secret, region=secret, since=secret, side=secret),
    ),
    "request id": lambda home, secret: setattr(home, "error", StorageError(request_id=secret)),
    "computer": lambda home, secret: setattr(home, "computer", secret),
    "household": lambda home, secret: setattr(home, "household", secret),
    "folder": lambda home, secret: setattr(home, "folders", (f"/home/anna/{secret}/b",)),
    "rule": lambda home, secret: setattr(home, "rules", (f"*{secret}*",)),
    "job": lambda home, secret: setattr(home, "job", secret),
    "crash": crash,
    "question": question,
    "foreign line": foreign_line,
    "account token": token,
    "temporary login": temporary_login,
    "address to call": lambda home, secret: setattr(home, "called", f"https://x.org/{secret}"),
    "typed by mistake": typed_by_mistake,
}
NAME_PLACES: dict[str, Plant] = {
    "folder": lambda home, name: setattr(home, "folders", (f"/home/anna/{name}/{name}.jpg",)),
    "rule": lambda home, name: setattr(home, "rules", (name,)),
    "host": lambda home, name: setattr(home, "location", f"s3:https://{name}.example.org/b/c"),
    "computer": lambda home, name: setattr(home, "computer", name),
    "service": lambda home, name: setattr(home, "service", f"https://{name}.example.org"),
    "bucket": lambda home, name: setattr(home, "location", f"s3:https://e.example.org/{name}/c"),
    "path of an error": lambda home, name: setattr(
        home, "error", AccessDenied(f"/x/{name}", path=f"/x/{name}", holder=name, host=name)
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Callable[[], Household]:
    """A new one each time."""
    data = tmp_path / "data"

    def new() -> Household:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        return Household(data)

    return new


quick = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("plant", SECRET_PLACES.values(), ids=SECRET_PLACES)
@quick
@given(secret=secrets)
def test_no_secret_gets_out(home: Callable[[], Household], plant: Plant, secret: str) -> None:
    household = home()
    plant(household, secret)
    told = household.report()
    for form in (secret, secret.replace(" ", ""), secret.replace("-", "")):
        assert form.encode() not in told


@pytest.mark.parametrize("plant", NAME_PLACES.values(), ids=NAME_PLACES)
@quick
@given(name=names)
def test_no_hidden_name_gets_out(home: Callable[[], Household], plant: Plant, name: str) -> None:
    household = home()
    plant(household, name)
    assert name.lower().encode() not in household.report().decode().lower().encode()
