"""Every error the engine can end with, as typed facts.

BackupError
├─ StorageError
│  ├─ StorageUnreachable *     no answer at all: network, name, refused, time-out
│  │  └─ AddressNotFound *     the name cannot be resolved
│  ├─ StorageThrottled *       it answers "slow down"
│  ├─ StorageFault *           it answers, with a fault of its own (5xx)
│  ├─ NotTheStorage *          something else answered (captive portal, firewall, proxy page)
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
│  ├─ BucketNameTaken          somebody else's bucket has the name of the one to be made
│  ├─ StorageFull              no more data is taken; reading works
│  ├─ UploadTooLarge  UploadDamaged *   for what is in between; on its way
│  ├─ FeatureMissing           this storage lacks a function
│  ├─ ObjectMissing  ObjectConflict  ObjectDamaged   not there; another one; not as named
│  └─ ObjectArchived           it is there, and has to be brought back before it can be read
├─ RepositoryError
│  ├─ WrongPassword  KeyMissing  RepositoryMissing  RepositoryExists  ConfigMissing
│  ├─ DifferentRepository      not the one this computer knew at this place
│  ├─ FormatUnsupported        made by a newer (or much older) program
│  ├─ RepositoryLocked *       another program holds it
│  ├─ LockLost *               our own lock could not be kept; work was stopped in time
│  ├─ SnapshotMissing          no backup of that name
│  ├─ DataDamaged              contents cannot be decrypted or do not match their name
│  └─ MemoryFault              a blob changed between sealing and sending: this computer's memory
├─ ManifestError
│  ├─ LocalDiskFull *  ManifestLocked *  ManifestUnwritable
│  └─ ManifestDamaged          to be set aside and rebuilt
├─ SourceUnavailable           a whole chosen folder is gone; never recorded as "all files deleted"
├─ KeyringLocked *             the system's store of passwords is locked
├─ TargetUnwritable            restore cannot write where it was asked to
├─ OutOfMemory  TooManyOpenFiles *  this computer has not enough left of them
├─ EngineError
│  ├─ EngineNotRunning        nothing is at work that could be asked
│  ├─ EngineGone *            the process that did the work ended (fact: job, if one was asked for)
│  ├─ EngineRefused           it does not understand us (fact: reason)
│  └─ JobMissing              it has no such job (fact: job)
├─ AccountError                between this computer and the account service
│  ├─ NotSignedIn              this computer has no sign-in, or it ended
│  ├─ SeatTaken                no seat for this computer (fact: reason)
│  ├─ PlanEnded                it takes nothing more; restoring works (fact: since)
│  ├─ AccountRefused           it says no to what was asked (fact: reason)
│  └─ AccountUnreachable *     it does not answer
├─ InvalidRequest              the command or a setting makes no sense (fact: reason)
└─ InternalError               our bug
Cancelled                      not an error: the user stopped the job         (* passes by itself)
"""

from __future__ import annotations

from backupclient.error_base import BackupError as BackupError  # noqa: PLC0414 - their root
from backupclient.error_base import Cancelled as Cancelled  # noqa: PLC0414 - one of the ends
from backupclient.error_base import Cases
from backupclient.error_base import Fact as Fact  # noqa: PLC0414 - a part of every error


class StorageError(BackupError):
    """Between this computer and the stored bytes. Facts: key, status, storage_code, request_id."""

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
    """Fact `reason`: login-page, firewall or unconfirmed."""

    code = "not-the-storage"
    cases = Cases(
        "reason",
        {
            "login-page": "captive-portal",
            "firewall": "firewall",
            "unconfirmed": "not-confirmed",
        },
    )
    transient = True


class StorageIdentityUnproven(StorageError):
    code = "certificate-untrusted"


class ProxyRefused(StorageError):
    code = "proxy-refused"


class AddressInvalid(StorageError):
    code = "address-invalid"
    cases = Cases("reason", {"not-https": "http-not-https"})


class CredentialsMissing(StorageError):
    code = "no-access-key"


class CredentialsRejected(StorageError):
    """Fact `reason`: unknown-key, wrong-secret or expired."""

    code = "access-key-refused"
    cases = Cases(
        "reason",
        {
            "unknown-key": "unknown-access-key",
            "wrong-secret": "wrong-secret",
            "expired": "login-expired",
        },
    )


class AccessDenied(StorageError):
    """Fact `operation`: read, write, delete or list."""

    code = "access-denied"


class AccountBlocked(StorageError):
    code = "account-blocked"


class WrongRegion(StorageError):
    """Fact `region`: where the bucket is, when the storage told."""

    code = "wrong-region"


class ClockSkewed(StorageError):
    """Facts `skew_seconds`: our time minus theirs; `side`: our clock is "ahead" or "behind"."""

    code = "clock-wrong"
    transient = True


