"""Views of the order list that people keep, and when an entry of a stock reservation journal was posted."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, MetaData, String, Table, Text, text

from site_sync.service.database.metadata import Moment, metadata

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OF_ITS_OWN = "UPDATE journal SET posted_at = at WHERE state = 'posted' AND order_id = ''"
_WITH_ITS_LINE = (
    "UPDATE journal SET posted_at = (SELECT max(later.at) FROM journal AS later"
    " WHERE later.order_id = journal.order_id AND later.line = journal.line)"
    " WHERE state = 'posted' AND order_id <> ''"
)


def upgrade() -> None:
    """Take the step; what was posted before was so with the last entry of its line."""
    fresh = MetaData(naming_convention=metadata.naming_convention)
    Table(
        "saved_views",
        fresh,
        Column("staff", String, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("query", Text, nullable=False),
    )
    fresh.create_all(op.get_bind())
    op.add_column("journal", Column("posted_at", Moment(timezone=True)))
    for statement in (_OF_ITS_OWN, _WITH_ITS_LINE):
        op.execute(text(statement))
