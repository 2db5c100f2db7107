"""Tables of how the shop was set up: what it settled of itself, and files of goods that are read in."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from site_sync.service.database.metadata import CODE, Moment, metadata

setup_facts = Table(
    "setup_facts",
    metadata,
    Column("key", CODE, primary_key=True),
    Column("body", Text, nullable=False),
)
"""One JSON value per key: the company, steps left out, the demo shop's mark."""

catalogue_imports = Table(
    "catalogue_imports",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("file", Text, nullable=False),
    Column("staff", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", CODE, nullable=False, index=True),
    Column("reading", Text, nullable=False, default="{}"),
    Column("position", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("counts", Text, nullable=False, default="{}"),
    Column("why", Text, nullable=False, default=""),
    Column("lease_until", Moment),
    Column("finished_at", Moment),
    Column("content", LargeBinary, nullable=False),
)
"""`position` is the last line dealt with, kept with what was done; `content` goes at the end."""

catalogue_problems = Table(
    "catalogue_problems",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("import_id", CODE, nullable=False),
    Column("line", Integer, nullable=False),
    Column("field", CODE, nullable=False, default=""),
    Column("code", CODE, nullable=False),
    Column("facts", Text, nullable=False, default="{}"),
)
Index("ix_catalogue_problems_import_id", catalogue_problems.c.import_id)
