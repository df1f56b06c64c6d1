"""Every error the engine can end with, as typed facts.

BackupError
├─ StorageError
│  ├─ StorageUnreachable *     no answer at all: network, name, refused, time-out
│  │  └─ AddressNotFound *     the name cannot be resolved
│  ├─ StorageThrottled *       it answers "slow down"
│  ├─ StorageFault *           it answers, with a fault of its own (5xx)
│  ├─ NotTheStorage *          something else answered (captive portal, proxy page)
│  ├─ StorageIdentityUnproven  TLS: the certificate cannot be trusted
│  ├─ ProxyRefused             a proxy in between wants a login or says no
│  ├─ AddressInvalid           the address cannot be one
│  ├─ CredentialsMissing       no key to sign with
│  ├─ CredentialsRejected      the key or its secret is wrong, or run out
│  ├─ AccessDenied             a good key that may not do this
│  ├─ AccountBlocked           the provider has closed the account
│  ├─ WrongRegion              the bucket lives in another region (fact: region)
│  ├─ ClockSkewed *            this computer's clock and the storage's differ (fact: skew_seconds)
│  ├─ BucketMissing            the bucket or the folder is not there
│  ├─ StorageFull              no more data is taken; reading works
│  ├─ UploadTooLarge           one object is too large for what is in between
│  ├─ UploadDamaged *          what arrived is not what was sent
│  ├─ FeatureMissing           this storage lacks a function
│  ├─ ObjectMissing            the named object is not there
│  ├─ ObjectConflict           another object has this name already
│  └─ ObjectDamaged            what came back is not what the name promises
├─ RepositoryError
│  ├─ WrongPassword  KeyMissing  RepositoryMissing  RepositoryExists  ConfigMissing
│  ├─ DifferentRepository      not the one this computer knew at this place
│  ├─ FormatUnsupported        made by a newer (or much older) program
│  ├─ RepositoryLocked *       another program holds it
│  ├─ LockLost                 our own lock could not be kept; work was stopped in time
│  ├─ SnapshotMissing          no backup of that name
│  ├─ DataDamaged              contents cannot be decrypted or do not match their name
│  └─ MemoryFault              a blob changed between sealing and sending: this computer's memory
├─ ManifestError
│  ├─ LocalDiskFull *  ManifestLocked *  ManifestUnwritable
│  └─ ManifestDamaged          to be set aside and rebuilt
├─ SourceUnavailable           a whole chosen folder is gone; never recorded as "all files deleted"
├─ TargetUnwritable            restore cannot write where it was asked to
├─ InvalidRequest              the command or a setting makes no sense (fact: reason)
└─ InternalError               our bug
Cancelled                      not an error: the user stopped the job         (* passes by itself)

Rules. An error carries a stable `code` in words, `transient` (it may pass by itself, so that it
is retried), and facts; sentences for people live in `support/explainer.py` alone. Foreign
exceptions are translated once, at the door they come through, `from exc`. Retry lives in
`storage/retry.py` alone. A problem with one file is data (`events.FileProblem`), never an error.
"""

from __future__ import annotations

from typing import ClassVar

Fact = str | int | float | bool


class Cancelled(BaseException):
    """The user stopped the job. Derives from BaseException so that no handler of errors eats it."""


class BackupError(Exception):
    """Root of the tree. `raw` is the foreign text for the details view; `facts` fill sentences."""

    code: ClassVar[str] = "error"
    transient: ClassVar[bool] = False

    def __init__(self, raw: str = "", **facts: Fact | None) -> None:
        super().__init__(raw)
        self.raw = raw
        self.facts: dict[str, Fact] = {k: v for k, v in facts.items() if v is not None}

    def __str__(self) -> str:
        facts = ", ".join(f"{k}={v}" for k, v in self.facts.items())
        return ": ".join(part for part in (self.code, facts, self.raw) if part)


# --- storage ------------------------------------------------------------------------------------


class StorageError(BackupError):
    """Something between this computer and the stored bytes. Facts may hold key, status,
    storage_code and request_id."""

    code = "storage-error"


