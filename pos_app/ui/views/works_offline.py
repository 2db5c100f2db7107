"""What works offline in words: acts, how they stand, and what is left of their limits."""

from __future__ import annotations

from pos_app.operations.cut_off import Bound, Line, WhatWorks
from pos_app.ui.screens.works_offline import WorksView
from pos_app.ui.wording import money, say
from site_sync.domain.money import Money
from site_sync.domain.offline import AMOUNTS, Limit, Verdict

_TONES = {Verdict.ALLOWED: "ok", Verdict.LIMIT: "info", Verdict.APPROVAL: "warn", Verdict.NO: "bad"}


def rows(works: WhatWorks) -> tuple[WorksView, ...]:
    """Every act of the table."""
    return tuple(_row(line, works.currency) for line in works.lines)


def _row(line: Line, currency: str) -> WorksView:
    bounds = [words for bound in line.bounds if (words := _bound(bound, currency))]
    free = line.verdict is Verdict.LIMIT and not bounds
    verdict = Verdict.ALLOWED if free else line.verdict
    detail = say(f"refusal_why.offline_{line.why}") if verdict is Verdict.NO else " · ".join(bounds)
    return WorksView(
        say(f"offline.act_{line.act.value}"), say(f"offline.is_{verdict.value}"), _TONES[verdict], detail
    )


def _bound(bound: Bound, currency: str) -> str:
    """A limit with what is left of it; nothing where the shop has set none."""
    if bound.limit is Limit.LEASES:
        return say("offline.bound_leases")
    if bound.most is None:
        return ""
    if bound.limit in AMOUNTS:
        return say("offline.bound_amount", amount=money(Money(bound.most, currency)))
    return say(f"offline.bound_{bound.limit.value}", left=str(bound.left), most=str(bound.most))


def figures(works: WhatWorks) -> str:
    """What this till may still promise by itself."""
    if not works.units:
        return say("offline.nothing_lent")
    return say("offline.lent", units=str(works.units), count=works.items)


def state(works: WhatWorks) -> tuple[str, str]:
    """Whether the site is reached now, and the tone of saying so."""
    return (say("offline.online_now"), "ok") if works.online else (say("offline.offline_now"), "warn")
