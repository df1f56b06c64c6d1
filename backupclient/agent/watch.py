"""Watching the folders of the plan, and what that says about when to back them up."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from backupclient.automation.settling import Pace, Settling
from backupclient.automation.watcher import Watched, Watcher
from backupclient.clock import Clock
from backupclient.errors import InvalidRequest
from backupclient.events import NoticeCode
from backupclient.pipeline.excludes import Excludes
from backupclient.plan import BackupPlan, When, request_of
from backupclient.settings import folders as folders_of
from backupclient.wire.automatic import Watching

_EVERYTHING = b"/"


class Watch:
    """`follow`, `backed_up` and `close` belong to one thread; a thread of its own does what takes
    long, one thing after the other."""

    def __init__(
        self, data: Path, clock: Clock, wake: Callable[[], None], pace: Pace | None = None
    ) -> None:
        """`wake` is called when something has changed, from any thread."""
        self._data = data
        self._clock = clock
        self._wake = wake
        self._settling = Settling(pace)
        self._watcher = Watcher(self._on_change, self._on_lost)
        self._roots: tuple[str, ...] = ()
        self._plan: BackupPlan | None = None
        self._rules: Excludes | None = None
        self._ours: tuple[str, ...] = ()
        self._thread: threading.Thread | None = None
        self._again = False
        self._look = False
        self._watched = Watched()
        self._notices: list[NoticeCode] = []

    def follow(self, plan: BackupPlan | None) -> None:
        """Watch what this plan wants watched."""
        wanted = plan is not None and plan.schedule.when is When.CONTINUOUS
        roots = plan.folders if wanted and plan is not None else ()
        if plan is not None and roots:
            self._take_rules(plan)
        if self._busy:
            return
        if roots != self._roots:
            self._settling.forget()
            self._roots, self._watched = roots, Watched()
            self._begin(self._begin_watching)
        elif self._look:
            self._look = False
            self._begin(self._look_again)

    @property
    def state(self) -> Watching:
        if not self._roots:
            return Watching.OFF
        if self._busy and not self._watched.folders:
            return Watching.BEGINNING
        incomplete = self._watched.limited or self._watched.missing
        return Watching.SCANS if incomplete else Watching.ON

    @property
    def folders(self) -> int:
        return self._watched.folders

    def due(self) -> datetime | None:
        """When changed files are to be backed up; None if none are known of."""
        return self._settling.due()

    def backed_up(self, begun: datetime) -> None:
        """A backup began, and finds all that has changed until now."""
        self._settling.begun(begun)
        self._look = bool(self._roots)

    def took(self, seconds: float) -> None:
        """It has ended."""
        self._settling.ended(seconds)

    def notices(self) -> list[NoticeCode]:
        """What the history should know, once."""
        notices, self._notices = self._notices, []
        return list(dict.fromkeys(notices))

    def close(self) -> None:
        if (thread := self._thread) is not None:
            thread.join()
        self._watcher.close()

    # --- its thread -------------------------------------------------------------------------------

    @property
    def _busy(self) -> bool:
        thread = self._thread  # which takes itself away when it ends
        return thread is not None and thread.is_alive()

    def _begin(self, work: Callable[[], None]) -> None:
        def run() -> None:
            work()
            self._thread = None
            self._wake()

        self._thread = threading.Thread(target=run, name="watching", daemon=True)
        self._thread.start()

    def _begin_watching(self) -> None:
        before, watched = self._watched, self._watcher.watch(self._roots)
        if watched.limited:
            if not before.limited:
                self._notices.append(NoticeCode.WATCH_LIMIT)
        elif (self._roots and watched.missing != before.missing) or not before.folders:
            # Nobody has looked since the last backup.
            self._settling.changed(_EVERYTHING, self._clock.now())
        # Last: by this a backup begins, which then has looked.
        self._watched = watched

    def _look_again(self) -> None:
        """Whether everything is watched still, or can be now."""
        incomplete = self._watched.limited or self._watched.missing
        if incomplete or not self._watcher.is_complete():
            self._begin_watching()

    # --- from the watcher's thread ----------------------------------------------------------------

    def _on_change(self, path: str) -> None:
        if self._is_ignored(path):
            return
        if self._settling.changed(os.fsencode(os.path.dirname(path)), self._clock.now()):
            self._wake()

    def _on_lost(self) -> None:
        self._notices.append(NoticeCode.WATCH_OVERFLOW)
        self._settling.changed(_EVERYTHING, self._clock.now())
        self._wake()

    def _is_ignored(self, path: str) -> bool:
        if any(path == ours or path.startswith(ours + os.sep) for ours in self._ours):
            return True
        rules = self._rules
        return rules is not None and rules.rule_for(os.fsencode(path)) is not None

    def _take_rules(self, plan: BackupPlan) -> None:
        """What changes there is nobody's concern: our own notes, and what is left out."""
        if plan == self._plan:
            return
        self._plan = plan
        try:
            rules = Excludes(request_of(plan))
        except InvalidRequest:  # told by the backup itself
            rules = None
        self._rules = rules if rules is not None and rules.by_path else None
        own = folders_of(str(self._data)).own(plan.storage.location)
        self._ours = tuple(_as_seen(plan.folders, own))


def _as_seen(roots: tuple[str, ...], paths: tuple[Path, ...]) -> set[str]:
    """These paths as they are called by whoever watches the roots, which may be links."""
    names = {os.path.abspath(path) for path in paths}
    for root in roots:
        real = os.path.realpath(root)
        for path in paths:
            inside = os.path.relpath(os.path.realpath(path), real)
            if not inside.startswith(os.pardir):
                names.add(os.path.join(root, inside))
    return names
