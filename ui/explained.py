"""Explanations of problems in the language of the window, for who sits at it: without commands, and
with paths from the home folder."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from backupclient.errors import Fact
from backupclient.support import explainer
from backupclient.support.catalogue import ENGLISH
from backupclient.support.explainer import Explainable, Explanation
from ui.paths import shown_paths

_spoken = [ENGLISH]


def speak(language: str) -> None:
    """From now on. Belongs to the window's thread, as everything here."""
    _spoken[0] = language


def spoken() -> str:
    return _spoken[0]


def explain(problem: Explainable) -> Explanation:
    return _from_home(explainer.explain(problem, _spoken[0], window=True))


def explain_code(code: str, facts: Mapping[str, Fact] | None = None, raw: str = "") -> Explanation:
    return _from_home(explainer.explain_code(code, facts, raw, _spoken[0], window=True))


def _from_home(told: Explanation) -> Explanation:
    """Paths in its sentences are written as everywhere in the window."""
    return msgspec.structs.replace(
        told,
        title=shown_paths(told.title),
        your_data=shown_paths(told.your_data),
        meanwhile=shown_paths(told.meanwhile),
        next_step=shown_paths(told.next_step),
    )
