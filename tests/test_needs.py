"""A test whose means are missing is skipped on a developer's computer and fails in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def without_restic(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PATH", str(pytester.path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nmarkers = needs_restic: needs restic\n")
    pytester.makepyfile(
        "import pytest\n@pytest.mark.needs_restic\ndef test_a(): pass\ndef test_b(): pass\n"
    )
    return pytester


def test_skips_with_the_reason(
    without_restic: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    result = without_restic.runpytest_subprocess("-p", "tests.needs", "-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*the program restic is not installed*"])


def test_fails_in_ci(without_restic: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = without_restic.runpytest_subprocess("-p", "tests.needs")
    # Reported as an error: it fails before the test begins.
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*the program restic is not installed, and CI may leave nothing out*"]
    )
