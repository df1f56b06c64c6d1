"""Alembic migrations of the manifest, one module per revision under `versions/`."""
