"""Damaged and missing objects: found, explained, and nothing made worse."""

from __future__ import annotations

import itertools
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from tests.ancestors import Ancestors
from tests.compare import Aspect, compare_trees
from tests.end_to_end.clients import Client
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.growth import storing_nothing
from tests.end_to_end.mishaps import copied, flipped, largest, refuses, smallest
from tests.end_to_end.places import BucketPlace, FolderPlace
from tests.end_to_end.proxy import Proxy
from tests.trees import KIB, Spread, many_files


class Saved(NamedTuple):
    """A source and a sound repository that holds it. Copy the repository to harm it."""

    source: Path
    place: FolderPlace


@pytest.fixture(scope="module")
def saved(command: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> Saved:
    base = tmp_path_factory.mktemp("saved")
    many_files(base / "source", 60, 10, Spread(9.2, 1.0, 200 * KIB), seed=7)
    place = FolderPlace(base / "repository")
    client = Client(command, place, base / "computer")
    client.init()
    client.backup(base / "source")
    return Saved(base / "source", place)


def harmed(saved: Saved, folder: Path, kind: str, harm: str) -> FolderPlace:
    """A copy in `folder` with one object of `kind` flipped, cut or removed."""
    place = copied(saved.place, folder)
    objects = place.objects()
    match kind:
        case "data pack":
            name = largest(objects, "data/", place)
        case "tree pack":
            name = smallest(objects, "data/", place)
        case _:
            name = largest(objects, kind, place)
    body = place.read(name)
    place.delete(name)
    if harm != "remove":
        place.write(name, flipped(body) if harm == "flip" else body[: len(body) // 2])
    return place


@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        *itertools.product(["data pack", "tree pack", "index"], ["flip", "cut", "remove"]),
        # A removed snapshot never was, to somebody who has not seen it.
        *itertools.product(["snapshot"], ["flip", "cut"]),
    ],
)
def test_a_check_finds_every_damaged_object(
    saved: Saved, computer: NewClient, tmp_path: Path, kind: str, harm: str
) -> None:
    place = harmed(saved, tmp_path / "harmed", kind, harm)
    refuses(computer(place), "check", "--read-data", code=1, words="damage")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (("config", "flip"), "damaged"),
        (("config", "remove"), "main file"),
        (("keys", "flip"), "damaged"),
        (("keys", "remove"), "key"),
    ],
)
def test_without_config_or_key_nothing_is_written(
    saved: Saved, computer: NewClient, tmp_path: Path, damage: tuple[str, str], words: str
) -> None:
    place = harmed(saved, tmp_path / "harmed", *damage)
    refuses(computer(place), "backup", saved.source, code=1, words=words)


@pytest.mark.parametrize("kind", ["config", "keys"])
def test_a_computer_that_has_saved_there_keeps_a_copy_and_names_it(
    saved: Saved, computer: NewClient, tmp_path: Path, kind: str
) -> None:
    place = copied(saved.place, tmp_path / "harmed")
    client = computer(place)
    client.backup(saved.source)
    lost = next(name for name in place.objects() if name.startswith(kind))
    place.delete(lost)
    told = client.run("backup", str(saved.source), code=1).err
    found = re.search(r"Put the file.* back.* from (/.*)\.$", told, re.MULTILINE)
    assert found, told
    place.write(lost, Path(found[1]).read_bytes())
    client.backup(saved.source)
    client.run("check")


@pytest.mark.parametrize("kind", ["config", "keys"])
def test_what_is_left_of_a_repository_is_not_made_a_new_one(
    saved: Saved, computer: NewClient, tmp_path: Path, kind: str
) -> None:
    place = harmed(saved, tmp_path / "harmed", kind, "remove")
    refuses(computer(place), "init", code=1, words="already")


@pytest.mark.needs_restic
@pytest.mark.parametrize("kind", ["data pack", "index"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_check_and_a_backup_put_right_what_was_damaged(
    saved: Saved, computer: NewClient, restic: NewClient, tmp_path: Path, kind: str, harm: str
) -> None:
    place = harmed(saved, tmp_path / "harmed", kind, harm)
    client = computer(place)
    message = client.run("check", "--read-data", "--json", code=1).out.splitlines()[-1]
    assert msgspec.json.decode(message)["num_errors"] > 0
    client.backup(saved.source)
    client.run("check", "--read-data")
    restic(place).run("check", "--read-data")
    assert compare_trees(saved.source, client.restore(saved.source)) == []


def test_a_restore_past_damage_brings_back_all_other_files(
    saved: Saved, computer: NewClient, tmp_path: Path
) -> None:
    client = computer(harmed(saved, tmp_path / "harmed", "data pack", "flip"))
    target = tmp_path / "restored"
    finished = client.run("restore", "latest", "--target", target, code=1)
    differences = compare_trees(saved.source, target / saved.source.relative_to("/"))
    lost = {d.path for d in differences if d.aspect in (Aspect.CONTENT, Aspect.PRESENCE)}
    assert 1 <= len(lost) <= 3
    for path in lost:
        assert path.decode() in finished.err


def test_a_damaged_manifest_is_rebuilt(
    folder_place: FolderPlace, computer: NewClient, saved: Saved
) -> None:
    client = computer(folder_place)
    client.init()
    above = Ancestors(saved.source)
    client.backup(saved.source)
    damaged = 0
    for file in client.data_dir.rglob("*"):
        if file.is_file() and file.read_bytes().startswith(b"SQLite format 3"):
            file.write_bytes(b"\xaa" * file.stat().st_size)
            damaged += 1
    assert damaged
    with storing_nothing(folder_place, above):
        assert client.backup(saved.source).data_blobs == 0
    assert compare_trees(saved.source, client.restore(saved.source)) == []


def test_damage_to_everything_kept_on_this_computer_does_no_harm(
    saved: Saved, computer: NewClient, tmp_path: Path
) -> None:
    client = computer(copied(saved.place, tmp_path / "copy"))
    client.restore(saved.source)  # fills the cache
    above = Ancestors(saved.source)
    client.backup(saved.source)  # fills the manifest
    kept = [file for file in client.home.rglob("*") if file.is_file() and file.stat().st_size]
    assert len(kept) > 3
    for file in kept:
        file.write_bytes(flipped(file.read_bytes()))
    assert compare_trees(saved.source, client.restore(saved.source)) == []
    with storing_nothing(client.place, above):
        client.backup(saved.source)


@pytest.mark.needs_restic
def test_another_programs_lock_is_respected(
    bucket_place: BucketPlace, computer: NewClient, restic: NewClient, source: Path
) -> None:
    ours, other = computer(bucket_place), restic(bucket_place)
    ours.init()
    with Proxy(bucket_place.server.endpoint, stop_after=1) as proxy:
        other.place = bucket_place.through(proxy.endpoint)
        pruning = other.start("prune")  # is held up once it has its lock
        try:
            assert proxy.stopped.wait(30)
            refuses(ours, "backup", source, code=11, words="another program")
        finally:
            pruning.send_signal(signal.SIGKILL)
            pruning.wait()
    ours.run("unlock")
    assert ours.backup(source).files_new == 60
