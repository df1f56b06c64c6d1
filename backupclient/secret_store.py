"""Where secrets are kept between two starts: the system's keyring, or a file where there is none.

The file, `secrets.json` in the data folder, is readable by its owner alone (mode 0600) and not
encrypted: a backup that runs by itself at night has nobody to ask for another secret. A data folder
that somebody named (`--data-dir`) keeps its secrets in this file, too: it may be on a stick, and
holds everything then.
"""

from __future__ import annotations

import contextlib
import enum
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import KeyringLocked
from backupclient.settings import folders, make_private, write_atomically

FILE_NAME = "secrets.json"
_SERVICE = "plainkeep"


class SecretName(enum.StrEnum):
    PASSWORD = "password"  # noqa: S105 - a name, not a password
    SECRET_KEY = "secret-key"  # noqa: S105
    ACCOUNT_TOKEN = "account-token"  # noqa: S105


class Keeper(enum.StrEnum):
    """Who keeps a secret, to be shown in Settings."""

    KEYRING = "keyring"
    FILE = "file"


class SecretStore:
    """The secrets of one data folder. Any thread; asking a keyring may block on the user, who is
    asked to unlock it. `KeyringLocked` if he does not, OSError if the file cannot be used.

    `use_keyring` says whether to ask for one; unless told, only for the folder that is this user's
    own. It is looked for when it is first needed, which takes a while."""

    def __init__(self, data: Path, *, use_keyring: bool | None = None) -> None:
        self._data = data
        self._user = str(data)
        self._use_keyring = use_keyring
        self._looking = threading.Lock()
        self._found: ModuleType | None = None
        self._looked = False

    @property
    def keeper(self) -> Keeper:
        """Where a new secret would go."""
        return Keeper.FILE if self._keyring is None else Keeper.KEYRING

    def get(self, name: SecretName) -> str | None:
        """None if it was never kept."""
        keyring = self._keyring
        if keyring is not None:
            with _locked_is_told():
                found: str | None = keyring.get_password(self._service(name), self._user)
            if found is not None:
                return found
        return self._read().get(name)

    def keep(self, name: SecretName, value: str) -> Keeper:
        """Keep it in place of what was there; returns who keeps it now."""
        keyring = self._keyring
        if keyring is not None:
            with _locked_is_told():
                keyring.set_password(self._service(name), self._user, value)
            self._write({key: old for key, old in self._read().items() if key != name})
            return Keeper.KEYRING
        self._write(self._read() | {name: value})
        return Keeper.FILE

    def forget(self, name: SecretName) -> None:
        keyring = self._keyring
        if keyring is not None:
            from keyring.errors import PasswordDeleteError  # noqa: PLC0415

            with contextlib.suppress(PasswordDeleteError), _locked_is_told():
                keyring.delete_password(self._service(name), self._user)
        self._write({key: old for key, old in self._read().items() if key != name})

    @property
    def _keyring(self) -> ModuleType | None:
        with self._looking:
            if not self._looked:
                wanted = self._use_keyring
                if wanted is None:
                    wanted = self._data.absolute() == folders().data
                self._found = _working_keyring() if wanted else None
                self._looked = True
            return self._found

    @staticmethod
    def _service(name: SecretName) -> str:
        return f"{_SERVICE}:{name}"

    def _read(self) -> dict[SecretName, str]:
        try:
            content = (self._data / FILE_NAME).read_bytes()
        except FileNotFoundError:
            return {}
        return from_json(content, dict[SecretName, str])

    def _write(self, secrets: dict[SecretName, str]) -> None:
        file = self._data / FILE_NAME
        if secrets:
            make_private(self._data)
            write_atomically(file, msgspec.json.encode(secrets))
        else:
            file.unlink(missing_ok=True)


def _working_keyring() -> ModuleType | None:
    """The keyring library if it has somewhere to keep a secret here."""
    import keyring  # noqa: PLC0415 - takes a while to load, and looks for the system's service
    from keyring.backends import fail, null  # noqa: PLC0415

    backend = keyring.get_keyring()
    return None if isinstance(backend, fail.Keyring | null.Keyring) else keyring


@contextlib.contextmanager
def _locked_is_told() -> Iterator[None]:
    from keyring.errors import InitError, KeyringError, PasswordDeleteError  # noqa: PLC0415

    try:
        yield
    except PasswordDeleteError:
        raise
    except (InitError, KeyringError) as error:
        raise KeyringLocked(str(error)) from error
