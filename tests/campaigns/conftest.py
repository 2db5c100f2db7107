"""Databases of the site for the campaigns."""

from tests.service.conftest import database_url, empty_postgres, migrated_postgres, migrated_sqlite

__all__ = ["database_url", "empty_postgres", "migrated_postgres", "migrated_sqlite"]
