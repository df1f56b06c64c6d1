"""The locked requirements are what pyproject.toml asks for, with hashes and without addresses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging" / "requirements"


class Project(msgspec.Struct):
    dependencies: list[str]
    extras: dict[str, list[str]] = msgspec.field(name="optional-dependencies")


class Pyproject(msgspec.Struct):
    project: Project
    groups: dict[str, list[str]] = msgspec.field(name="dependency-groups")


def asked_for(kind: str) -> list[str]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pyproject = msgspec.convert(content, Pyproject)
    run = [*pyproject.project.dependencies, *pyproject.project.extras["demo"]]
    run += pyproject.groups["build"]
    return (
        run if kind == "run" else [*run, *pyproject.project.extras["app"], *pyproject.groups["dev"]]
    )


def locked(kind: str) -> dict[str, str]:
    text = (LOCKS / f"{kind}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_holds_a_fitting_version_of_everything_asked_for(kind: str) -> None:
    pins = locked(kind)
    for wanted in map(Requirement, asked_for(kind)):
        version = pins.get(canonicalize_name(wanted.name))
        assert version is not None, f"{wanted.name} is not locked: run make lock"
        assert wanted.specifier.contains(version), f"{wanted} is locked as {version}: run make lock"


def test_developers_have_what_users_have() -> None:
    assert locked("run").items() <= locked("dev").items()


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_package_has_hashes_and_nothing_an_address(kind: str) -> None:
    text = (LOCKS / f"{kind}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE), "an option of pip"
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(kind))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
