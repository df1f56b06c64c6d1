"""Where `status` has its answers from: the engine, if one runs, else the manifests themselves."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from typing import Protocol

import msgspec

from backupclient.cli.environment import data_folders, location_given
from backupclient.cli.terminal import Terminal
from backupclient.clock import Clock
from backupclient.errors import EngineError
from backupclient.link import Link
from backupclient.settings import Folders
from backupclient.wire.answers import FileAnswer, FileState, PlaceStatus
from backupclient.wire.automatic import Automation, AutomationStatus, GetAutomation
from backupclient.wire.questions import AskStatus, Files, ListFiles, Status

_PATIENCE = 3.0
"""Seconds. An engine that does not answer is no reason to know nothing."""
_A_PAGE = 1000
"""Files the engine is asked for at a time. It looks for the next ones while these are printed."""


class Knowing(Protocol):
    def places(self, paths: tuple[bytes, ...]) -> Iterator[PlaceStatus]:
        """Of the place that was named, or of all that this computer knows. The engine looks from
        now on, and is asked nothing else before the last was taken."""

    def files(
        self, place: PlaceStatus, path: bytes, wanted: frozenset[FileState]
    ) -> Iterator[FileAnswer]:
        """At or below `path`, in order. As above."""

    def automation(self) -> AutomationStatus:
        """What an engine that runs does by itself."""


@contextlib.contextmanager
def known(args: argparse.Namespace, terminal: Terminal) -> Iterator[Knowing]:
    """For as long as the block lasts."""
    location = location_given(args, terminal.environ)
    folders = data_folders(args, terminal.environ)
    with contextlib.ExitStack() as stack:
        knowing: Knowing = _Manifests(folders, location, terminal.clock)
        with contextlib.suppress(EngineError):  # none runs, or none that understands us
            knowing = _Engine(stack.enter_context(Link(folders.data, _PATIENCE)), location)
        yield knowing


class _Engine:
    def __init__(self, link: Link, location: str) -> None:
        self._link = link
        self._location = location

    def places(self, paths: tuple[bytes, ...]) -> Iterator[PlaceStatus]:
        asked = AskStatus(id=self._link.new_id(), location=self._location, paths=paths)
        self._link.send(asked)
        return self._places(asked)

    def _places(self, asked: AskStatus) -> Iterator[PlaceStatus]:
        yield from self._link.reply(asked, Status).places

    def files(
        self, place: PlaceStatus, path: bytes, wanted: frozenset[FileState]
    ) -> Iterator[FileAnswer]:
        asked = ListFiles(
            id=self._link.new_id(),
            location=place.location,
            path=path,
            states=tuple(sorted(wanted)),
            limit=_A_PAGE,
        )
        self._link.send(asked)
        return self._pages(asked)

    def _pages(self, first: ListFiles) -> Iterator[FileAnswer]:
        asked: ListFiles | None = first
        while asked is not None:
            page = self._link.reply(asked, Files).page
            asked = self._next(asked, page.next)
            yield from page.files

    def _next(self, asked: ListFiles, after: bytes) -> ListFiles | None:
        """Asked for now, so that the engine looks while the page before is printed."""
        if not after:
            return None
        more = msgspec.structs.replace(asked, id=self._link.new_id(), after=after)
        self._link.send(more)
        return more

    def automation(self) -> AutomationStatus:
        return self._link.ask(GetAutomation(id=self._link.new_id()), Automation).status


class _Manifests:
    def __init__(self, folders: Folders, location: str, clock: Clock) -> None:
        self._folders = folders
        self._location = location
        self._clock = clock

    def places(self, paths: tuple[bytes, ...]) -> Iterator[PlaceStatus]:
        from backupclient.operations.status import place_status, sources  # noqa: PLC0415

        found = sources(self._folders, self._location)
        return (place_status(source, paths, self._clock) for source in found)

    def files(
        self, place: PlaceStatus, path: bytes, wanted: frozenset[FileState]
    ) -> Iterator[FileAnswer]:
        from backupclient.operations.status import file_pages, sources  # noqa: PLC0415

        for source in sources(self._folders, place.location):
            for page in file_pages(source, path, wanted, self._clock):
                yield from page.files

    def automation(self) -> AutomationStatus:
        return AutomationStatus()
