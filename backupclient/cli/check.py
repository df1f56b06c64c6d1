"""`backupclient check`."""

from __future__ import annotations

import argparse

from backupclient.cli import values
from backupclient.cli.error_output import show_failure
from backupclient.cli.exit_codes import Exit
from backupclient.cli.messages import CheckDone
from backupclient.cli.running import Work, perform
from backupclient.cli.terminal import Terminal
from backupclient.events import (
    CheckSummary,
    Damage,
    DamageCode,
    Event,
    NoticeCode,
    Noticed,
)
from backupclient.requests import CheckRequest
from backupclient.support import amounts
from backupclient.support.explainer import DAMAGE_FOUND

_KEEPS = "Nothing was changed; a new check begins from the start."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Prove that everything is there which a restore needs."
    reading = parser.add_mutually_exclusive_group()
    reading.add_argument(
        "--read-data", action="store_true", help="read all stored data and compare its checksums"
    )
    reading.add_argument(
        "--read-data-subset",
        type=values.subset,
        metavar="PART",
        help="read a part: n/t (the n-th of t parts), x%% or a size, at random",
    )
    parser.add_argument(
        "--with-cache", action="store_true", help="trust what this computer keeps in its cache"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Exit 1 if anything is wrong."""
    request = CheckRequest(
        read_data=args.read_data,
        read_data_subset=args.read_data_subset or "",
        with_cache=args.with_cache,
    )
    found = Findings()

    def show(summary: CheckSummary) -> None:
        if terminal.json:
            terminal.json_line(_message(summary, found))
        else:
            _show(summary, terminal)

    work = Work(request, CheckSummary, "check", _KEEPS, show, found.look)
    summary = perform(args, terminal, work)
    if summary.errors:
        return show_failure(DAMAGE_FOUND, {"count": summary.errors}, terminal)
    return Exit.DONE


class Findings:
    """Keeps of the events what the end of a check is told from."""

    def __init__(self) -> None:
        self.broken_packs: dict[str, None] = {}
        self.index_is_wrong = False

    def look(self, event: Event) -> None:
        if isinstance(event, Damage | Noticed) and event.code in _OF_INDEX:
            self.index_is_wrong = True
        if isinstance(event, Damage) and event.code.startswith("pack-"):
            self.broken_packs[event.item] = None


_OF_INDEX: set[DamageCode | NoticeCode] = {
    DamageCode.INDEX,
    DamageCode.INDEX_DIFFERS,
    NoticeCode.PACKS_UNINDEXED,
    NoticeCode.PACKS_INDEXED_TWICE,
}


def _message(summary: CheckSummary, found: Findings) -> CheckDone:
    return CheckDone(
        num_errors=summary.errors,
        broken_packs=tuple(found.broken_packs),
        suggest_repair_index=found.index_is_wrong,
        suggest_prune=summary.unused_packs > 0,
        packs=summary.packs,
        packs_read=summary.packs_read,
        snapshots=summary.snapshots,
        trees=summary.trees,
        blobs=summary.blobs,
        unused_packs=summary.unused_packs,
        total_duration=summary.total_duration,
    )


def _show(summary: CheckSummary, terminal: Terminal) -> None:
    took = amounts.duration(summary.total_duration)
    looked = ", ".join(
        (
            amounts.counted(summary.snapshots, "snapshot"),
            amounts.counted(summary.trees, "folder"),
            amounts.counted(summary.packs, "pack"),
        )
    )
    terminal.say(f"Checked {looked} in {took}.")
    if summary.packs_read:
        read = amounts.counted(summary.packs_read, "pack")
        terminal.say(f"Read {read} whole and compared every checksum.")
    if summary.unused_packs:
        unused = amounts.counted(summary.unused_packs, "pack")
        terminal.say(f"No snapshot needs {unused}; that only takes room.")
    if not summary.errors:
        terminal.say("no errors were found")
