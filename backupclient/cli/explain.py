"""`backupclient explain`: what a problem means and what to do, by its stable name."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from backupclient.cli.exit_codes import Exit
from backupclient.cli.messages import Explained
from backupclient.cli.terminal import Terminal
from backupclient.errors import InvalidRequest
from backupclient.support.explainer import (
    Explanation,
    entries,
    explain_code,
    find,
    known,
    nearest,
)

_INDENT = "  "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say what a problem means for your data and what to do about it. Without a name, list all."
    )
    parser.add_argument(
        "code",
        nargs="*",
        metavar="CODE",
        help="like storage-full or in-use, or a piece of another program's error message",
    )
    parser.add_argument("--all", action="store_true", help="explain every problem there is")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Exit 1 for a name that nobody knows; the nearest ones are suggested."""
    if not args.all and not args.code and not terminal.json:
        _list(terminal)
        return Exit.DONE
    everything = args.all or not args.code
    codes = [entry.code for entry in entries()] if everything else list(_codes(args.code))
    if terminal.json:
        aliases = {entry.code: entry.aliases for entry in entries()}
        terminal.json_line([_message(explain_code(code), aliases[code]) for code in codes])
    else:
        for code in codes:
            _show(explain_code(code), terminal)
    return Exit.DONE


def _list(terminal: Terminal) -> None:
    """Every code but the typing errors', which say all there is to say when they are made."""
    codes = [e.code for e in entries() if not e.code.startswith(f"{InvalidRequest.code}.")]
    width = max(map(len, codes)) + 2
    for code in codes:
        terminal.result(f"{code:<{width}}{explain_code(code).title}")


def _codes(words: list[str]) -> Iterator[str]:
    """What each word stands for; words that are no codes are one pasted text."""
    if all(known(word) for word in words):
        yield from words
        return
    text = " ".join(words)
    found = find(text)
    if found is None:
        meant = " or ".join(nearest(text))
        raise InvalidRequest(reason="unknown-code", name=text, nearest=meant or None)
    yield found


def _message(explanation: Explanation, aliases: tuple[str, ...]) -> Explained:
    return Explained(
        code=explanation.code,
        title=explanation.title,
        your_data=explanation.your_data,
        meanwhile=explanation.meanwhile,
        next_step=explanation.next_step,
        offer=explanation.offer,
        steps=explanation.steps,
        aliases=aliases,
    )


def _show(explanation: Explanation, terminal: Terminal) -> None:
    terminal.result(f"{explanation.title}. ({explanation.code})")
    for name, text in (
        ("Your data", explanation.your_data),
        ("Meanwhile", explanation.meanwhile),
        ("Next", explanation.next_step),
        ("Support may say", explanation.offer),
    ):
        terminal.paragraph(f"{name}: {text}", _INDENT)
    for step in explanation.steps:
        terminal.paragraph(f"- {step}", _INDENT * 2)
    terminal.result("")
