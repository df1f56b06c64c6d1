"""The sentence is the worst thing that is true, and says what the program itself is doing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from backupclient.events import (
    Condition,
    JobState,
    NoticeCode,
    Noticed,
    Phase,
    Progress,
    StateChanged,
    Waiting,
)
from backupclient.wire.answers import (
    Amount,
    Chosen,
    FileAnswer,
    FileState,
    FolderAnswer,
    Kind,
    PlaceStatus,
    Rollup,
    StateCounts,
)
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance, Watching
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import JobInfo, JobKind, Jobs, Outcome
from backupclient.wire.protocol import Batch
from ui import numbers
from ui.pages.home_view import Mood, Offer
from ui.phrases import fill
from ui.situation import Situation
from ui.theme import Theme
from ui.wording import (
    facts_line,
    headline,
    home_view,
    next_line,
    note,
    offer,
    running_part,
)
from ui.wording_cards import folder_lines

NOW = datetime(2026, 3, 12, 15, 0).astimezone(UTC)
"""In the afternoon, wherever the tests run."""
GB = 1_000_000_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def job(state: JobState = JobState.RUNNING, **facts: object) -> JobInfo:
    return JobInfo(
        job="1",
        kind=JobKind.BACKUP,
        location="/drive",
        subject=("/home",),
        state=state,
        created=NOW,
        **facts,  # type: ignore[arg-type]
    )


def situation(*jobs: JobInfo) -> Situation:
    found = Situation(None)
    found.take_jobs(Jobs(id=1, jobs=jobs), NOW)
    return found


def status(last_backup: datetime | None = NOW, **counts: Amount) -> PlaceStatus:
    rollup = Rollup.PROBLEM if "problem" in counts else Rollup.SAFE
    folder = FolderAnswer(path=b"/home/docs", rollup=rollup, counts=StateCounts(**counts))
    return PlaceStatus(
        location="/drive",
        repository_id="r",
        storage_seen=NOW,
        last_backup=last_backup,
        answers=(folder,),
    )


SAFE = status(safe=Amount(56214, 41 * GB))
MOVING = Progress(
    phase=Phase.UPLOADING,
    files_total=400,
    bytes_total=10 * GB,
    bytes_safe=6 * GB,
    bytes_sent=1 * GB,
    seconds_left=720,
    current=("/home/film.mov",),
    current_read=(GB,),
    current_size=(2 * GB,),
)


@pytest.fixture(autouse=True)
def _a_window(theme: Theme) -> None:
    """Sentences are looked up in the translations of the application."""


def test_nothing_was_backed_up_yet() -> None:
    assert headline(situation(), None, NOW) == (Mood.READY, "Ready for your first backup")
    assert headline(situation(), status(None), NOW)[0] is Mood.READY


def test_everything_is_safe() -> None:
    assert headline(situation(), SAFE, NOW) == (Mood.SAFE, "Everything is safe")


def test_nothing_is_safe_today_that_was_looked_at_two_days_ago() -> None:
    seen = NOW - timedelta(days=2)
    old = msgspec.structs.replace(SAFE, storage_seen=seen, last_backup=NOW - timedelta(days=1))
    mood, sentence = headline(situation(), old, NOW)
    assert mood is Mood.WAITING
    assert sentence.startswith("Everything was safe ")


def test_problems_come_before_what_is_safe() -> None:
    mood, sentence = headline(situation(), status(safe=Amount(9, 9), problem=Amount(3, 5)), NOW)
    assert mood is Mood.PROBLEM
    assert sentence.startswith("3 file")


def test_days_without_a_backup_are_told() -> None:
    old = status(NOW - timedelta(days=4, hours=2), safe=Amount(9, 9))
    mood, sentence = headline(situation(), old, NOW)
    assert mood is Mood.OLD
    assert sentence.startswith("No backup for 4 day")


def test_a_backup_at_work_says_how_much_is_safe_and_how_long() -> None:
    mood, sentence = headline(situation(job(progress=MOVING)), SAFE, NOW)
    assert mood is Mood.WORKING
    assert sentence.replace(numbers.NO_BREAK, " ").startswith("Backing up: 60 % safe, about 12 min")


def test_what_is_waited_for_and_when_it_is_tried_again() -> None:
    waiting = Waiting(code="storage-unreachable", seconds=48)
    mood, sentence = headline(
        situation(job(JobState.WAITING, progress=MOVING, waiting=waiting)), SAFE, NOW
    )
    assert mood is Mood.WAITING
    assert "; next try in 48 second" in sentence


def test_a_full_storage_is_a_state_of_its_own() -> None:
    waiting = Waiting(code="storage-full", seconds=60)
    assert headline(situation(job(JobState.WAITING, waiting=waiting)), SAFE, NOW)[0] is Mood.FULL


def test_a_backup_that_does_not_move_is_not_said_to_be_working() -> None:
    stalled = situation(job(progress=MOVING))
    later = NOW + timedelta(minutes=3)
    mood, sentence = headline(stalled, SAFE, later)
    assert mood is Mood.WAITING
    assert "Nothing has moved" in sentence
    more = Progress(phase=Phase.UPLOADING, bytes_total=10 * GB, bytes_safe=8 * GB)
    stalled.take_batch(Batch(job="1", events=(more,)), later)
    assert headline(stalled, SAFE, later)[0] is Mood.WORKING


def test_an_error_is_explained_until_the_next_backup_ends_well() -> None:
    told = situation(job())
    failure = Failure(code="wrong-password")
    told.take_batch(Batch(job="1", outcome=Outcome(state=JobState.FAILED, failure=failure)), NOW)
    mood, sentence = headline(told, SAFE, NOW)
    assert mood is Mood.PROBLEM
    assert "password" in sentence.lower()
    told.take_jobs(Jobs(id=2, jobs=(job(),)), NOW)
    told.take_batch(Batch(job="1", outcome=Outcome(state=JobState.DONE)), NOW)
    assert headline(told, SAFE, NOW)[0] is Mood.SAFE


def test_news_of_other_jobs_change_nothing() -> None:
    told = situation(job())
    told.take_batch(Batch(job="2", outcome=Outcome(state=JobState.DONE)), NOW)
    assert told.backup is not None


def test_the_bar_adds_up_whatever_the_totals_say() -> None:
    grown = Progress(phase=Phase.UPLOADING, bytes_total=10, bytes_safe=8, bytes_sent=8)
    part = running_part(grown)
    assert part.safe_share + part.sent_share == pytest.approx(1)
    assert running_part(MOVING).left.replace(numbers.NO_BREAK, " ") == "3.0 GB"
    assert running_part(MOVING).current == "film.mov"
    assert running_part(MOVING).current_share.replace("\u00a0", " ") == "50 % of 2.0 GB"


def test_going_on_is_said_once_with_its_time() -> None:
    told = situation(job(progress=MOVING))
    assert note(told, NOW) is None
    since = (NOW - timedelta(days=1)).isoformat()
    told.take_batch(
        Batch(job="1", events=(Noticed(code=NoticeCode.WENT_ON, facts={"since": since}),)), NOW
    )
    said = note(told, NOW)
    assert said is not None
    assert "yesterday" in said[0]


# --- what it does by itself -----------------------------------------------------------------------


def resting(**facts: object) -> Situation:
    """No backup at work; the engine has told what it does by itself."""
    told = situation()
    told.take_batch(Batch(job="", automation=AutomationStatus(**facts)), NOW)  # type: ignore[arg-type]
    return told


BATTERY = Hindrance(code=Condition.BATTERY)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": AutomationState.SCHEDULED, "next_run": NOW + HOUR}, "next at {later}"),
        ({"state": AutomationState.SCHEDULED, "next_run": NOW}, "next in a moment"),
        (
            {"state": AutomationState.SCHEDULED, "next_run": NOW + DAY},
            "next tomorrow {now}",
        ),
        (
            {
                "state": AutomationState.SCHEDULED,
                "next_run": NOW + HOUR,
                "watching": Watching.ON,
            },
            "changes are backed up as they happen",
        ),
        ({"state": AutomationState.BY_HAND}, "backups begin only by hand"),
        ({"state": AutomationState.RUNNING}, ""),
        ({"state": AutomationState.OFF}, ""),
    ],
)
def test_what_comes_next_stands_under_the_sentence(facts: dict[str, object], said: str) -> None:
    told = resting(**facts)
    said = said.format(now=numbers.time_of_day(NOW), later=numbers.time_of_day(NOW + HOUR))
    assert headline(told, SAFE, NOW)[0] is Mood.SAFE
    last = facts_line(told, SAFE, NOW).split(" · ")[-1]
    assert next_line(told, NOW) == said
    assert (last == said) == bool(said)


def test_why_it_waits_is_the_sentence_or_stands_under_a_worse_one() -> None:
    told = resting(state=AutomationState.WAITING, next_run=NOW, hindrance=BATTERY)
    sentence = "Waiting: running on battery"
    assert headline(told, SAFE, NOW) == (Mood.WAITING, sentence)
    assert headline(told, None, NOW) == (Mood.WAITING, sentence), "before the first backup, too"
    assert "battery" not in facts_line(told, SAFE, NOW), "once is enough"
    old = status(NOW - timedelta(days=4, hours=2), safe=Amount(9, 9))
    assert headline(told, old, NOW)[0] is Mood.OLD
    assert facts_line(told, old, NOW).endswith("waiting: running on battery")


def test_a_backup_that_is_held_says_why_and_may_go_on() -> None:
    held = job(
        JobState.WAITING, waiting=Waiting(code=Condition.BATTERY, seconds=0), progress=MOVING
    )
    told = situation(held)
    assert headline(told, SAFE, NOW) == (Mood.WAITING, "Waiting: running on battery")
    assert offer(told) is Offer.OVERRULE


def test_a_pause_says_until_when_and_offers_to_go_on() -> None:
    until = numbers.time_of_day(NOW + HOUR)
    told = resting(state=AutomationState.PAUSED, paused_until=NOW + HOUR)
    assert headline(told, SAFE, NOW) == (Mood.PAUSED, f"Paused until {until}")
    assert offer(told) is Offer.RESTING
    trouble = status(safe=Amount(9, 9), problem=Amount(3, 5))
    assert headline(told, trouble, NOW)[0] is Mood.PROBLEM, "that is worse"
    assert facts_line(told, trouble, NOW).endswith(f"paused until {until}")
    assert offer(told) is Offer.RESTING
    held = situation(job(JobState.PAUSED, progress=MOVING, pause_left=3600.0))
    assert headline(held, SAFE, NOW) == (Mood.PAUSED, f"Paused until {until}")
    assert offer(held) is Offer.GO_ON


def test_choices_that_cannot_be_read_need_somebody() -> None:
    hindrance = Hindrance(code="invalid-request", facts={"reason": "plan"})
    told = resting(state=AutomationState.WAITING, hindrance=hindrance)
    mood, sentence = headline(told, SAFE, NOW)
    assert mood is Mood.PROBLEM
    assert sentence == "The file with your choices cannot be read"


def test_the_seconds_to_the_next_try_are_counted() -> None:
    told = situation(job(JobState.RUNNING, progress=MOVING))
    told.take_batch(Batch(job="1", events=(Waiting(code="storage-unreachable", seconds=48),)), NOW)
    assert offer(told) is Offer.HOLD
    told.take_batch(Batch(job="1", events=(StateChanged(state=JobState.WAITING),)), NOW)
    assert offer(told) is Offer.TRY
    later = NOW + timedelta(seconds=40)
    assert "in 8 second" in headline(told, SAFE, later)[1]
    assert told.counts_down(later, HOUR)
    assert headline(told, SAFE, NOW + timedelta(seconds=49))[1].endswith("trying again now")


def test_a_backup_that_began_by_itself_is_taken_up() -> None:
    told = situation()
    assert not told.knows("7")
    told.take_jobs(Jobs(id=3, jobs=(msgspec.structs.replace(job(), job="7"),)), NOW)
    assert told.knows("7")
    told.take_batch(Batch(job="7", events=(MOVING,)), NOW)
    assert headline(told, SAFE, NOW)[0] is Mood.WORKING


def test_what_it_said_before_it_was_known_is_kept() -> None:
    told = situation()
    went_on = Noticed(code=NoticeCode.WENT_ON, facts={"since": NOW.isoformat()})
    told.take_batch(Batch(job="1", events=(went_on,)), NOW)
    told.take_jobs(Jobs(id=4, jobs=(job(progress=MOVING),)), NOW)
    assert note(told, NOW) is not None


def test_a_column_says_when_in_few_letters() -> None:
    long_ago = {
        timedelta(minutes=4): "4 min ago",
        DAY: f"yesterday {numbers.time_of_day(NOW)}",
        3 * DAY: f"Mon {numbers.time_of_day(NOW)}",
        30 * DAY: "10 Feb",
        400 * DAY: "5 Feb 2025",
    }
    assert [numbers.ago_short(NOW - one, NOW) for one in long_ago] == list(long_ago.values())


def test_the_whole_page() -> None:
    view = home_view(situation(), SAFE, NOW)
    assert view.folders[0].name == "docs"
    assert view.folders[0].state == "All safe"
    assert "last checked just now" in facts_line(situation(), SAFE, NOW)


def test_what_is_not_there_says_so_and_the_calmest_share_a_line() -> None:
    def folder(number: int, rollup: Rollup) -> FolderAnswer:
        return FolderAnswer(path=b"/home/%d" % number, rollup=rollup, chosen=Chosen.WHOLE)

    away = FileAnswer(path=b"/media/drive", state=FileState.PROBLEM, kind=Kind.FOLDER, gone=True)
    assert [(line.name, line.state) for line in folder_lines([away], NOW)] == [
        ("drive", "Not there")
    ]
    [busy, idle] = folder_lines(
        [folder(1, Rollup.WAITING), folder(11, Rollup.WAITING)], NOW, ("/home/1/film.mov",)
    )
    assert (busy.state, idle.state) == ("Uploading", "Waiting")
    many = [folder(number, Rollup.SAFE) for number in range(8)]
    lines = folder_lines([*many, folder(8, Rollup.WAITING), away], NOW)
    assert [line.name for line in lines] == ["drive", "8", "0", "1", "2", "5 more"]
    assert lines[-1].state == "All safe"


def test_a_name_with_a_mark_in_it_stays_as_it_is() -> None:
    assert fill("%2 holds %1", "100%2.txt", "/home") == "/home holds 100%2.txt"
    assert fill("%1 and %2", "one") == "one and %2"
