"""Home's sentence and what stands under it, in every state and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import msgspec
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from backupclient.events import Condition, Event, JobState, Phase, Progress, Waiting
from backupclient.wire.answers import Amount, PlaceStatus
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance, Watching
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import Outcome
from backupclient.wire.overview import PlaceOverview
from backupclient.wire.protocol import Batch
from tests.ui.test_wording import DAY, GB, HOUR, MOVING, NOW, SAFE, job, situation, status
from ui import translations
from ui.numbers import NO_BREAK
from ui.pages.home_view import Mood
from ui.situation import Ended, Situation
from ui.theme import Theme
from ui.wording import home_view


class State(NamedTuple):
    """One line of the table: how it comes about, and what is said of it."""

    name: str
    make: Callable[[], tuple[Situation, PlaceStatus | None]]
    mood: Mood
    english: str
    german: str
    facts: tuple[str, str] = ("", "")
    """The end of the line below it."""


def resting(
    automation: AutomationStatus, status: PlaceStatus = SAFE
) -> tuple[Situation, PlaceStatus]:
    told = situation()
    told.take_batch(Batch(job="", automation=automation), NOW)
    return told, status


def working(state: JobState = JobState.RUNNING, **facts: object) -> tuple[Situation, PlaceStatus]:
    return situation(job(state, **{"progress": MOVING, **facts})), SAFE


def waiting(code: str, seconds: float = 0) -> tuple[Situation, PlaceStatus]:
    return working(JobState.WAITING, waiting=Waiting(code=code, seconds=seconds))


def failed(code: str) -> tuple[Situation, PlaceStatus]:
    told = situation()
    told.last = Ended(Outcome(state=JobState.FAILED, failure=Failure(code=code)), NOW)
    return told, SAFE


def full() -> tuple[Situation, PlaceStatus]:
    return waiting("storage-full", 360)


def stalled() -> tuple[Situation, PlaceStatus]:
    told = situation(job(progress=MOVING))
    told._moved_at = NOW - timedelta(minutes=3)
    return told, SAFE


SCHEDULED = AutomationStatus(state=AutomationState.SCHEDULED, next_run=NOW + HOUR)
WATCHED = msgspec.structs.replace(SCHEDULED, watching=Watching.ON)
BY_HAND = AutomationStatus(state=AutomationState.BY_HAND)
PAUSED = AutomationStatus(state=AutomationState.PAUSED, paused_until=NOW + HOUR)
ON_BATTERY = AutomationStatus(
    state=AutomationState.WAITING, next_run=NOW, hindrance=Hindrance(code=Condition.BATTERY)
)
LOOKING = Progress(phase=Phase.LOOKING)
UNSEEN = msgspec.structs.replace(SAFE, storage_seen=NOW - 2 * DAY)
OLD = status(NOW - 4 * DAY - HOUR, safe=Amount(9, GB))
SOME = status(safe=Amount(9, GB), waiting=Amount(3, 5))

STATES = (
    State(
        "safe",
        lambda: resting(SCHEDULED),
        Mood.SAFE,
        "Everything is safe",
        "Alles ist sicher",
        ("next at 16:00", "nächste um 16:00"),
    ),
    State(
        "safe, and watched",
        lambda: resting(WATCHED),
        Mood.SAFE,
        "Everything is safe",
        "Alles ist sicher",
        ("changes are backed up as they happen", "Änderungen werden sofort gesichert"),
    ),
    State(
        "safe, only by hand",
        lambda: resting(BY_HAND),
        Mood.SAFE,
        "Everything is safe",
        "Alles ist sicher",
        ("backups begin only by hand", "Sicherungen beginnen nur von Hand"),
    ),
    State(
        "at work",
        working,
        Mood.WORKING,
        "Backing up: 60 % safe, about 12 minutes left",
        "Sicherung läuft: 60 % sicher, noch etwa 12 Minuten",
    ),
    State(
        "at work, looking",
        lambda: working(progress=LOOKING),
        Mood.WORKING,
        "Looking for changes",
        "Änderungen werden gesucht",
    ),
    State(
        "files with problems",
        lambda: (situation(), status(safe=Amount(9, 9), problem=Amount(3, 5))),
        Mood.PROBLEM,
        "3 files need you",
        "3 Dateien brauchen Sie",
    ),
    State(
        "full",
        full,
        Mood.FULL,
        "Storage is full: 3.0 GB are waiting",
        "Der Speicher ist voll: 3,0 GB warten",
    ),
    State(
        "the storage does not answer",
        lambda: waiting("storage-unreachable", 48),
        Mood.WAITING,
        "The storage does not answer; next try in 48 seconds",
        "Der Speicher antwortet nicht; nächster Versuch in 48 Sekunden",
    ),
    State(
        "due, on battery",
        lambda: resting(ON_BATTERY),
        Mood.WAITING,
        "Waiting: running on battery",
        "Wartet: Akkubetrieb",
    ),
    State(
        "held, on battery",
        lambda: waiting(Condition.BATTERY),
        Mood.WAITING,
        "Waiting: running on battery",
        "Wartet: Akkubetrieb",
    ),
    State(
        "held, no network",
        lambda: waiting(Condition.OFFLINE),
        Mood.WAITING,
        "Waiting: no network",
        "Wartet: kein Netz",
    ),
    State(
        "held, a metered line",
        lambda: waiting(Condition.METERED),
        Mood.WAITING,
        "Waiting: this connection costs by volume",
        "Wartet: Diese Verbindung kostet nach Menge",
    ),
    State(
        "no backup for days",
        lambda: resting(ON_BATTERY, OLD),
        Mood.OLD,
        "No backup for 4 days",
        "Seit 4 Tagen keine Sicherung",
        ("waiting: running on battery", "wartet: Akkubetrieb"),
    ),
    State(
        "before the first",
        lambda: (situation(), None),
        Mood.READY,
        "Ready for your first backup",
        "Bereit für Ihre erste Sicherung",
    ),
    State(
        "paused for a time",
        lambda: resting(PAUSED),
        Mood.PAUSED,
        "Paused until 16:00",
        "Pausiert bis 16:00",
    ),
    State(
        "paused in mid-run",
        lambda: working(JobState.PAUSED),
        Mood.PAUSED,
        "Paused",
        "Pausiert",
    ),
    State(
        "stalled",
        stalled,
        Mood.WAITING,
        "Nothing has moved for two minutes; Plainkeep keeps trying",
        "Seit zwei Minuten bewegt sich nichts; Plainkeep versucht es weiter",
    ),
    State(
        "an error that somebody has to cure",
        lambda: failed("wrong-password"),
        Mood.PROBLEM,
        "The password is wrong",
        "Das Passwort ist falsch",
    ),
    State(
        "something waits its turn",
        lambda: (situation(), SOME),
        Mood.WAITING,
        "3 files are waiting for the next backup",
        "3 Dateien warten auf die nächste Sicherung",
    ),
    State(
        "another one is first",
        lambda: working(JobState.QUEUED),
        Mood.WAITING,
        "Waiting for another backup to end",
        "Wartet, bis eine andere Sicherung endet",
    ),
    State(
        "seen too long ago",
        lambda: resting(SCHEDULED, UNSEEN),
        Mood.WAITING,
        "Everything was safe Tuesday 15:00",
        "Alles war sicher: Dienstag 15:00",
    ),
)


@pytest.fixture
def speak(theme: Theme, any_language: QApplication) -> Callable[[str], None]:
    """Speak a language until the test is done."""

    def install(language: str) -> None:
        # With the clock of 24 hours that both are asked with here.
        QLocale.setDefault(QLocale("de_DE" if language == "de" else "en_GB"))
        translations.install(any_language, QLocale(language))

    return install


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])
def test_every_state_is_said(speak: Callable[[str], None], state: State, language: str) -> None:
    speak(language)
    told, seen = state.make()
    told.overview = None if seen is None else PlaceOverview(status=seen)
    view = home_view(told, seen, NOW)
    german = language == "de"
    assert view.sentence.replace(NO_BREAK, " ") == (state.german if german else state.english)
    assert view.mood is state.mood
    assert view.facts.replace(NO_BREAK, " ").endswith(state.facts[german])


def test_waiting_for_the_storage_lasts_until_something_was_stored() -> None:
    told = situation(job(JobState.RUNNING, progress=MOVING))

    def moods(*events: Event) -> list[Mood]:
        found = []
        for event in events:
            told.take_batch(Batch(job=told.backup.job if told.backup else "", events=(event,)), NOW)
            found.append(home_view(told, SAFE, NOW).mood)
        return found

    assert moods(
        Waiting(code="storage-unreachable", seconds=30),
        msgspec.structs.replace(MOVING, seconds=MOVING.seconds + 9, uploaded_bytes=GB),
        msgspec.structs.replace(MOVING, bytes_sent=MOVING.bytes_sent + 1),
    ) == [Mood.WAITING, Mood.WAITING, Mood.WORKING]


def test_every_mood_is_in_the_table() -> None:
    assert {state.mood for state in STATES} == set(Mood)
