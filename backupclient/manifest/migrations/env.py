"""Run by alembic; the connection comes from `manifest.database`."""

from __future__ import annotations

from alembic import context

from backupclient.manifest import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
