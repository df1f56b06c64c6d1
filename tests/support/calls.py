"""What the package's own source says about the problems it tells: which class or event is made
where, with which facts."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import backupclient
from backupclient import errors
from backupclient.errors import BackupError


class Call(NamedTuple):
    file: str
    name: str
    node: ast.Call

    def constants(self, keyword: str) -> Iterator[str]:
        """The values written out for `keyword`, as they pick a variant."""
        for given in self.node.keywords:
            if given.arg == keyword:
                for part in _branches(given.value):
                    if isinstance(part, ast.Constant) and part.value is not None:
                        yield str(part.value).lower()

    @property
    def keywords(self) -> set[str]:
        return {given.arg for given in self.node.keywords if given.arg}


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from _branches(value.body)
        yield from _branches(value.orelse)
    else:
        yield value


@functools.cache
def sources() -> dict[str, ast.Module]:
    root = Path(backupclient.__file__).parent
    return {
        file.relative_to(root).as_posix(): ast.parse(file.read_bytes())
        for file in root.rglob("*.py")
    }


def calls(names: set[str]) -> Iterator[Call]:
    """Every call of one of `names` in the package."""
    for file, module in sources().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else ""
                name = function.id if isinstance(function, ast.Name) else name
                if name in names:
                    yield Call(file, name, node)


def error_classes(root: type[BackupError] = BackupError) -> Iterator[type[BackupError]]:
    yield root
    for below in root.__subclasses__():
        yield from error_classes(below)


def codes_of(kind: type[BackupError]) -> set[str]:
    """The code of a class, and those of its cases."""
    return {kind.code} | (set(kind.cases.codes.values()) if kind.cases else set())


def written_keys(file: str) -> set[str]:
    """Every key of a dictionary that is written out in `file`, or set in one."""
    keys = set()
    for node in ast.walk(sources()[file]):
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.Dict):
            parts = list(node.keys)
        elif isinstance(node, ast.Subscript):
            parts = [node.slice]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setdefault":
            parts = list(node.args[:1])
        keys |= {p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)}
    return keys


def facts_carried() -> dict[str, set[str]]:
    """By code, every fact that some line of the package gives to it."""
    kinds = {kind.__name__: kind for kind in error_classes()}
    carried: dict[str, set[str]] = {}
    at_the_door = written_keys("storage/s3_errors.py") | written_keys("storage/s3.py")
    for kind in kinds.values():
        facts = at_the_door if issubclass(kind, errors.StorageError) else set()
        for code in codes_of(kind):
            carried.setdefault(code, set()).update({"raw"}, facts)
    carried[errors.RepositoryLocked.code] |= written_keys("repository/lock.py")
    for kind in (errors.ConfigMissing, errors.KeyMissing):
        carried[kind.code] |= written_keys("opener.py")
    for call in calls({"kind"}):  # one of the classes that a table of the file names
        for node in ast.walk(sources()[call.file]):
            if isinstance(node, ast.Name) and node.id in kinds:
                carried[kinds[node.id].code] |= call.keywords
    for call in calls(set(kinds)):
        for code in codes_of(kinds[call.name]):
            carried[code] |= call.keywords
    return carried
