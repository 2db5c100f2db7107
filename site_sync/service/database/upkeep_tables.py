"""Tables of the site's care for itself: whose turn a job is, and how far the feed had come at which time."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from site_sync.service.database.metadata import CODE, Moment, metadata

upkeep = Table(
    "upkeep",
    metadata,
    Column("name", CODE, primary_key=True),
    Column("next_at", Moment, nullable=False),
    Column("last_at", Moment),
    Column("outcome", Text, nullable=False, default="{}"),
)
"""Work that one process does for all of them; `outcome` is a JSON object of what came of the last turn."""

feed_marks = Table(
    "feed_marks",
    metadata,
    Column("at", Moment, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Where the feed's head stood at a time: changes themselves bear no time."""