class StorageUnreachable(StorageError):
    code = "storage-unreachable"
    transient = True


class AddressNotFound(StorageUnreachable):
    code = "address-not-found"


class StorageThrottled(StorageError):
    code = "storage-busy"
    transient = True


class StorageFault(StorageError):
    code = "storage-fault"
    transient = True


class NotTheStorage(StorageError):
    code = "captive-portal"
    transient = True


class StorageIdentityUnproven(StorageError):
    code = "identity-unproven"


class ProxyRefused(StorageError):
    code = "proxy-refused"


class AddressInvalid(StorageError):
    code = "address-invalid"


class CredentialsMissing(StorageError):
    code = "key-not-set"


class CredentialsRejected(StorageError):
    """Fact `reason`: unknown-key, wrong-secret or expired."""

    code = "wrong-secret"


class AccessDenied(StorageError):
    """Fact `operation`: read, write, delete or list."""

    code = "access-denied"


class AccountBlocked(StorageError):
    code = "account-blocked"


class WrongRegion(StorageError):
    """Fact `region`: where the bucket is, when the storage told."""

    code = "wrong-region"


class ClockSkewed(StorageError):
    """Fact `skew_seconds`: this computer's time minus the storage's."""

    code = "clock-wrong"
    transient = True


class BucketMissing(StorageError):
    code = "bucket-missing"


class StorageFull(StorageError):
    code = "storage-full"


class UploadTooLarge(StorageError):
    code = "upload-too-large"


class UploadDamaged(StorageError):
    code = "upload-damaged"
    transient = True


class FeatureMissing(StorageError):
    code = "feature-missing"


class ObjectMissing(StorageError):
    code = "object-missing"


class ObjectConflict(StorageError):
    code = "object-conflict"


class ObjectDamaged(StorageError):
    code = "object-damaged"


# --- repository ---------------------------------------------------------------------------------


class RepositoryError(BackupError):
    code = "repository-error"


class WrongPassword(RepositoryError):
    code = "wrong-password"


class KeyMissing(RepositoryError):
    """No key file is left although snapshots exist."""

    code = "key-missing"


class RepositoryMissing(RepositoryError):
    """Fact `known`: whether this computer has backed up to this place before."""

    code = "repository-missing"


class RepositoryExists(RepositoryError):
    code = "repository-exists"


class ConfigMissing(RepositoryError):
    """The config object is gone although keys or snapshots exist."""

    code = "config-missing"


class DifferentRepository(RepositoryError):
    code = "different-repository"


class FormatUnsupported(RepositoryError):
    code = "format-unsupported"


class RepositoryLocked(RepositoryError):
    """Facts: holder, since (RFC 3339), exclusive, waited_seconds."""

    code = "repository-locked"
    transient = True


class LockLost(RepositoryError):
    code = "lock-lost"


class SnapshotMissing(RepositoryError):
    code = "snapshot-missing"


class DataDamaged(RepositoryError):
    """Facts: key (the object), blob."""

    code = "data-damaged"


class MemoryFault(RepositoryError):
    code = "memory-fault"


# --- this computer ------------------------------------------------------------------------------


class ManifestError(BackupError):
    code = "manifest-error"


class LocalDiskFull(ManifestError):
    """Fact `path`: where there is no room."""

    code = "disk-full"
    transient = True


class ManifestLocked(ManifestError):
    code = "manifest-locked"
    transient = True


class ManifestUnwritable(ManifestError):
    code = "manifest-unwritable"


class ManifestDamaged(ManifestError):
    code = "manifest-damaged"


class SourceUnavailable(BackupError):
    """Fact `path`: the chosen folder."""

    code = "source-unavailable"


class TargetUnwritable(BackupError):
    """Fact `path`."""

    code = "target-unwritable"


class InvalidRequest(BackupError):
    """Fact `reason`: a word the explainer knows, or the raw text says it."""

    code = "invalid-request"


class InternalError(BackupError):
    code = "internal-error"
