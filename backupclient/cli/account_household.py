"""`backupclient account sign-in` and what else is about the computers of a household."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from backupclient.cli.environment import asked, checked, data_folders, password_from_file
from backupclient.cli.exit_codes import Exit
from backupclient.cli.tables import table
from backupclient.cli.terminal import Terminal, printable
from backupclient.errors import (
    AccountRefused,
    EngineNotRunning,
    InvalidRequest,
    NotSignedIn,
)
from backupclient.link import Link
from backupclient.support import amounts
from backupclient.wire.entitlement import Computer, Entitlement, Seat
from backupclient.wire.failure import Failure, error_of
from backupclient.wire.household import (
    Account,
    AccountState,
    AccountStatus,
    BackupJoined,
    GetAccount,
    JoinBackup,
    JoinCode,
    JoinCodeTaken,
    MakeJoinCode,
    ReleaseComputer,
    SignIn,
    SignOut,
    TakeJoinCode,
    TakeOver,
)
from backupclient.wire.jobs import Jobs, Subscribe
from backupclient.wire.storage_plan import PlanShown, ShowPlan

_PATIENCE = 120.0
"""Seconds. Opening a backup over a slow line takes some."""

ACTIONS = {
    "sign-in": "sign this computer in: ADDRESS is that of the service",
    "sign-out": "sign this computer out; its backups stay",
    "computers": "list the computers of the household",
    "release": "give up the seat of the computer NAME; its backups stay",
    "take-over": "go on with the backups of the released computer NAME",
    "join-code": "show a code that lets another computer into the backup, once",
    "join": "back up FOLDERS to the household's storage from now on",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of these actions."""
    parser.add_argument("--name", default="", help="sign-in: what this computer is to be called")
    parser.add_argument("--code", default="", help="join: a code that another computer shows")
    parser.add_argument("--yes", action="store_true", help="release: do not ask first")


def run(action: str, values: Sequence[str], args: argparse.Namespace, terminal: Terminal) -> int:
    """One of `ACTIONS`."""
    with engine(args, terminal) as link:
        match action:
            case "sign-in":
                _sign_in(link, values[0] if values else "", args, terminal)
            case "sign-out":
                status = link.ask(SignOut(id=link.new_id()), Account).status
                _say_signed_out(status, terminal)
            case "computers":
                _show_computers(_plan(link), terminal)
            case "release":
                _release(link, _named(_plan(link), values), args, terminal)
            case "take-over":
                computer = _named(_plan(link), values)
                link.ask(TakeOver(id=link.new_id(), device_id=computer.device_id), Account)
                terminal.say(f"This computer goes on with the backups of {_quoted(computer.name)}.")
            case "join-code":
                _show_code(link.ask(MakeJoinCode(id=link.new_id()), JoinCode), terminal)
            case "join":
                _join(link, tuple(values), args, terminal)
    return Exit.DONE


@contextlib.contextmanager
def engine(args: argparse.Namespace, terminal: Terminal) -> Iterator[Link]:
    """The engine of this data folder; this process, where none runs."""
    data = data_folders(args, terminal.environ).data
    with contextlib.ExitStack() as stack:
        try:
            link = stack.enter_context(Link(data, _PATIENCE))
        except EngineNotRunning:
            from backupclient.agent.server import Agent  # noqa: PLC0415 - most find one

            stack.enter_context(Agent(data, terminal.clock, lasting=False))
            link = stack.enter_context(Link(data, _PATIENCE))
        yield link


# --- signing in and out ---------------------------------------------------------------------------


def _sign_in(link: Link, address: str, args: argparse.Namespace, terminal: Terminal) -> None:
    ca_file = str(Path(args.cacert).absolute()) if args.cacert else ""
    request = SignIn(id=link.new_id(), address=address, name=args.name, ca_file=ca_file)
    begun = link.ask(request, Account).status
    # Only now: what is told first is how it stands, which is no earlier sign-in then.
    link.ask(Subscribe(id=link.new_id()), Jobs)
    if terminal.json:
        terminal.json_line(begun)
    else:
        terminal.result(f"Open   {begun.verification_uri}")
        terminal.result(f"type   {begun.user_code}")
        terminal.say(f"or open {begun.verification_uri_complete}")
        terminal.say("This computer waits until somebody has approved it. Ctrl-C gives up.")
    terminal.finish()  # whoever reads it through a pipe approves it now
    try:
        status = _approved(link, begun)
    except KeyboardInterrupt:
        link.send(SignOut(id=link.new_id()))
        raise
    if terminal.json:
        terminal.json_line(status)
    else:
        terminal.say(f"Signed in as {_quoted(status.name)}.")
        if not status.location:
            terminal.say("'backupclient account join' lets this computer use the storage.")


