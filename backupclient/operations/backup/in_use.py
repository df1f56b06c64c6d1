"""Files that other programs hold so that nobody else may read them: asked for once more at the end.

Most are held for a moment, by a virus scanner or by who is just saving them.
"""

from __future__ import annotations

from collections.abc import Callable

from backupclient.control import Control
from backupclient.events import Reason
from backupclient.operations.backup.folder import Feed
from backupclient.pipeline.reader import FileRead, ReadTask

_TURN_SECONDS = 0.1
_TURNS = 20


class InUse:
    """Of one walk. Belongs to the job's thread."""

    def __init__(self) -> None:
        self._files: list[ReadTask] = []
        self._asked_again = False

    def keeps(self, result: FileRead) -> bool:
        """Whether this file was in use, and is to be asked for again."""
        why = result.trouble
        if self._asked_again or why is None or why.reason is not Reason.LOCKED:
            return False
        _, found = result.token
        self._files.append(ReadTask(result.token, why.path, found.stat))
        return True

    def ask_again(self, feed: Feed, control: Control, meanwhile: Callable[[], None]) -> None:
        """Have them read once more, after two seconds in which `meanwhile` is called again and
        again; what is in use still is a problem then."""
        self._asked_again = True
        files, self._files = self._files, []
        for _ in range(_TURNS if files else 0):
            control.sleep(_TURN_SECONDS)
            meanwhile()
        for task in files:
            feed.read(task)
