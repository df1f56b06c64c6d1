"""What whoever helps can offer for a problem: words to say, steps to click, a command to type. The
one that fits the person comes first; none of them needs anybody at the computer but its owner."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from backupclient.errors import Fact
from backupclient.support.catalogue import ENGLISH
from backupclient.support.diagnostics.bundle import Door, Like
from backupclient.support.explainer import Where, explain_code


class Way(enum.StrEnum):
    WORDS = "words"
    STEPS = "steps"
    COMMAND = "command"


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """`words` are said to the person, in his language, as are `steps`; `command` is typed, and
    words in capitals in it stand for what only he knows. `ways` is the order in which to offer
    them."""

    words: str
    steps: tuple[str, ...]
    command: str
    ways: tuple[Way, ...]


_ORDER = {
    Like.EXPLAIN: (Way.WORDS, Way.STEPS, Way.COMMAND),
    Like.STEPS: (Way.STEPS, Way.COMMAND, Way.WORDS),
    Like.TOGETHER: (Way.STEPS, Way.WORDS, Way.COMMAND),
}


def option_for(
    code: str,
    facts: Mapping[str, Fact],
    like: Like = Like.EXPLAIN,
    door: Door = Door.WINDOW,
    language: str = ENGLISH,
    where: Where | None = None,
) -> Option:
    """For a code of the catalogue, and a computer as `where` says (or this one). At the window no
    step names a command; whoever came from the terminal and wants steps is given the command
    first."""
    told = explain_code(code, facts, language=language, window=door is Door.WINDOW, where=where)
    ways = _ORDER[like]
    if door is Door.TERMINAL and like is Like.STEPS:
        ways = (Way.COMMAND, Way.STEPS, Way.WORDS)
    return Option(
        words=told.offer,
        steps=told.steps or (told.next_step,),
        command=told.command or f"backupclient explain {told.code}",
        ways=ways,
    )
