"""What a database that cannot be reached raises, on either engine."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

OUT_OF_REACH: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeout)
"""Worth trying again: nothing is wrong with what was asked."""
