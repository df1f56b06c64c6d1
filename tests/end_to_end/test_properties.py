"""Any small tree comes back as it was, and a second backup of it stores nothing but its entry."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.ancestors import Ancestors
from tests.compare import compare_trees
from tests.end_to_end.clients import Client
from tests.end_to_end.growth import storing_nothing
from tests.end_to_end.places import FolderPlace
from tests.trees import Folder, folders, materialise

FEW = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # shrinking would take minutes: every step is several commands
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def client(command: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> Client:
    """One repository for all examples: opening one costs more than the examples do."""
    base = tmp_path_factory.mktemp("properties")
    client = Client(command, FolderPlace(base / "repository"), base / "computer")
    client.init()
    return client


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that no example has used; each example has paths, and so parents, of its own."""
    base = tmp_path_factory.mktemp("sources")
    return (base / str(number) for number in itertools.count())


@FEW
@given(tree=folders)
def test_a_tree_comes_back_and_is_stored_once(
    client: Client, fresh: Iterator[Path], tree: Folder
) -> None:
    folder = next(fresh)
    folder.mkdir()
    source = folder / "tree"
    materialise(tree, bytes(source))
    above = Ancestors(source)
    client.backup(source)
    with storing_nothing(client.place, above):
        second = client.backup(source)
    assert second.data_blobs == 0
    assert second.tree_blobs <= above.changed_trees()
    restored = client.restore(source, second.snapshot_id)
    assert compare_trees(source, restored) == []
    shutil.rmtree(restored)
