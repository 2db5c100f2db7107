"""What Alembic runs to apply the steps: on the connection it is given."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from site_sync.service.database.metadata import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
context.run_migrations()
