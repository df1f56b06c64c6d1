"""What front ends and the engine say to each other: one JSON document a line, each way.

A client begins with `Hello`; the engine answers `Welcome` or `Refusal`. Then, in any order:

================  =====================================================  =====================
request           what it asks for                                       reply
================  =====================================================  =====================
start-backup      a backup, in its turn                                  started
start-restore     a restore                                              started
start-check       a check, in its turn                                   started
list-jobs         the jobs at work, and the last that ended              jobs
pause             stand still, for `seconds` or until resumed            jobs
resume            go on; do not wait for the next try either             jobs
stop              end, and keep what was done                            jobs
set-limits        bandwidth, in bytes a second                           jobs
subscribe         the news of a job, or of all, from now on              jobs
status            which files and folders are safe                       status
list-files        the files in certain states, a page at a time          files
list-folder       what is in a folder, a page at a time                  paths
search-files      paths by a part of their names, so far: ask again      paths
overview          a place at a glance: folders, days, storage, problems  overview
list-runs         what each run did, newest first                        runs
list-problems     what could not be backed up                            problems
space             what takes the space of a place, as last counted       space-shown
measure-folder    how much is in a folder, so far: ask again             measured
try-place         one step of finding out whether a place can be used    place-tried
set-up-place      a new backup there, or the one that the password opens place-set-up
thin-out          to forget old versions, and have their space back      thinned-out
list-keys         the passwords that open a place, without themselves    keys
add-key           another password to open it, too                       keys
remove-key        one of them to open it no more                         keys
get-automation    what the engine does by itself, and why it waits       automation
plan-changed      to read the plan again, now                            automation
ask-surroundings  what the computer says of its power and its line       surroundings
show-plan         what may be stored, and who uses it                    plan-shown
bought-more       to look for a larger plan now, step by step            plan-shown
set-limit         how much the backup may take                           plan-shown
list-snapshots    the backups there are                                  snapshots
browse-folder     what a folder of a backup holds, a part at a time      folder
list-versions     which contents a path had, in all backups              versions
search-backups    paths by a part of their names, so far: ask again      search-found
measure-stored    how much a path of a backup holds, so far: ask again   measured
restore-copy      some files for a short look: no job                    copy-restored
get-account       how this computer is signed in at an account service   account
sign-in           to sign it in: answered with the code to approve       account
sign-out          to sign it out, or give up signing in                  account
release-computer  to give up the seat of another one                     account
make-storage-keys keys of its own to the household's storage             storage-keys
join-backup       to back up there: its plan and its secrets are kept    backup-joined
take-over         to go on with another computer's history               account
join-code         a one-time code that lets another computer in          join-code
take-join-code    what such a code brings                                join-code-taken
support-wait      how long one waits for a person who helps              support-wait
take-place        a place in line for one, with a report if wanted       ticket
ticket            how that stands, and what was said                     ticket
send-report       a report for who helps, later                          ticket
say               to tell who helps something                            ticket
close-ticket      to end it, solved or not                               ticket
idea              to send an idea, with a picture if wanted              idea-sent
================  =====================================================  =====================

Those from list-snapshots to restore-copy open the backup and keep it open for a minute. Their
replies may come after those to later requests; they are given up when the client hangs up.

Every request has an `id` of the client's choice, which its reply repeats; what cannot be done is
answered by a `Refusal`, and the connection goes on. Between replies come `Batch`es: the news of the
jobs subscribed to, put together so that there are at most twenty a second. Who reads slowly gets
less detail (`lost` counts it) and always how a job ended. Who is subscribed to all also hears of
each change of what the engine does by itself and of the storage plan, in a batch of no job.

Paths of files in events are text, in which bytes that are none became U+FFFD; bytes in requests are
base64. Sizes are bytes, spans seconds, times RFC 3339. Fields may be added to any of these without
a new version, and a reader ignores those it does not know; anything else changes `VERSION`.
`backupclient agent --schema` prints all of it as a JSON schema.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from backupclient.events import Event
from backupclient.wire.automatic import (
    AskSurroundings,
    Automation,
    AutomationStatus,
    GetAutomation,
    PlanChanged,
    SurroundingsTold,
)
from backupclient.wire.entitlement import Entitlement, Walk
from backupclient.wire.greeting import VERSION, Hello, Refusal, Welcome
from backupclient.wire.household import AccountStatus, AnyAccountReply, AnyAccountRequest
from backupclient.wire.jobs import AnyJobRequest, Jobs, Outcome, Started
from backupclient.wire.looks import AnyLook, CopyRestored, Folder, SearchFound, Snapshots, Versions
from backupclient.wire.overview import AnyOverview, Overview, Problems, Runs, SpaceShown
from backupclient.wire.passwords import AnyKeyRequest, KeyList
from backupclient.wire.places import (
    AnyPlaceRequest,
    Measured,
    PlaceSetUp,
    PlaceTried,
    ThinnedOut,
)
from backupclient.wire.questions import AnyQuestion, Files, Paths, Status
from backupclient.wire.storage_plan import AnyPlanRequest, PlanShown
from backupclient.wire.tickets import AnyTicketReply, AnyTicketRequest, HelpStatus

AnyRequest = (
    Hello
    | AnyJobRequest
    | AnyQuestion
    | AnyPlaceRequest
    | AnyKeyRequest
    | AnyLook
    | GetAutomation
    | PlanChanged
    | AskSurroundings
    | AnyOverview
    | AnyPlanRequest
    | AnyAccountRequest
    | AnyTicketRequest
)


class Batch(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="batch"):
    """News of one job, in order. `lost` events of detail could not be kept for a slow reader. With
    an empty `job`, what the engine does by itself is what `automation` says from now on, the
    storage plan is `plan`, and what was asked for with `BoughtMore` stands as `walk` says."""

    job: str
    events: tuple[Event, ...] = ()
    lost: int = 0
    outcome: Outcome | None = None
    """There in the last batch of a job."""
    automation: AutomationStatus | None = None
    plan: Entitlement | None = None
    walk: Walk | None = None
    account: AccountStatus | None = None
    help: HelpStatus | None = None
    """How this computer is signed in, and helped by a person: in a batch of no job, too."""


AnyReply = (
    Welcome
    | Started
    | Jobs
    | Status
    | Files
    | Paths
    | Measured
    | PlaceTried
    | PlaceSetUp
    | ThinnedOut
    | KeyList
    | Snapshots
    | Folder
    | Versions
    | SearchFound
    | CopyRestored
    | Automation
    | SurroundingsTold
    | Overview
    | Runs
    | Problems
    | SpaceShown
    | PlanShown
    | AnyAccountReply
    | AnyTicketReply
    | Refusal
)
FromEngine = AnyReply | Batch


def encode(message: msgspec.Struct) -> bytes:
    """One line without its end. Names of files that are no text lose what is none in them."""
    try:
        return msgspec.json.encode(message)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(message, builtin_types=(bytes, datetime))
        return msgspec.json.encode(_as_text(plain))


def _as_text(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_as_text(key): _as_text(part) for key, part in value.items()}
        case list() | tuple():
            return [_as_text(part) for part in value]
        case _:
            return value


def schema() -> bytes:
    """The JSON schema of everything above: `AnyRequest` and `FromEngine`."""
    (requests, from_engine), parts = msgspec.json.schema_components(
        (AnyRequest, FromEngine), ref_template="#/$defs/{name}"
    )
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The protocol of the engine",
        "version": VERSION,
        "request": requests,
        "from_engine": from_engine,
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"
