"""Run by alembic; the connection comes from `account_server.database`."""

from __future__ import annotations

from alembic import context

from backupclient.account_server import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