def _approved(link: Link, begun: AccountStatus) -> AccountStatus:
    for batch in link.news():
        status = batch.account
        if status is None or status.user_code == begun.user_code:
            continue
        if status.state is AccountState.SIGNED_IN:
            return status
        if status.failure is not None:
            trouble = status.failure
            raise error_of(Failure(code=trouble.code, facts=trouble.facts, raw=trouble.raw))
        if status.state is not AccountState.SIGNING_IN:
            raise AccountRefused(reason="denied")
    raise NotSignedIn


def _say_signed_out(status: AccountStatus, terminal: Terminal) -> None:
    if terminal.json:
        terminal.json_line(status)
        return
    terminal.say("Signed out. What is stored stays.")
    if status.failure is not None:
        terminal.warn(
            "The service could not be told: release this computer's seat on its page, or from "
            "another computer."
        )


# --- computers ------------------------------------------------------------------------------------


def _plan(link: Link) -> Entitlement:
    """With what the service says now, if it answers."""
    status = link.ask(GetAccount(id=link.new_id(), look=True), Account).status
    if status.state is AccountState.SIGNED_OUT:
        raise NotSignedIn
    return link.ask(ShowPlan(id=link.new_id()), PlanShown).plan


def _show_computers(plan: Entitlement, terminal: Terminal) -> None:
    if terminal.json:
        terminal.json_line(plan.computers)
        return
    rows = [
        [
            printable(one.name) + (" (this one)" if one.this else ""),
            printable(one.system),
            _seat(one),
            _ago(one.last_backup, terminal.clock.now()),
        ]
        for one in plan.computers
    ]
    for line in table(["Computer", "System", "Seat", "Last backup"], rows):
        terminal.result(line)
    held = sum(one.seat is Seat.HELD for one in plan.computers)
    terminal.say(f"{held} of {plan.seats} seats are used.")


def _seat(computer: Computer) -> str:
    if computer.seat is Seat.RELEASED:
        return "released"
    return "held, on now" if computer.online else "held"


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "none yet"
    return f"{amounts.duration(max((now - moment).total_seconds(), 0))} ago"


def _named(plan: Entitlement, values: Sequence[str]) -> Computer:
    if not values:
        raise InvalidRequest(reason="no-computer")
    found = [one for one in plan.computers if values[0] in (one.name, one.device_id)]
    if len(found) != 1:
        reason = "ambiguous-computer" if found else "unknown-computer"
        raise InvalidRequest(reason=reason, computer=values[0])
    return found[0]


def _release(link: Link, computer: Computer, args: argparse.Namespace, terminal: Terminal) -> None:
    if not args.yes and terminal.stdin.isatty():
        terminal.say(
            f"{_quoted(computer.name)} will store nothing more. Its backups stay, and can be "
            "restored or taken over by another computer."
        )
        terminal.say("Release it? Type yes:")
        terminal.finish()
        if terminal.stdin.readline().strip().lower() != "yes":
            terminal.say("Nothing was changed.")
            return
    link.ask(ReleaseComputer(id=link.new_id(), device_id=computer.device_id), Account)
    terminal.say(f"{_quoted(computer.name)} was released. Its seat is free.")


# --- joining --------------------------------------------------------------------------------------


def _show_code(code: JoinCode, terminal: Terminal) -> None:
    if terminal.json:
        terminal.json_line(code)
        return
    terminal.result(code.code)
    terminal.say("It works once, for ten minutes. On the other computer:")
    terminal.say(f"  backupclient account join --code {code.code}")


def _join(
    link: Link, folders: tuple[str, ...], args: argparse.Namespace, terminal: Terminal
) -> None:
    if args.code:
        taken = link.ask(TakeJoinCode(id=link.new_id(), code=args.code), JoinCodeTaken)
        password = taken.password
    else:
        password = _password(args, terminal)
    chosen = tuple(str(Path(folder).absolute()) for folder in folders)
    request = JoinBackup(id=link.new_id(), password=password, folders=chosen)
    joined = link.ask(request, BackupJoined)
    if terminal.json:
        terminal.json_line(joined)
    elif joined.begun:
        terminal.say("The household's backup was begun. Keep its password: only that opens it.")
    else:
        terminal.say("This computer has joined the household's backup.")


def _password(args: argparse.Namespace, terminal: Terminal) -> str:
    if args.password_file:
        return password_from_file(args.password_file)
    given = terminal.environ.get("BACKUPCLIENT_PASSWORD") or terminal.environ.get("RESTIC_PASSWORD")
    if given:
        return checked(given)
    return asked(terminal, "Password or recovery key of the backup: ", twice=False)


def _quoted(name: str) -> str:
    return f"“{printable(name)}”"
