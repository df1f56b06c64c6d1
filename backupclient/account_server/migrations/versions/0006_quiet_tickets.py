"""Who ended a ticket, when it was asked after, and what was said by nobody but the service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("ended_by", sa.Text, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("asked", sa.DateTime(timezone=True)))
    by_itself = sa.Column("by_itself", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("ticket_messages", by_itself)
