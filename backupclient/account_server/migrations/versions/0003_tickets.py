"""Helped by a person: agents, tickets, what is said and sent with them, ideas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("here_until", _TIME, nullable=False),
    )
    op.create_table(
        "tickets",
        sa.Column("no", _NUMBER, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), nullable=False),
        sa.Column("device_id", sa.Text, sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.person_id")),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("taken", _TIME),
        sa.Column("ended", _TIME),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.UniqueConstraint("household_id", "key"),
        sqlite_autoincrement=True,
    )
    for column in ("household_id", "state", "ended"):
        op.create_index(f"ix_tickets_{column}", "tickets", [column])
    _create_parts()


def _create_parts() -> None:
    op.create_table(
        "ticket_messages",
        sa.Column("no", _NUMBER, primary_key=True),
        sa.Column("ticket_no", sa.BigInteger, sa.ForeignKey("tickets.no"), nullable=False),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), nullable=False),
        sa.Column("by_agent", sa.Boolean, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_messages_ticket_no", "ticket_messages", ["ticket_no"])
    op.create_index("ix_ticket_messages_household_id", "ticket_messages", ["household_id"])
    op.create_table(
        "ticket_bundles",
        sa.Column("ticket_no", sa.BigInteger, sa.ForeignKey("tickets.no"), primary_key=True),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), nullable=False),
        sa.Column("received", _TIME, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_ticket_bundles_household_id", "ticket_bundles", ["household_id"])
    op.create_table(
        "ideas",
        sa.Column("no", _NUMBER, primary_key=True),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), nullable=False),
        sa.Column("device_id", sa.Text, sa.ForeignKey("devices.id"), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("picture", sa.LargeBinary),
    )
    op.create_index("ix_ideas_household_id", "ideas", ["household_id"])
