"""Gift cards, credits and accounts: found, shown entry by entry, blocked, corrected, given a limit."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.balances import BalanceKind, Holder
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money, minor_digits
from site_sync.domain.permissions import Right
from site_sync.manager import wording
from site_sync.manager.policy_form import scaled
from site_sync.manager.rendering import page, terms
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import balance_desk, balances, staffing, stock_enquiry
from site_sync.service.balance_desk import Correction, Kept

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.BALANCE_VIEW))]
Searching = Annotated[Change, Depends(changes(Right.BALANCE_VIEW))]
Acting = Annotated[Change, Depends(changes(Right.BALANCE_MANAGE))]
_ID = re.compile(r"[!-~]{1,64}")
Errors = dict[str, str]
BLANK = {"amount": "", "why": "", "direction": "on", "limit": ""}


def _list(visit: Visit, typed: str = "", found: list[Kept] | None = None) -> Response:
    return page(
        visit,
        "balances.html",
        section="/balances",
        totals=visit.read(balance_desk.totals),
        typed=typed,
        found=found,
        address=address_of,
    )


def address_of(kept: Kept) -> str:
    """The page of a balance: a card by its first entry, as its number is as good as money."""
    holder = kept.holder
    key = kept.first if holder.kind is BalanceKind.GIFT_CARD else holder.key
    return f"{PREFIX}/balances/{holder.kind.value}/{quote(key)}"


@routes.get("/balances")
def show(visit: Looking) -> Response:
    """What the shop keeps for people in all, and a field to find one of them."""
    return _list(visit)


@routes.post("/balances")
def find(change: Searching) -> Response:
    """What was typed goes in the form, not in the address, where a card's number would be kept."""
    visit, typed = change.visit, change.text("q")[:100]
    currency = visit.read(stock_enquiry.currency)
    found = visit.read(lambda db: balance_desk.find(db, typed, currency, visit.now()))
    return _list(visit, typed, found if typed else None)


def _known(visit: Visit, kind: str, key: str) -> Kept:
    """The balance that an address names; Missing when nothing was kept and no customer is there."""
    if kind not in set(BalanceKind):
        raise Missing
    holder: Holder | None = Holder(BalanceKind(kind), key)
    if kind == BalanceKind.GIFT_CARD:
        holder = visit.read(lambda db: balance_desk.card_of_entry(db, key))
    if holder is None:
        raise Missing
    wanted = holder
    currency = visit.read(stock_enquiry.currency)
    kept = visit.read(lambda db: balance_desk.kept(db, wanted, currency, visit.now()))
    if kept.owner is None and not kept.first:
        raise Missing
    return kept


def _page(
    visit: Visit, kept: Kept, given: dict[str, str] | None = None, errors: Errors | None = None
) -> Response:
    entries = visit.read(lambda db: balances.entries(db, kept.holder))
    people = {entry.staff for entry in entries}
    return page(
        visit,
        "balance.html",
        status=422 if errors else 200,
        section="/balances",
        kept=kept,
        address=address_of(kept),
        entries=list(reversed(entries)),
        papers=visit.read(lambda db: balance_desk.papers(db, entries)),
        staff={one: _name(visit, one) for one in people},
        fresh=visit.site.new_id(),
        given=BLANK | (given or {}),
        errors=errors or {},
    )


def _name(visit: Visit, staff_id: str) -> str:
    found = visit.read(lambda db: staffing.find(db, staff_id))
    return found.name if found is not None else staff_id


@routes.get("/balances/{kind}/{key:path}")
def show_one(visit: Looking, kind: str, key: str) -> Response:
    """One balance with every entry that made it."""
    return _page(visit, _known(visit, kind, key))


@routes.post("/balances/{kind}/{key:path}/block")
def block(change: Acting, kind: str, key: str) -> Response:
    """Let no till use it, or let them again."""
    visit, why = change.visit, change.text("why")
    kept, blocked = _known(visit, kind, key), change.text("blocked") == "yes"
    refused = visit.write(lambda tx: balance_desk.block(tx, visit.author, kept.holder, why, blocked=blocked))
    if refused is not None:
        return _page(visit, kept, errors={"block": wording.refusal(refused, terms(visit))})
    return _back(kept, "blocked" if blocked else "unblocked")


@routes.post("/balances/{kind}/{key:path}/correct")
def correct(change: Acting, kind: str, key: str) -> Response:
    """Enter a correction with its reason."""
    visit, kept = change.visit, _known(change.visit, kind, key)
    given = {name: change.text(name) for name in ("amount", "why", "direction", "entry")}
    amount = _amount(given["amount"], kept.balance.currency)
    if amount is None or not _ID.fullmatch(given["entry"]):
        return _page(visit, kept, given, {"amount": say("Write an amount, as 12.50.")})
    signed = Money(-amount if given["direction"] == "off" else amount, kept.balance.currency)
    wanted = Correction(given["entry"], kept.holder, signed, given["why"])
    refused = visit.write(lambda tx: balance_desk.correct(tx, visit.author, wanted))
    if refused is not None:
        return _page(visit, kept, given, _errors(visit, refused, "amount"))
    return _back(kept, "corrected")


@routes.post("/balances/{kind}/{key:path}/limit")
def settle(change: Acting, kind: str, key: str) -> Response:
    """Settle what a customer may owe."""
    visit, kept = change.visit, _known(change.visit, kind, key)
    given = {"limit": change.text("limit")}
    limit = _amount(given["limit"], kept.balance.currency)
    if limit is None or kept.owner is None:
        return _page(
            visit, kept, given, {"limit": say("Write an amount, as 500.00; 0 ends buying on account.")}
        )
    customer = kept.owner.id
    refused = visit.write(lambda tx: balance_desk.settle_limit(tx, visit.author, customer, limit))
    if refused is not None:
        return _page(visit, kept, given, _errors(visit, refused, "limit"))
    return _back(kept, "limit")


def _amount(text: str, currency: str) -> int | None:
    """An amount in minor units, None when it is none."""
    try:
        return scaled(text, minor_digits(currency))
    except ValueError:
        return None


def _errors(visit: Visit, refused: Refusal, field: str) -> Errors:
    return {str(refused.facts.get("field", field)): wording.refusal(refused, terms(visit))}


def _back(kept: Kept, done: str) -> Response:
    return RedirectResponse(f"{address_of(kept)}?done={done}", 303)
