"""The places this computer knows, with what the plan means to back up to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from backupclient.errors import InvalidRequest
from backupclient.operations.status import Source, sources
from backupclient.plan import load_plan
from backupclient.settings import folders


def planned_sources(data: Path, location: str = "") -> Iterator[Source]:
    """As `sources`. A plan that cannot be read is told elsewhere."""
    try:
        plan = load_plan(data)
    except (InvalidRequest, OSError):
        plan = None
    for source in sources(folders(str(data)), location):
        if plan is not None and plan.storage.location == source.location:
            chosen = tuple(os.fsencode(os.path.abspath(one)) for one in plan.folders)
            source = source._replace(chosen=chosen)  # noqa: PLW2901 - the same, known better
        yield source
