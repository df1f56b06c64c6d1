"""`backupclient status`.

What shows the answer is loaded while an engine looks for it.
"""

from __future__ import annotations

import argparse
import itertools
import os
from typing import TYPE_CHECKING

from backupclient.cli.exit_codes import Exit
from backupclient.cli.known_states import Knowing, known
from backupclient.cli.terminal import Terminal
from backupclient.wire.answers import FileAnswer, FileState, PathAnswer, PlaceStatus, Rollup

if TYPE_CHECKING:
    from backupclient.cli.status_json import StatusJson
    from backupclient.cli.status_text import StatusText

_FINE = (FileState.SAFE, FileState.LEFT_OUT, Rollup.SAFE, Rollup.PARTLY_CHOSEN)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say which files are safe, and of the others why they are not. Asks neither for a password "
        "nor the storage: it tells what was so when the storage was last looked at. Ends with 0 if "
        "everything is safe, with 3 if something is not."
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a file or folder (default: all that is backed up)"
    )
    parser.add_argument(
        "--state",
        action="append",
        default=[],
        choices=[str(state) for state in FileState],
        help="list the files in this state; may be given more than once",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    paths = tuple(os.path.abspath(os.fsencode(path)) for path in args.paths)
    wanted = frozenset(map(FileState, args.state))
    safe = True
    with known(args, terminal) as knowing:
        asked = knowing.places(paths)
        if not wanted:
            _shown(terminal)
        places = tuple(asked)
        for status in places:
            safe = safe and bool(status.answers) and all(_is_fine(one) for one in status.answers)
            if wanted:
                _list(status, knowing, wanted, terminal, alone=len(places) == 1)
            else:
                _answer(status, terminal, alone=len(places) == 1)
        automation = knowing.automation()
    if not terminal.json:
        from backupclient.cli import automation_text  # noqa: PLC0415 - see above

        if by_itself := automation_text.line(automation, terminal.clock.now()):
            terminal.say(by_itself)
    if not places and not terminal.json:
        terminal.result("Nothing was backed up from this computer yet.")
    return Exit.DONE if places and safe else Exit.INCOMPLETE


def _answer(status: PlaceStatus, terminal: Terminal, *, alone: bool) -> None:
    shown = _shown(terminal)
    shown.place(status, alone=alone)
    for answer in status.answers:
        shown.answer(answer)


def _list(
    status: PlaceStatus,
    knowing: Knowing,
    wanted: frozenset[FileState],
    terminal: Terminal,
    *,
    alone: bool,
) -> None:
    """The files in these states."""
    asked = [answer.path for answer in status.answers]
    first = knowing.files(status, asked[0], wanted) if asked else iter(())
    shown = _shown(terminal)
    shown.place(status, alone=alone)
    rest = (file for path in asked[1:] for file in knowing.files(status, path, wanted))
    any_shown = False
    for file in itertools.chain(first, rest):
        shown.file(file)
        any_shown = True
    if asked and not any_shown:
        shown.no_file()


def _shown(terminal: Terminal) -> StatusText | StatusJson:
    if terminal.json:
        from backupclient.cli.status_json import StatusJson  # noqa: PLC0415 - see above

        return StatusJson(terminal)
    from backupclient.cli.status_text import StatusText  # noqa: PLC0415 - see above

    return StatusText(terminal)


def _is_fine(answer: PathAnswer) -> bool:
    return (answer.state if isinstance(answer, FileAnswer) else answer.rollup) in _FINE
