"""Where a job stands, as a sentence."""

from __future__ import annotations

from backupclient.events import JobState, StateChanged
from backupclient.support import amounts


def sentence_of(event: StateChanged) -> str:
    """Empty for a job that simply runs, and for one that waits: `Waiting` says what for."""
    match event.state:
        case JobState.QUEUED:
            return "Another job is at work in the same place; this one begins when that has ended."
        case JobState.PAUSED if event.seconds is not None:
            return f"Paused for {amounts.duration(event.seconds)}; 'backupclient resume' ends it."
        case JobState.PAUSED:
            return "Paused; 'backupclient resume' goes on with it."
        case JobState.STOPPING:
            return "Stopping."
        case _:
            return ""
