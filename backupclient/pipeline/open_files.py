"""Opening files where the system may let no more be opened: again, with fewer at once."""

from __future__ import annotations

import contextlib
import errno
import threading
from collections.abc import Callable
from typing import TypeVar

from backupclient.control import Control
from backupclient.errors import TooManyOpenFiles
from backupclient.events import Emit, NoticeCode, Noticed

Result = TypeVar("Result")

TOO_MANY = frozenset({errno.EMFILE, errno.ENFILE})
_LONGEST_WAIT = 5.0
_WAITS = tuple(min(0.05 * 2**n, _LONGEST_WAIT) for n in range(17))
"""Seconds; a minute in all. Other programs come and go."""


class OpenFiles:
    """Any thread."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._one_at_a_time = threading.Lock()
        self._told = False
        self.few = False
        """Whether the system has refused one: from then on, large files are read one at a time."""

    def insist(self, call: Callable[[], Result]) -> Result:
        """What `call` returns, or raises but for a lack of open files: then it is called again.
        `TooManyOpenFiles` if that goes on for a minute."""
        for seconds in _WAITS:
            try:
                return call()
            except OSError as error:
                if error.errno not in TOO_MANY:
                    raise
            self.few = True
            self._control.sleep(seconds)
        try:
            return call()
        except OSError as error:
            if error.errno not in TOO_MANY:
                raise
            raise TooManyOpenFiles(str(error)) from error

    def tell(self, emit: Emit) -> None:
        """`NoticeCode.FEWER_AT_ONCE`, once, if the system has refused one. The job's thread."""
        if self.few and not self._told:
            self._told = True
            emit(Noticed(code=NoticeCode.FEWER_AT_ONCE))

    def turn(self) -> contextlib.AbstractContextManager[object]:
        """Held while a large file is read."""
        return self._one_at_a_time if self.few else contextlib.nullcontext()
