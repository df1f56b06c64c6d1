"""The first shape of the manifest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _create_blob_index()
    _create_history()
    _create_entries()


def _create_blob_index() -> None:
    op.create_table(
        "index_files",
        sa.Column("no", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "packs",
        sa.Column("no", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("index_no", sa.Integer),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
    )
    op.create_index("packs_by_name", "packs", ["name"])
    op.create_index("packs_by_index", "packs", ["index_no"])
    op.create_table(
        "blobs",
        sa.Column("no", sa.Integer, primary_key=True),
        sa.Column("prefix", sa.Integer, nullable=False),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("pack_no", sa.Integer, nullable=False),
        sa.Column("offset", sa.Integer, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("raw_length", sa.Integer, nullable=False),
    )
    op.create_index("blobs_by_prefix", "blobs", ["prefix"])
    op.create_index("blobs_by_pack", "blobs", ["pack_no"])


def _create_history() -> None:
    op.create_table(
        "runs",
        sa.Column("no", sa.Integer, primary_key=True),
        sa.Column("set_key", sa.Text, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("started", sa.Integer, nullable=False),
        sa.Column("ended", sa.Integer),
        sa.Column("snapshot_id", sa.Text),
        sa.Column("files_total", sa.Integer, nullable=False, server_default="0"),
        sa.Column("bytes_total", sa.Integer, nullable=False, server_default="0"),
        sa.Column("summary", sa.Text),
    )
    op.create_index("runs_by_set", "runs", ["set_key", "no"])
    op.create_table(
        "problems",
        sa.Column("no", sa.Integer, primary_key=True),
        sa.Column("run_no", sa.Integer, nullable=False),
        sa.Column("path", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("ended", sa.Integer),
        sa.Column("ended_by", sa.Text),
    )
    op.create_index("problems_by_path", "problems", ["path"])


def _create_entries() -> None:
    op.create_table(
        "folders",
        sa.Column("no", sa.Integer, primary_key=True),
        sa.Column("parent_no", sa.Integer, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
    )
    op.create_index("folders_by_parent", "folders", ["parent_no"])
    op.create_table(
        "entries",
        sa.Column("folder_no", sa.Integer, primary_key=True),
        sa.Column("name", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("mode", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("mtime", sa.Integer, nullable=False),
        sa.Column("ctime", sa.Integer, nullable=False),
        sa.Column("inode", sa.Integer, nullable=False),
        sa.Column("device", sa.Integer, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("racy", sa.Integer, nullable=False),
        sa.Column("run_no", sa.Integer, nullable=False),
        sa.Column("child", sa.Integer),
        sa.Column("content", sa.LargeBinary),
        sa.Column("fingerprint", sa.LargeBinary),
        sqlite_with_rowid=False,
    )
