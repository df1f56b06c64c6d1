"""Who gives households their storage: an interface, and SeaweedFS as the first behind it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from backupclient.account_server.settings import StorageSettings
from backupclient.storage.seaweed_admin import SeaweedAdmin, WeedShell


class StorageKeys(NamedTuple):
    """A computer's own, for its household's bucket alone."""

    access_key: str
    secret_key: str


class Provisioner(Protocol):
    """All may be asked again, from any thread and process, and end with the same. What cannot be
    done now is a `StorageError`."""

    endpoint: str
    """Where computers reach the storage."""
    region: str

    def make_bucket(self, bucket: str, limit: int) -> None:
        """It is there and goes by the limit; for one that nobody has keys to yet."""

    def make_keys(self, bucket: str, device_id: str) -> StorageKeys:
        """New keys of this computer, which may read, write, delete and list in `bucket` and nothing
        else. Those it had before end."""

    def end_keys(self, device_id: str) -> None:
        """The computer has none; at once."""

    def set_limit(self, bucket: str, limit: int) -> None:
        """To be gone by from the next `enforce_limits` on."""

    def enforce_limits(self) -> None:
        """Returns when the storage goes by the limits of all buckets: takes data again where there
        is room now."""

    def delete_bucket(self, bucket: str) -> None:
        """It is gone with all that is in it."""

    def used(self) -> dict[str, int]:
        """The bytes in every bucket, as the storage counts them, a few seconds late."""


class SeaweedProvisioner:
    """SeaweedFS, by its administrator's keys."""

    def __init__(self, settings: StorageSettings) -> None:
        shell = settings.shell
        self.endpoint = settings.public_endpoint or settings.endpoint
        self.region = settings.region
        self._admin = SeaweedAdmin(
            settings.endpoint,
            settings.access_key,
            settings.secret_key,
            settings.region,
            WeedShell(shell.master, shell.filer, shell.folder) if shell else None,
        )

    def make_bucket(self, bucket: str, limit: int) -> None:
        self._admin.make_bucket(bucket)
        self._admin.set_quota(bucket, limit)

    def make_keys(self, bucket: str, device_id: str) -> StorageKeys:
        return StorageKeys(*self._admin.make_keys(_user(device_id), bucket))

    def end_keys(self, device_id: str) -> None:
        self._admin.delete_user(_user(device_id))

    def set_limit(self, bucket: str, limit: int) -> None:
        self._admin.set_quota(bucket, limit)

    def enforce_limits(self) -> None:
        self._admin.enforce_quotas()

    def delete_bucket(self, bucket: str) -> None:
        self._admin.delete_bucket(bucket)

    def used(self) -> dict[str, int]:
        return self._admin.used()


def _user(device_id: str) -> str:
    return f"device-{device_id}"
