"""Files in some states, listed by one statement: the same however it is asked."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from backupclient.manifest.listing import listed
from backupclient.manifest.states import Row, States
from backupclient.wire.answers import FileState
from tests.manifest.large import FOLDERS_PER_FOLDER, PER_FOLDER, TOP, make

FILES = 60_000
_NONE_IS_FEW = 0


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manifest")
    make(folder, FILES)
    return folder


@pytest.mark.parametrize("state", [FileState.WAITING, FileState.CHANGED, FileState.PROBLEM])
def test_few_files_are_looked_up_and_many_walked_to(large: Path, state: FileState) -> None:
    with contextlib.closing(States(large)) as states, states.reading() as runs:
        row = states.row_at(runs, TOP)
        top = row and row.child
        assert top is not None

        def found(after: tuple[bytes, ...] = (), **how: int) -> list[Row]:
            return list(listed(states, runs, top, TOP, frozenset({state}), after, **how))

        rows = found()
        assert len(rows) == FILES // 1000
        assert found(few=_NONE_IS_FEW) == rows
        for number in (0, len(rows) // 2, len(rows) - 1):
            names = tuple(rows[number].path.removeprefix(TOP + b"/").split(b"/"))
            assert found(names) == found(names, few=_NONE_IS_FEW) == rows[number + 1 :]
    depths = {row.path.count(b"/") for row in rows}
    assert len(depths) > 1, f"{FILES // PER_FOLDER} folders, {FOLDERS_PER_FOLDER} in each"
