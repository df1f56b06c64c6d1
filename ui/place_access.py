"""What dialogs ask about the place of a backup, with its secrets, on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from backupclient.errors import BackupError, ManifestUnwritable
from backupclient.plan import BackupPlan, place_of
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.envelope import Reply
from backupclient.wire.protocol import AnyRequest
from ui.background import Background
from ui.lookups import Lookups

MakeRequest = Callable[[int, Place], AnyRequest]
Then = Callable[[Reply], None]
Otherwise = Callable[[BackupError], None]


class PlaceAccess(QObject):
    """Belongs to the window's thread and to a dialog: once that is gone, or after `close`, nothing
    is heard of what is still under way."""

    def __init__(
        self, data: Path, plan: BackupPlan, secrets: SecretStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.data, self.plan, self.secrets = data, plan, secrets
        self.background = Background(self)
        self._lookups = Lookups(data, self)

    def close(self) -> None:
        self.background.close()
        self._lookups.close()

    def ask(
        self, make: MakeRequest, then: Then, otherwise: Otherwise, *, password: str = ""
    ) -> None:
        """A request about the plan's place, opened by `password` or else by the one that is kept.
        One at a time."""

        def fetch() -> Place:
            opened_by = password or self.secrets.get(SecretName.PASSWORD) or ""
            secret_key = self.secrets.get(SecretName.SECRET_KEY) or ""
            return place_of(self.plan, self.data, password=opened_by, secret_key=secret_key)

        self.ask_of(fetch, make, then, otherwise)

    def ask_of(
        self, fetch: Callable[[], Place], make: MakeRequest, then: Then, otherwise: Otherwise
    ) -> None:
        """The same about another place; `fetch` is called in a thread."""

        def ask(place: Place) -> None:
            self._lookups.ask("place", lambda no: make(no, place), then, otherwise)

        self.background.run(fetch, ask, lambda error: otherwise(_as_backup_error(error)))

    def keep(
        self, values: dict[SecretName, str], then: Callable[[], None], otherwise: Otherwise
    ) -> None:
        """Keep these secrets in place of what was kept."""

        def work() -> None:
            for name, value in values.items():
                self.secrets.keep(name, value)

        self.background.run(
            work, lambda _none: then(), lambda error: otherwise(_as_backup_error(error))
        )


def _as_backup_error(error: Exception) -> BackupError:
    return error if isinstance(error, BackupError) else ManifestUnwritable(str(error))
