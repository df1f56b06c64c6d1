"""Plain tables, as restic shows its lists."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], gap: int = 2) -> list[str]:
    """Lines with a ruler below the headings and at the end. A cell may have several lines."""
    cells = [[cell.split("\n") for cell in row] for row in (headings, *rows)]
    widths = [
        max(cell_len(line) for row in cells for line in row[column])
        for column in range(len(headings))
    ]
    lines = [line for row in cells for line in _row(row, widths, gap)]
    ruler = "-" * max(map(cell_len, lines))
    return [lines[0], ruler, *lines[1:], ruler]


def _row(row: list[list[str]], widths: list[int], gap: int) -> list[str]:
    lines = []
    for number in range(max(map(len, row))):
        parts = [cell[number] if number < len(cell) else "" for cell in row]
        padded = (
            part + " " * (width - cell_len(part)) for part, width in zip(parts, widths, strict=True)
        )
        lines.append((" " * gap).join(padded).rstrip())
    return lines
