"""Whether the counts of folders are those of their files."""

from __future__ import annotations

from backupclient.manifest.counts import recounted, stored_counts
from backupclient.manifest.manifest import Manifest


def assert_counted(manifest: Manifest) -> None:
    """Every folder's counts are what counting its files from the rows gives. Of what is committed
    only, and all of it as of one moment: somebody may be writing."""
    connection = manifest._connection
    assert not connection.in_transaction
    connection.execute("BEGIN")
    try:
        stored, counted = stored_counts(connection), recounted(connection)
    finally:
        connection.execute("ROLLBACK")
    assert stored == counted
