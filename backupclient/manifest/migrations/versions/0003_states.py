"""States: earlier versions, counts of folders, what rules leave out, the life of problems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table, column in (("runs", "listed"), ("entries", "earlier_run"), ("problems", "last_run")):
        op.add_column(table, sa.Column(column, sa.Integer, nullable=False, server_default="0"))
    op.add_column("problems", sa.Column("ended_run", sa.Integer))
    op.create_table(
        "folder_counts",
        sa.Column("folder_no", sa.Integer, primary_key=True),
        sa.Column("run_no", sa.Integer, primary_key=True),
        sa.Column("earlier_run", sa.Integer, primary_key=True),
        sa.Column("state", sa.Integer, primary_key=True),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "left_out",
        sa.Column("folder_no", sa.Integer, primary_key=True),
        sa.Column("name", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("rule_no", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rules",
        sa.Column("no", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("origin", sa.LargeBinary, nullable=False),
    )
    # Counting is done where the counts are understood, when the manifest is opened.
    op.execute("INSERT INTO meta VALUES ('folders-to-be-counted', '1')")
