"""What is not stored is found without looking at the rest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for table in ("entries", "folder_counts"):
        op.create_index(f"unsafe_{table}", table, ["folder_no"], sqlite_where=sa.text("state <> 1"))
