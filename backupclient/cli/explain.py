"""`backupclient explain`: what a problem means and what to do, by its stable name."""

from __future__ import annotations

import argparse

from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal
from backupclient.errors import InvalidRequest
from backupclient.support.explainer import Explanation, entries, explain_code, known


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say what a problem means for your data and what to do about it."
    parser.add_argument("code", nargs="*", metavar="CODE", help="like storage-full or in-use")
    parser.add_argument("--all", action="store_true", help="explain every problem there is")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Exit 1 for a name that nobody knows."""
    codes = [entry.code for entry in entries()] if args.all else args.code
    for code in codes:
        if not known(code):
            raise InvalidRequest(reason="unknown-code", name=code)
    if not codes:
        for entry in entries():
            terminal.result(f"{entry.code:<36}{explain_code(entry.code).title}")
        return Exit.DONE
    explanations = [explain_code(code) for code in codes]
    if terminal.json:
        terminal.json_line(explanations)
    else:
        for explanation in explanations:
            _show(explanation, terminal)
    return Exit.DONE


def _show(explanation: Explanation, terminal: Terminal) -> None:
    terminal.result(f"{explanation.title}. ({explanation.code})")
    for name, text in (
        ("Your data", explanation.your_data),
        ("Meanwhile", explanation.meanwhile),
        ("Next", explanation.next_step),
        ("Support may offer", explanation.offer),
    ):
        if text:
            terminal.result(f"  {name}: {text}")
    terminal.result("")
