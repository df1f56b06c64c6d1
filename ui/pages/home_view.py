"""What the home page shows, in words and shares: made by `wording`, painted by `pages.home`."""

from __future__ import annotations

import enum
from typing import NamedTuple

from ui.icons import Icon
from ui.widgets.bars import Day


class Mood(enum.Enum):
    """The worst thing that is true: it chooses the disc and the buttons."""

    SAFE = "safe"
    WORKING = "working"
    PAUSED = "paused"
    WAITING = "waiting"
    FULL = "full"
    PROBLEM = "problem"
    OLD = "old"
    """No backup for days."""
    READY = "ready"


class Offer(enum.Enum):
    """What can be done right now: the buttons beside the sentence, and what the tray offers."""

    START = "start"
    HOLD = "hold"
    """Pause the backup at work, or stop it."""
    GO_ON = "go-on"
    """With the one that somebody paused."""
    RESTING = "resting"
    """None begins by itself, until somebody goes on."""
    TRY = "try"
    """The one at work waits for the storage; it may try at once."""
    OVERRULE = "overrule"
    """It waits for the computer, such as for the charger; it need not."""

    @property
    def paused(self) -> bool:
        return self in (Offer.GO_ON, Offer.RESTING)

    @property
    def may_begin(self) -> bool:
        return self not in (Offer.HOLD, Offer.GO_ON)


class Running(NamedTuple):
    """The three-tone bar and what stands below it."""

    safe_share: float
    sent_share: float
    safe: str
    sent: str
    left: str
    speed: str
    phases: tuple[tuple[str, str], ...]
    """What each phase counted, and "done", "now" or "next"."""
    current: str
    current_share: str = ""
    """How far that is."""


class Checking(NamedTuple):
    """A check at work. `share` of what is to be read back is None while nobody knows how much that
    is."""

    share: float | None
    phases: tuple[tuple[str, str], ...]
    """As in `Running`."""
    found: str


class FolderLine(NamedTuple):
    icon: Icon
    name: str
    state_icon: Icon
    state: str
    colour: str
    size: str


class StorageCard(NamedTuple):
    amount: str
    of: str
    share: float
    full: bool
    lines: tuple[str, ...]
    bar: bool = True
    """Whether anybody knows of how much it is a share."""


class WayOut(enum.Enum):
    """What can be done about a full storage."""

    MORE = "more"
    """Somebody bought more: try now."""
    ROOM = "room"
    """See what takes the space."""
    LESS = "less"
    """Choose what is backed up."""
    LIMIT = "limit"
    """Raise the limit that was set here."""
    BUY = "buy"
    """Open the page where there is more to be had."""


class Way(NamedTuple):
    way: WayOut
    title: str
    text: str
    button: str
    also: tuple[WayOut, str] | None = None
    """Another way to the same end, and its button."""


class Full(NamedTuple):
    """A full storage: three ways out, and the pair of sentences."""

    ways: tuple[Way, ...]
    your_data: str
    meanwhile: str


class LatelyLine(NamedTuple):
    icon: Icon
    colour: str
    text: str
    when: str


class HomeView(NamedTuple):
    mood: Mood
    sentence: str
    facts: str
    offer: Offer = Offer.START
    running: Running | None = None
    checking: Checking | None = None
    full: Full | None = None
    note: tuple[str, str] | None = None
    """A bold half-sentence and a plain one, of what has just happened."""
    folders: tuple[FolderLine, ...] = ()
    folders_total: str = ""
    storage: StorageCard | None = None
    days: tuple[Day, ...] = ()
    runs: tuple[int, ...] = ()
    """Of each day its newest run's number, 0 for none."""
    days_from: str = ""
    days_line: str = ""
    lately: tuple[LatelyLine, ...] = ()
