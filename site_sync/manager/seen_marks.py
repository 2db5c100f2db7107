"""What a page showed, as its form sends it back: an old page overwrites nothing that changed since."""

from __future__ import annotations

from collections.abc import Mapping

from site_sync.domain.codes import token_hash
from site_sync.manager.speech import later
from site_sync.manager.visit import Change, Visit

MEANWHILE = later("Somebody changed this meanwhile. It is shown as it is now: make your change again.")
FIELD = "seen"
_SIGNS = 16


class ChangedMeanwhile(Exception):
    """The form comes from a page that shows something else than there is."""


def mark_of(shown: Mapping[str, object]) -> str:
    """A short mark of what the fields of a form show."""
    return token_hash(repr(sorted(shown.items())))[:_SIGNS]


def mark_again(visit: Visit, present: Mapping[str, object], *, typed: bool) -> str:
    """The mark of a page: of what there is, or the one it came with where it shows again what was typed."""
    return str(visit.entered.get(FIELD, "")) if typed else mark_of(present)


def check(change: Change, present: Mapping[str, object]) -> None:
    """ChangedMeanwhile when the fields, as they are in this transaction, are not what the page showed."""
    if change.text(FIELD) != mark_of(present):
        raise ChangedMeanwhile
