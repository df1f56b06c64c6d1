"""What we write, restic reads; what restic wrote, we read; and neither stores it twice."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from tests.ancestors import Ancestors
from tests.compare import compare_trees
from tests.end_to_end.clients import Client
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.growth import storing_nothing
from tests.end_to_end.opened_files import opened_below
from tests.end_to_end.places import Place
from tests.trees import odd_tree

pytestmark = pytest.mark.needs_restic


class Node(msgspec.Struct, frozen=True):
    """What `ls --json` says of one name."""

    struct_type: str = ""
    path: str = ""
    type: str = ""
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0


@pytest.fixture
def odd_source(tmp_path: Path) -> Path:
    folder = tmp_path / "odd source"
    odd_tree(folder, undecodable_targets=False)
    return folder


def listed(client: Client) -> list[Node]:
    lines = client.run("ls", "--json", "latest").out.splitlines()
    nodes = [msgspec.json.decode(line, type=Node) for line in lines]
    return [node for node in nodes if node.struct_type == "node"]


def test_restic_checks_and_restores_what_we_wrote(
    place: Place, computer: NewClient, restic: NewClient, odd_source: Path
) -> None:
    ours, judge = computer(place), restic(place)
    ours.init()
    done = ours.backup(odd_source)
    assert done.files_new == done.total_files_processed > 70
    judge.run("check", "--read-data")
    restored = judge.restore(odd_source, done.snapshot_id, "--verify")
    assert compare_trees(odd_source, restored) == []


def test_restic_on_top_of_ours_adds_nothing(
    place: Place, computer: NewClient, restic: NewClient, source: Path
) -> None:
    ours, judge = computer(place), restic(place)
    ours.init()
    above = Ancestors(source)
    first = ours.backup(source)
    with storing_nothing(place, above):
        second = judge.backup(source, "--parent", first.snapshot_id)
    assert second.files_unmodified == second.total_files_processed == first.files_new
    assert second.data_blobs == 0
    assert second.tree_blobs <= above.changed_trees()


def test_restic_reading_all_again_finds_the_same_trees(
    folder_place: Place, computer: NewClient, restic: NewClient, source: Path
) -> None:
    ours, judge = computer(folder_place), restic(folder_place)
    ours.init()
    above = Ancestors(source)
    first = ours.backup(source)
    with storing_nothing(folder_place, above):
        second = judge.backup(source, "--force")
    assert second.files_new == first.files_new
    assert second.data_blobs == 0
    assert second.tree_blobs <= above.changed_trees()


def test_we_list_check_and_restore_what_restic_wrote(
    place: Place, computer: NewClient, restic: NewClient, odd_source: Path
) -> None:
    writer, ours = restic(place), computer(place)
    writer.run("init")
    writer.ease_key()
    done = writer.backup(odd_source, "--tag", "by-restic")
    (found,) = ours.snapshots()
    assert found.id.startswith(done.snapshot_id)
    assert (found.paths, found.tags) == ([str(odd_source)], ["by-restic"])
    assert listed(ours) == listed(writer)
    before = place.objects()
    ours.run("check", "--read-data")
    restored = ours.restore(odd_source)
    assert compare_trees(odd_source, restored) == []
    assert place.objects() == before
    assert found == writer.snapshots()[0]


def test_going_on_after_restic_reads_no_file_and_adds_nothing(
    place: Place, computer: NewClient, restic: NewClient, odd_source: Path
) -> None:
    writer, ours = restic(place), computer(place)
    writer.run("init")
    writer.ease_key()
    above = Ancestors(odd_source)
    # What was changed so shortly before it was saved is read once more, in case it changed again
    # within the grain of the clock.
    time.sleep(2.5)
    first = writer.backup(odd_source)
    with storing_nothing(place, above), opened_below(odd_source) as opened:
        second = ours.backup(odd_source)
    assert second.files_unmodified == second.total_files_processed == first.files_new
    assert second.data_blobs == 0
    assert second.tree_blobs <= above.changed_trees()
    assert opened == set()
    writer.run("check")
