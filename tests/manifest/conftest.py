"""An empty manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.manifest.manifest import Manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the manifest is."""
    return tmp_path


@pytest.fixture
def manifest(folder: Path) -> Iterator[Manifest]:
    manifest = Manifest.open(folder)
    yield manifest
    manifest.close()
