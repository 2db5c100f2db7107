"""What the shop's lists may hold: codes, names, fees, order of methods, sources, reasons, tenders."""

from __future__ import annotations

import re
from collections.abc import Iterable

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import ABSURD_AMOUNT, BASIS_POINTS
from site_sync.domain.orders import DeliveryMode
from site_sync.domain.shop import CASH_TENDER, DeliveryMethod, Reason, Source, Tender, TenderKind

Listed = DeliveryMethod | Source | Reason | Tender
LONGEST_NAME = 60
MOST_ORDER = 999
MOST_CARRIERS = 20
MOST_ROUNDING = 1000
NEEDED_TENDER = TenderKind.CASH
"""A shop that takes no cash any more still gives change and pays back in it."""
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def listed_refusal(one: Listed) -> Refusal | None:
    """What of a record is not as it must be, with the field it is about; None when all is well."""
    if not _CODE.fullmatch(one.code):
        return Refusal(Code.TEXT_INVALID, {"field": "code"})
    if not one.names.get("en"):
        return Refusal(Code.TEXT_INVALID, {"field": "name_en", "most": LONGEST_NAME})
    for language, name in one.names.items():
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            return Refusal(Code.TEXT_INVALID, {"field": f"name_{language}", "most": LONGEST_NAME})
    if not 0 <= one.order <= MOST_ORDER:
        return Refusal(Code.QUANTITY_INVALID, {"field": "order", "least": 0, "most": MOST_ORDER})
    if isinstance(one, DeliveryMethod | Source) and not one.kinds:
        return Refusal(Code.TEXT_INVALID, {"field": "kinds"})
    if isinstance(one, DeliveryMethod):
        return _method_refusal(one)
    return _tender_refusal(one) if isinstance(one, Tender) else None


def _method_refusal(method: DeliveryMethod) -> Refusal | None:
    """Goods that are shipped go to an address; whatever is collected waits in a store."""
    if method.fee is not None and not 0 <= method.fee.amount <= ABSURD_AMOUNT:
        return Refusal(Code.AMOUNT_INVALID, {"field": "fee"})
    if method.fee_tax_rate is not None and not 0 <= method.fee_tax_rate <= BASIS_POINTS:
        return Refusal(Code.QUANTITY_INVALID, {"field": "fee_tax_rate", "least": 0, "most": 100})
    if method.mode is DeliveryMode.SHIP and not method.needs_address:
        return Refusal(Code.ADDRESS_NEEDED, {"field": "needs_address"})
    if method.mode is DeliveryMode.COLLECT and not method.needs_store:
        return Refusal(Code.STORE_NEEDED, {"field": "needs_store"})
    too_long = any(not name.isprintable() or len(name) > LONGEST_NAME for name in method.carriers)
    if too_long or len(method.carriers) > MOST_CARRIERS or _doubled(method.carriers):
        return Refusal(Code.TEXT_INVALID, {"field": "carriers", "most": MOST_CARRIERS})
    return None


def _tender_refusal(tender: Tender) -> Refusal | None:
    """Only what is counted in coins is rounded; cash is one tender, known by its code, and not retired."""
    if (tender.kind is NEEDED_TENDER) is not (tender.code == CASH_TENDER):
        return Refusal(Code.TEXT_INVALID, {"field": "kind"})
    most = MOST_ROUNDING if tender.kind is TenderKind.CASH else 1
    if not 1 <= tender.rounding <= most:
        return Refusal(Code.QUANTITY_INVALID, {"field": "rounding", "least": 1, "most": most})
    if tender.kind is NEEDED_TENDER and not tender.active:
        return Refusal(Code.NOT_ALLOWED_IN_STAGE, {"field": "active"})
    return None


def _doubled(texts: Iterable[str]) -> bool:
    known = [text.casefold() for text in texts]
    return len(set(known)) != len(known)


def same_words(one: Listed, others: Iterable[Listed]) -> str:
    """The language in which another active record of the same use has the same name, empty when none has."""
    for other in others:
        if other.code == one.code or not other.active or _use(other) != _use(one):
            continue
        for language, name in one.names.items():
            if name.casefold() == other.names.get(language, "").casefold():
                return language
    return ""


def _use(one: Listed) -> str:
    return one.used_for.value if isinstance(one, Reason) else ""
