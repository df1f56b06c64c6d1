"""What this computer is to back up, where to and when: the user's choices, kept in one file.

`plan.json` in the data folder, readable and writable by hand; secrets are not in it but in the
`secret_store`. A plan that cannot be read is told, never replaced by an empty one.
"""

from __future__ import annotations

import enum
import os
from datetime import time
from pathlib import Path

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import InvalidRequest
from backupclient.requests import BackupRequest, ExcludeRule, Place
from backupclient.settings import make_private, write_atomically

FILE_NAME = "plan.json"
OFFER_NAME = "offer.json"


class When(enum.StrEnum):
    """How often a backup begins by itself."""

    CONTINUOUS = "continuous"
    HOURLY = "hourly"
    DAILY = "daily"
    BY_HAND = "by-hand"


class Storage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`location` as in `requests.Place`. `limit` is how many bytes the backup may take, 0 for no
    limit but the storage's own."""

    location: str
    access_key: str = ""
    region: str = ""
    ca_file: str = ""
    limit: int = 0


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`at` is the hour and minute of the daily backup, in local time ("18:00"). `on_battery` and
    `on_metered` allow what is otherwise waited out; `keep_awake` keeps the computer from sleeping
    while a backup runs and it is not on battery. ValueError if `at` is no time."""

    when: When = When.HOURLY
    at: str = "18:00"
    on_battery: bool = False
    on_metered: bool = False
    keep_awake: bool = True

    def __post_init__(self) -> None:
        time.fromisoformat(self.at)

    @property
    def daily_at(self) -> time:
        return _minute(self.at)


class BandwidthHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Other limits from `start` to `end`, in local time ("08:00"); past midnight if `end` is not
    later. ValueError if either is no time."""

    start: str
    end: str
    upload: int = 0
    download: int = 0

    def __post_init__(self) -> None:
        time.fromisoformat(self.start)
        time.fromisoformat(self.end)

    @property
    def span(self) -> tuple[time, time]:
        return _minute(self.start), _minute(self.end)


class Bandwidth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bytes a second, 0 for no limit. In `hours` the first that fits the time of day counts instead
    of these two."""

    upload: int = 0
    download: int = 0
    hours: tuple[BandwidthHours, ...] = ()


class BackupPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`computer` is the name it has for its people. In a household, `device` and `hostname` are
    what its backups are told from others' by, however it is called (see `BackupRequest`).
    `folders` and `rules` as they were typed or chosen, `rules` in the pattern language of the
    command line's --exclude. `report_url` is called after each backup, so that a monitor of the
    user's can warn when this computer cannot (see `agent.run_reports`); empty for none."""

    storage: Storage
    folders: tuple[str, ...]
    computer: str = ""
    device: str = ""
    hostname: str = ""
    rules: tuple[str, ...] = ()
    exclude_caches: bool = True
    schedule: Schedule = Schedule()
    bandwidth: Bandwidth = Bandwidth()
    report_url: str = ""


def load_plan(data: Path) -> BackupPlan | None:
    """The plan, or None before there is one. `InvalidRequest` (reason: plan) if the file is no
    plan; OSError if it cannot be read."""
    file = data / FILE_NAME
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return from_json(content, BackupPlan)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidRequest(str(error), reason="plan", path=str(file)) from error


def save_plan(data: Path, plan: BackupPlan) -> None:
    """Durable when it returns. OSError if it cannot be written."""
    make_private(data)
    content = msgspec.json.format(msgspec.json.encode(plan), indent=2)
    write_atomically(data / FILE_NAME, content + b"\n")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a first run begins with, to be tried out: a storage that is there already, with its
    `provider` as people call it, and a folder. Every choice stays the user's."""

    provider: str
    storage: Storage
    secret_key: str
    folder: str


def load_offer(data: Path) -> Offer | None:
    """None if nothing is offered. It is no more than a convenience: a file that cannot be read is
    as good as none."""
    try:
        return from_json((data / OFFER_NAME).read_bytes(), Offer)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def save_offer(data: Path, offer: Offer) -> None:
    """For the owner's eyes alone: it has a secret. OSError if it cannot be written."""
    make_private(data)
    write_atomically(data / OFFER_NAME, msgspec.json.encode(offer))


def place_of(plan: BackupPlan, data: Path, *, password: str, secret_key: str = "") -> Place:
    """The place of a plan, with the secrets from where they are kept."""
    return Place(
        location=plan.storage.location,
        password=password,
        data_dir=str(data),
        access_key=plan.storage.access_key,
        secret_key=secret_key,
        region=plan.storage.region,
        ca_file=plan.storage.ca_file,
        storage_limit=plan.storage.limit,
        limit_upload=plan.bandwidth.upload,
        limit_download=plan.bandwidth.download,
    )


def _minute(text: str) -> time:
    return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)


def request_of(plan: BackupPlan) -> BackupRequest:
    """What a backup by this plan is asked for."""
    return BackupRequest(
        paths=tuple(os.fsencode(folder) for folder in plan.folders),
        rules=tuple(ExcludeRule(pattern=rule, origin=FILE_NAME) for rule in plan.rules),
        exclude_caches=plan.exclude_caches,
        device=plan.device,
        hostname=plan.hostname,
    )
