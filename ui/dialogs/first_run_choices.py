"""What was chosen in the first run, and what all its pages need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.plan import BackupPlan, Schedule, Storage, When, place_of, save_plan
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.answers import Amount
from backupclient.wire.envelope import Reply
from backupclient.wire.protocol import Batch
from ui.background import Background
from ui.engine_link import EngineLink, MakeRequest
from ui.presets import junk_rules


class Choices:
    """Nothing of it is kept before the last step. Sizes are bytes."""

    def __init__(self, computer: str) -> None:
        self.computer = computer
        self.folders: tuple[Path, ...] = ()
        self.leave_out_junk = True
        self.amount = Amount()
        self.counted = False
        """Whether `amount` is all there is."""
        self.storage: Storage | None = None
        self.where = ""
        """The storage as people call it."""
        self.secret_key = ""
        self.free_bytes: int | None = None
        self.backup_there = False
        self.device = self.hostname = ""
        """Of a computer with a plan of a household: what its backups are told from others' by."""
        self.password = ""
        self.recovery_key = ""
        self.sheet_later = False
        """Nobody has the recovery sheet: its key opens nothing."""

    def plan(self) -> BackupPlan:
        assert self.storage is not None
        return BackupPlan(
            storage=self.storage,
            folders=tuple(str(folder) for folder in self.folders),
            computer=self.computer,
            device=self.device,
            hostname=self.hostname,
            rules=junk_rules() if self.leave_out_junk else (),
            exclude_caches=self.leave_out_junk,
            schedule=Schedule(when=When.HOURLY),
        )


class Surroundings(QObject):
    """The engine, the data folder and the secrets, for the pages. After `close` no answer is
    delivered any more: pages may be gone."""

    account = Signal(object)
    """How this computer is signed in from now on: an `AccountStatus`."""

    def __init__(self, data: Path, link: EngineLink, secrets: SecretStore, clock: Clock) -> None:
        super().__init__()
        self.data = data
        self.secrets = secrets
        self.clock = clock
        self.background = Background(self)
        self._link = link
        self._open = True
        link.news.connect(self._hear)

    def close(self) -> None:
        self._open = False
        self.background.close()

    def _hear(self, batch: Batch) -> None:
        if self._open and batch.account is not None:
            self.account.emit(batch.account)

    def ask(
        self,
        make: MakeRequest,
        then: Callable[[Reply], None],
        otherwise: Callable[[BackupError], None],
    ) -> None:
        """As `EngineLink.ask`."""

        def deliver(reply: Reply) -> None:
            if self._open:
                then(reply)

        def refuse(error: BackupError) -> None:
            if self._open:
                otherwise(error)

        self._link.ask(make, deliver, refuse)

    def place(self, storage: Storage, password: str, secret_key: str) -> Place:
        plan = BackupPlan(storage=storage, folders=())
        return place_of(plan, self.data, password=password, secret_key=secret_key)

    def keep(
        self,
        choices: Choices,
        plan: BackupPlan,
        then: Callable[[BackupPlan], None],
        otherwise: Callable[[Exception], None],
    ) -> None:
        """The secrets, then the plan: whoever finds a plan finds its secrets."""
        secrets, data = self.secrets, self.data
        password, secret_key = choices.password, choices.secret_key

        def work() -> BackupPlan:
            secrets.keep(SecretName.PASSWORD, password)
            if secret_key:
                secrets.keep(SecretName.SECRET_KEY, secret_key)
            save_plan(data, plan)
            return plan

        self.background.run(work, then, otherwise)
