"""The language that somebody is written to in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("people", sa.Column("language", sa.Text, nullable=False, server_default="en"))
