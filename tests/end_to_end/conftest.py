"""The programs under test and the places they keep repositories in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.end_to_end.clients import COMMAND, Client, product_command
from tests.end_to_end.places import BucketPlace, FolderPlace, Place
from tests.end_to_end.warm import WarmClient, WarmStart
from tests.trees import KIB, Spread, many_files

NewClient = Callable[[Place], Client]


@pytest.fixture(scope="session")
def command() -> Sequence[str]:
    return product_command()


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return FolderPlace(tmp_path / "repository")
    return BucketPlace(request.getfixturevalue("s3_place"))


@pytest.fixture
def folder_place(tmp_path: Path) -> FolderPlace:
    return FolderPlace(tmp_path / "repository")


@pytest.fixture
def bucket_place(request: pytest.FixtureRequest) -> BucketPlace:
    return BucketPlace(request.getfixturevalue("s3_place"))


@pytest.fixture(scope="session")
def product(command: Sequence[str]) -> Iterator[Callable[[Place, Path], Client]]:
    """Makes a new computer with the product on it. What is not installed here starts cold."""
    if COMMAND in os.environ:
        yield lambda place, home: Client(command, place, home)
        return
    with WarmStart() as warm:
        yield lambda place, home: WarmClient(warm, command, place, home)


@pytest.fixture
def computer(product: Callable[[Place, Path], Client], tmp_path: Path) -> NewClient:
    """`product` with a home for each."""
    count = iter(range(1000))
    return lambda place: product(place, tmp_path / f"computer-{next(count)}")


@pytest.fixture
def restic(tmp_path: Path) -> NewClient:
    """Makes a new computer with restic on it, each time one is asked for."""
    count = iter(range(1000))
    return lambda place: Client(["restic"], place, tmp_path / f"restic-{next(count)}")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A few ordinary files: 60 in six folders, about 1 MiB."""
    folder = tmp_path / "source"
    many_files(folder, 60, 10, Spread(9.2, 1.0, 200 * KIB), random_share=0.5, seed=7)
    return folder
