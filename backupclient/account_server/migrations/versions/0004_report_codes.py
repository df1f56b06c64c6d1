"""The causes that a report names, so that the line can say them without reading it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("ticket_bundles", sa.Column("codes", sa.Text, nullable=False, server_default=""))
