"""Whether the counts of folders are those of their files."""

from __future__ import annotations

from backupclient.manifest.counts import recounted, stored_counts
from backupclient.manifest.manifest import Manifest


def assert_counted(manifest: Manifest) -> None:
    """Every folder's counts are what counting its files from the rows gives. Of what is committed
    only."""
    connection = manifest._connection
    assert not connection.in_transaction
    assert stored_counts(connection) == recounted(connection)
