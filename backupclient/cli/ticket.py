"""`backupclient ticket`: help from a person of the account service."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from backupclient.cli.account_household import engine
from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal, printable
from backupclient.errors import InvalidRequest
from backupclient.link import Link
from backupclient.support import amounts
from backupclient.support.diagnostics.reading import read_report
from backupclient.support.explainer import explain_code
from backupclient.wire import tickets as wire
from backupclient.wire.tickets import HelpStatus, TicketShown, TicketState, Wait

ACTIONS = {
    "show": "the wait, before you ask; then your place in line and what was said",
    "ask": "take a place in line: WORDS say what it is about",
    "say": "say WORDS to whoever helps",
    "solved": "end it, with WORDS if there is more to say",
    "unsolved": "the same, and it is not solved; who still waits gives the place away",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Ask a person of your account service for help, and talk with them. Your place in line is "
        "kept until it is your turn, whatever is restarted meanwhile."
    )
    does = "; ".join(f"{name}: {what}" for name, what in ACTIONS.items())
    parser.add_argument("action", nargs="?", default="show", choices=list(ACTIONS), help=does)
    parser.add_argument("words", nargs="*", metavar="WORDS", help="what you say")
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="ask: send it along; 'backupclient diagnose create' makes it",
    )
    likes = [wish.value for wish in wire.Wish]
    parser.add_argument(
        "--like", default=likes[0], choices=likes, help="ask: how you want to be helped"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """InvalidRequest for a FILE that is no report, and where WORDS are missing."""
    words = " ".join(args.words)
    if not words and args.action in ("ask", "say"):
        raise InvalidRequest(reason="no-words")
    report = ""
    if args.report:
        read_report(Path(args.report))
        report = str(Path(args.report).absolute())
    with engine(args, terminal) as link:
        no = link.new_id()
        request: wire.AnyTicketRequest = wire.ShowTicket(id=no, look=True)
        if args.action == "ask":
            wish = wire.Wish(args.like)
            request = wire.TakePlace(id=no, subject=words, wish=wish, report=report)
        elif args.action == "say":
            request = wire.Say(id=no, words=words)
        elif args.action != "show":
            request = wire.CloseTicket(id=no, solved=args.action == "solved", words=words)
        status = link.ask(request, TicketShown).status
        if status.ticket is None:
            _show_wait(link, terminal)
        else:
            _show(status, status.ticket, terminal)
    return Exit.DONE


def _show_wait(link: Link, terminal: Terminal) -> None:
    """Of somebody who would ask now."""
    wait = link.ask(wire.AskWait(id=link.new_id()), wire.WaitShown).wait
    if terminal.json:
        terminal.json_line(wait)
        return
    terminal.result(_wait(wait))
    terminal.say("'backupclient ticket ask WORDS' takes a place in line, and keeps it.")


def _show(status: HelpStatus, ticket: wire.Ticket, terminal: Terminal) -> None:
    if terminal.json:
        terminal.json_line(status)
    else:
        for line in _lines(status, ticket, terminal.clock.now()):
            terminal.result(line)
    if status.failure is not None:
        told = explain_code(status.failure.code, status.failure.facts, status.failure.raw)
        terminal.warn(f"{told.title}. This is what was last known.")


def _lines(status: HelpStatus, ticket: wire.Ticket, now: datetime) -> Iterator[str]:
    yield f"Number {ticket.number}: {printable(ticket.subject)}"
    match ticket.state:
        case TicketState.WAITING:
            yield _wait(ticket.wait or Wait())
            yield "Your place is kept. 'backupclient ticket' shows when it is your turn."
        case TicketState.YOUR_TURN:
            yield "It is your turn. 'backupclient ticket say WORDS' begins."
        case TicketState.OPEN:
            yield "You are being helped."
        case TicketState.SOLVED:
            yield "Solved."
        case TicketState.CLOSED:
            yield _closed(ticket)
    if status.report_waits:
        yield "Your report is sent as soon as the service answers."
    elif ticket.has_report:
        yield "Your report is there."
    for one in ticket.messages:
        yield f"{'Support' if one.by_agent else 'You'}, {amounts.moment(one.at, now)}:"
        for line in one.words.splitlines():
            spaced = line.replace("\N{NO-BREAK SPACE}", " ")
            yield f"  {printable(spaced)}"
    if ticket.over and not status.rated:
        yield "Was it solved? 'backupclient ticket solved', or 'unsolved', says so."
    elif ticket.over:
        yield "'backupclient ticket ask WORDS' asks something else."


def _closed(ticket: wire.Ticket) -> str:
    if ticket.closed_by_itself:
        return "Closed: nobody said anything more. 'backupclient ticket say WORDS' goes on."
    return "Closed, and not solved."


def _wait(wait: Wait) -> str:
    people = amounts.counted(wait.people_before, "person is", "people are")
    before = f"{people} before you" if wait.people_before else "Nobody is before you"
    if not wait.agents_here:
        return f"{before}. Nobody who helps is there now; you are helped when somebody comes."
    if wait.least_seconds is None or wait.most_seconds is None:
        return f"{before}. How long it takes is not known."
    if wait.most_seconds == 0:
        return f"{before}, and somebody is there now."
    least, most = amounts.time_left(wait.least_seconds), amounts.time_left(wait.most_seconds)
    return f"{before}. It takes {most if least == most else f'{least}, or as long as {most}'}."
