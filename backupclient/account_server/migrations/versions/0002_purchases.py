"""What is bought: orders, the ledger, the outbox, invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backupclient.account_server.purchase_tables import LEDGER_GUARDS

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_orders()
    _create_outbox()
    _create_invitations()
    for statement in LEDGER_GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def _create_orders() -> None:
    op.create_table(
        "checkouts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.UniqueConstraint("household_id", "key"),
    )
    op.create_index("ix_checkouts_household_id", "checkouts", ["household_id"])
    op.create_table(
        "ledger",
        sa.Column("no", _NUMBER, primary_key=True),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("checkout_id", sa.Text, sa.ForeignKey("checkouts.id")),
        sa.Column("terms", sa.Text),
        sa.Column("amount", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("recorded", _TIME, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("provider", "event_id"),
    )
    op.create_index("ix_ledger_household_id", "ledger", ["household_id"])
    op.create_index("ix_ledger_checkout_id", "ledger", ["checkout_id"])
    op.create_table(
        "plan_changes",
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_plan_changes_at", "plan_changes", ["at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("no", _NUMBER, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id"), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("due", _TIME),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("failure", sa.Text),
    )
    op.create_index("ix_outbox_household_id", "outbox", ["household_id"])
    op.create_index("ix_outbox_due", "outbox", ["due"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("code_digest", sa.Text, primary_key=True),
        sa.Column("household_id", sa.Text, sa.ForeignKey("households.id")),
        sa.Column("offer_id", sa.Text),
        sa.Column("invited_by", sa.Text, sa.ForeignKey("people.id")),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.Column("used_by", sa.Text, sa.ForeignKey("people.id")),
    )
    op.create_table(
        "silence_notes",
        sa.Column("device_id", sa.Text, sa.ForeignKey("devices.id"), primary_key=True),
        sa.Column("since", _TIME, primary_key=True),
        sa.Column("days", sa.BigInteger, primary_key=True),
    )