class BucketMissing(StorageError):
    """Facts: `path`, the address, and `known`, whether this computer has backed up to it before."""

    code = "storage-missing"
    cases = Cases("known", {True: "storage-gone"})


class BucketNameTaken(StorageError):
    code = "storage-name-taken"


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


class ObjectArchived(StorageError):
    code = "in-cold-storage"


class ObjectConflict(StorageError):
    code = "object-conflict"


class ObjectDamaged(StorageError):
    code = "object-damaged"


class RepositoryError(BackupError):
    code = "backup-unusable"


class WrongPassword(RepositoryError):
    code = "wrong-password"  # facts: see `repository.wrong_tries`


class KeyMissing(RepositoryError):
    """No key file is left although snapshots exist. Fact `copy`: where this computer has one."""

    code = "key-file-missing"


class RepositoryMissing(RepositoryError):
    """Facts: `path`, the address, and `known`, whether this computer has backed up to it before."""

    code = "no-backup-yet"
    cases = Cases("known", {True: "backup-gone"})


class RepositoryExists(RepositoryError):
    code = "backup-exists"


class ConfigMissing(RepositoryError):
    """The config object is gone although keys or snapshots exist. Fact `copy`: as `KeyMissing`."""

    code = "main-file-missing"


class DifferentRepository(RepositoryError):
    code = "different-backup"


class FormatUnsupported(RepositoryError):
    code = "format-unsupported"


class RepositoryLocked(RepositoryError):
    """Facts: holder, since (RFC 3339), exclusive, waited_seconds."""

    code = "backup-locked"
    transient = True


class LockLost(RepositoryError):
    code = "lock-lost"
    transient = True


class SnapshotMissing(RepositoryError):
    code = "no-such-backup"


class DataDamaged(RepositoryError):
    """Facts: key (the object), blob."""

    code = "data-damaged"


class MemoryFault(RepositoryError):
    code = "memory-fault"


class ManifestError(BackupError):
    code = "notes-unusable"


class LocalDiskFull(ManifestError):
    """Fact `path`: where there is no room."""

    code = "disk-full"
    transient = True


class ManifestLocked(ManifestError):
    code = "already-running"
    transient = True


class ManifestUnwritable(ManifestError):
    code = "notes-unwritable"


class ManifestDamaged(ManifestError):
    code = "notes-damaged"


class SourceUnavailable(BackupError):
    """Facts: `path`, the chosen folder; `known`, whether a backup holds it, "link" if it is one."""

    code = "source-unavailable"
    cases = Cases("known", {False: "source-not-found", "link": "folder-is-link"})


class KeyringLocked(BackupError):
    """The system's keyring keeps a secret of ours and was not unlocked."""

    code = "keyring-locked"
    transient = True


class TargetUnwritable(BackupError):
    """Facts `path`, `reason`: full, no-folder, or report if it is a report for support."""

    code = "target-unwritable"


class OutOfMemory(BackupError):
    code = "out-of-memory"


class TooManyOpenFiles(BackupError):
    code = "too-many-open-files"
    transient = True


class EngineError(BackupError):
    """Between a front end and the engine in another process."""

    code = "engine-error"


class EngineNotRunning(EngineError):
    code = "engine-not-running"


class EngineGone(EngineError):
    """Its connection ended. Fact `job` if one of its jobs was waited for."""

    code = "engine-gone"
    transient = True


class EngineRefused(EngineError):
    """Fact `reason`: version, malformed, too-long, too-many, ending, other-folder."""

    code = "engine-refused"


class JobMissing(EngineError):
    """Fact `job`, or none when there was nothing at all."""

    code = "job-missing"


class AccountError(BackupError):
    """Between this computer and the account service. Fact `host`."""

    code = "account-error"


class NotSignedIn(AccountError):
    code = "not-signed-in"


class SeatTaken(AccountError):
    """Fact `reason`: released (this computer's seat), deleted (all data), none: all are in use."""

    code = "no-free-seat"
    cases = Cases("reason", {"released": "seat-released", "deleted": "data-deleted"})


class PlanEnded(AccountError):
    """Fact `since`: when (RFC 3339)."""

    code = "plan-ended"


class AccountRefused(AccountError):
    """Fact `reason`: denied or expired (a sign-in, a code), or the word that the service says."""

    code = "account-refused"
    cases = Cases(
        "reason",
        {
            "too-many-tries": "too-many-tries",
            "denied": "sign-in-denied",
            "expired": "code-expired",
        },
    )


class AccountUnreachable(AccountError):
    code = "account-unreachable"
    transient = True


class InvalidRequest(BackupError):
    """Fact `reason`: a word the explainer knows, or the raw text says it."""

    code = "invalid-request"


class InternalError(BackupError):
    code = "internal-error"
