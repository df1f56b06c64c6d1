"""The first shape."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_people()
    _create_plans()
    _create_devices()
    _create_sign_in()
    _create_notes()


def _create_people() -> None:
    op.create_table(
        "households",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("household_id", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_people_household_id_households")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_index(op.f("ix_people_household_id"), "people", ["household_id"], unique=False)
    op.create_table(
        "browser_sessions",
        sa.Column("token_digest", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_browser_sessions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_browser_sessions")),
    )
    op.create_index(
        op.f("ix_browser_sessions_person_id"), "browser_sessions", ["person_id"], unique=False
    )


def _create_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("household_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("limit_bytes", sa.BigInteger, nullable=False),
        sa.Column("limit_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("renews", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("data_kept_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("price_amount", sa.BigInteger, nullable=True),
        sa.Column("price_currency", sa.Text, nullable=True),
        sa.Column("price_period", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_plans_household_id_households")
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_plans")),
    )
    op.create_table(
        "storage_places",
        sa.Column("household_id", sa.Text, nullable=False),
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("limit_bytes", sa.BigInteger, nullable=True),
        sa.Column("used_bytes", sa.BigInteger, nullable=False),
        sa.Column("measured", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_storage_places_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_storage_places")),
        sa.UniqueConstraint("bucket", name=op.f("uq_storage_places_bucket")),
    )


def _create_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("household_id", sa.Text, nullable=False),
        sa.Column("device_uuid", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("seat", sa.String(16), nullable=False),
        sa.Column("has_keys", sa.Boolean, nullable=False),
        sa.Column("moving_to", sa.Text, nullable=True),
        sa.Column("last_backup", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_backup_complete", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_bytes", sa.BigInteger, nullable=False),
        sa.Column("applied_limit", sa.BigInteger, nullable=True),
        sa.Column("app_version", sa.Text, nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("online_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_devices_household_id_households")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("household_id", "device_uuid", name=op.f("uq_devices_household_id")),
    )
    op.create_index(op.f("ix_devices_household_id"), "devices", ["household_id"], unique=False)
    op.create_table(
        "access_tokens",
        sa.Column("token_digest", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_access_tokens_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_access_tokens")),
    )
    op.create_index(
        op.f("ix_access_tokens_device_id"), "access_tokens", ["device_id"], unique=False
    )


def _create_sign_in() -> None:
    op.create_table(
        "device_grants",
        sa.Column("device_code_digest", sa.Text, nullable=False),
        sa.Column("user_code_digest", sa.Text, nullable=False),
        sa.Column("device_uuid", sa.Text, nullable=False),
        sa.Column("device_name", sa.Text, nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("household_id", sa.Text, nullable=True),
        sa.Column("interval", sa.BigInteger, nullable=False),
        sa.Column("last_poll", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_device_grants_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("device_code_digest", name=op.f("pk_device_grants")),
        sa.UniqueConstraint("user_code_digest", name=op.f("uq_device_grants_user_code_digest")),
    )
    op.create_index(op.f("ix_device_grants_expires"), "device_grants", ["expires"], unique=False)
    op.create_table(
        "handovers",
        sa.Column("id_digest", sa.Text, nullable=False),
        sa.Column("household_id", sa.Text, nullable=False),
        sa.Column("box", sa.Text, nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_handovers_household_id_households")
        ),
        sa.PrimaryKeyConstraint("id_digest", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_expires"), "handovers", ["expires"], unique=False)
    op.create_index(op.f("ix_handovers_household_id"), "handovers", ["household_id"], unique=False)


def _create_notes() -> None:
    op.create_table(
        "tries",
        sa.Column("what_digest", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("what_digest", name=op.f("pk_tries")),
    )
    op.create_index(op.f("ix_tries_since"), "tries", ["since"], unique=False)
    op.create_table(
        "audit",
        sa.Column("no", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_audit_household_id_households")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_household_id"), "audit", ["household_id"], unique=False)
