"""The life of an order: the transition table, deciding a command, applying an event."""

from site_sync.domain.lifecycle.collecting import all_handed_over, may_lie_in
from site_sync.domain.lifecycle.decide import allowed_actions, decide, right_for
from site_sync.domain.lifecycle.deciding import Context, Decision
from site_sync.domain.lifecycle.evolve import evolve
from site_sync.domain.lifecycle.table import TABLE, Row, allowed

__all__ = [
    "TABLE",
    "Context",
    "Decision",
    "Row",
    "all_handed_over",
    "allowed",
    "allowed_actions",
    "decide",
    "evolve",
    "may_lie_in",
    "right_for",
]
