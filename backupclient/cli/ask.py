"""`backupclient ask`: the help's answer to a question, also without the network."""

from __future__ import annotations

import argparse

import msgspec

from backupclient.cli.environment import data_folders
from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal
from backupclient.support import unanswered
from backupclient.support.catalogue import ENGLISH
from backupclient.support.help_articles import Article, articles, plain
from backupclient.support.help_search import answers

_INDENT = "  "
_CODE = "    "


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One article, as `ask --json` lists them, best first. `name` is stable; `answer` is plain
    text, `body` Markdown. Fields may be added, none is ever renamed or removed."""

    name: str
    title: str
    answer: str
    body: str
    codes: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Answer a question from the help, best answer first. Without a question, list what there"
        " is."
    )
    parser.add_argument(
        "question",
        nargs="*",
        metavar="QUESTION",
        help="in your own words, like: does it start from zero after a restart",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Exit 1 where nothing fits; the question is kept for a report to support."""
    question = " ".join(args.question)
    found = answers(question) if question else tuple(articles(ENGLISH).values())
    if question and not found:
        folder = data_folders(args, terminal.environ).data
        unanswered.remember(folder, question, terminal.clock.now())
    if terminal.json:
        terminal.json_line([_message(article) for article in found])
    elif not question:
        for article in found:
            terminal.result(article.title)
    elif not found:
        terminal.warn("No answer fits these words. Other words may, or 'backupclient explain'.")
    else:
        _show(found, terminal)
    return Exit.DONE if found else Exit.FAILED


def _show(found: tuple[Article, ...], terminal: Terminal) -> None:
    """The best answer in full, the questions that others answer below it."""
    best, *others = found
    terminal.result(best.title)
    for part in best.body.split("\n\n"):
        terminal.result("")
        if part.startswith(_CODE):
            terminal.result(part)
            continue
        for line in part.splitlines():
            terminal.paragraph(plain(line), _INDENT)
    if others:
        terminal.result("")
        terminal.result("Also:")
        for article in others:
            terminal.result(f"{_INDENT}{article.title}")


def _message(article: Article) -> Answered:
    return Answered(
        name=article.name,
        title=article.title,
        answer=article.answer,
        body=article.body,
        codes=article.codes,
    )
