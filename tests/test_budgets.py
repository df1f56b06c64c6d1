"""Modules and functions stay small enough to be read at once, and have names that say something."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("backupclient", "ui")
MODULE_LINES = 400
FUNCTION_LINES = 50
SAYS_NOTHING = {"base_utils", "common", "helper", "helpers", "manager", "misc", "util", "utils"}

EXCEPTIONS: dict[str, str] = {}
"""What may be longer, and why: "backupclient/x.py" or "backupclient/x.py:Class.function"."""


class Excess(NamedTuple):
    where: str
    lines: int
    allowed: int

    def __str__(self) -> str:
        return f"{self.where}: {self.lines} lines, {self.allowed} allowed"


def modules(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def excesses(root: Path, path: Path) -> Iterator[Excess]:
    source = path.read_text(encoding="utf-8")
    name = path.relative_to(root).as_posix()
    if (lines := len(source.splitlines())) > MODULE_LINES:
        yield Excess(name, lines, MODULE_LINES)
    for function, lines in functions(ast.parse(source)):
        if lines > FUNCTION_LINES:
            yield Excess(f"{name}:{function}", lines, FUNCTION_LINES)


def functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Every function below `node` with its qualified name and its length, decorators left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{child.name}", (child.end_lineno or child.lineno) - child.lineno + 1
            yield from functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, f"{prefix}{child.name}.")
        else:
            yield from functions(child, prefix)


def test_modules_and_functions_keep_to_their_budgets() -> None:
    found = {excess.where: excess for path in modules(ROOT) for excess in excesses(ROOT, path)}
    over = [str(excess) for where, excess in found.items() if where not in EXCEPTIONS]
    assert not over, "\n".join(over)
    assert not [where for where in EXCEPTIONS if where not in found], "an exception nobody needs"


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [p for p in modules(ROOT) if {p.stem, p.parent.name} & SAYS_NOTHING]
    assert not named


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\n" * 400, []),
        ("x = 1\n" * 401, ["backupclient/m.py: 401 lines, 400 allowed"]),
        ("def f():\n" + "    x = 1\n" * 49, []),
        (
            "class C:\n    async def f(self):\n        def g():\n" + "            x = 1\n" * 50,
            [
                "backupclient/m.py:C.f: 52 lines, 50 allowed",
                "backupclient/m.py:C.f.g: 51 lines, 50 allowed",
            ],
        ),
    ],
)
def test_the_budget_is_counted_to_the_line(
    tmp_path: Path, source: str, expected: list[str]
) -> None:
    module = tmp_path / "backupclient" / "m.py"
    module.parent.mkdir()
    module.write_text(source)
    assert [str(excess) for excess in excesses(tmp_path, module)] == expected
