"""Explanations of problems in the language of the window, for who sits at it: without commands."""

from __future__ import annotations

from collections.abc import Mapping

from backupclient.errors import Fact
from backupclient.support import explainer
from backupclient.support.catalogue import ENGLISH
from backupclient.support.explainer import Explainable, Explanation

_spoken = [ENGLISH]


def speak(language: str) -> None:
    """From now on. Belongs to the window's thread, as everything here."""
    _spoken[0] = language


def spoken() -> str:
    return _spoken[0]


def explain(problem: Explainable) -> Explanation:
    return explainer.explain(problem, _spoken[0], window=True)


def explain_code(code: str, facts: Mapping[str, Fact] | None = None, raw: str = "") -> Explanation:
    return explainer.explain_code(code, facts, raw, _spoken[0], window=True)
