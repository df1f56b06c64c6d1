"""Formatting, lint, types and layers hold on every commit: whoever runs the tests runs them."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([SCRIPTS / "ruff", "format", "--check", "--quiet"], id="format"),
        pytest.param([SCRIPTS / "ruff", "check", "--quiet"], id="lint"),
        pytest.param([sys.executable, "-m", "mypy", "--no-error-summary"], id="types"),
        pytest.param([SCRIPTS / "lint-imports"], id="layers"),
    ],
)
def test_holds(command: list[str | Path]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{done.stdout}{done.stderr}", pytrace=False)
