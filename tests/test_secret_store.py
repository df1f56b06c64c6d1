"""Secrets are in the keyring of the user's own data folder, else in a file for its owner alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked as KeyringLockedByUser

from backupclient.errors import KeyringLocked
from backupclient.secret_store import FILE_NAME, Keeper, SecretName, SecretStore
from backupclient.settings import folders


class Keyring(KeyringBackend):
    """What a desktop has and a test computer has not."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # of the library
        self.kept: dict[tuple[str, str], str] = {}

    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLockedByUser("dismissed")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def desktop() -> Iterator[Keyring]:
    before = keyring.get_keyring()
    ring = Keyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return folders().data


@pytest.mark.skipif(sys.platform != "linux", reason="the user's own folder is moved by XDG here")
def test_the_users_own_folder_has_the_keyring(own: Path, desktop: Keyring) -> None:
    assert SecretStore(own).keep(SecretName.PASSWORD, "open sesame") is Keeper.KEYRING
    assert SecretStore(own).get(SecretName.PASSWORD) == "open sesame"
    assert list(desktop.kept.values()) == ["open sesame"]
    assert not (own / FILE_NAME).exists()


def test_a_folder_that_was_named_holds_everything(tmp_path: Path, desktop: Keyring) -> None:
    stick = tmp_path / "stick"
    assert SecretStore(stick).keeper is Keeper.FILE
    assert SecretStore(stick).keep(SecretName.PASSWORD, "open sesame") is Keeper.FILE
    assert SecretStore(stick).get(SecretName.PASSWORD) == "open sesame"
    assert not desktop.kept
    assert (stick / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_what_the_file_had_moves_into_the_keyring(tmp_path: Path, desktop: Keyring) -> None:
    SecretStore(tmp_path, use_keyring=False).keep(SecretName.PASSWORD, "old")
    store = SecretStore(tmp_path, use_keyring=True)
    assert store.get(SecretName.PASSWORD) == "old"
    store.keep(SecretName.PASSWORD, "new")
    assert store.get(SecretName.PASSWORD) == "new"
    assert not (tmp_path / FILE_NAME).exists()


def test_it_is_made_without_looking_for_a_keyring() -> None:
    """The window starts without loading what few starts need."""
    program = (
        "import sys; from pathlib import Path\n"
        "from backupclient.secret_store import SecretStore\n"
        "SecretStore(Path('data'))\n"
        "sys.exit('keyring' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_keyring_that_stays_locked_is_told_and_loses_nothing(
    tmp_path: Path, desktop: Keyring
) -> None:
    store = SecretStore(tmp_path, use_keyring=True)
    store.keep(SecretName.PASSWORD, "open sesame")
    desktop.locked = True
    with pytest.raises(KeyringLocked) as raised:
        store.get(SecretName.PASSWORD)
    assert raised.value.transient
    desktop.locked = False
    assert store.get(SecretName.PASSWORD) == "open sesame"
