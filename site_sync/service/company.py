"""What the shop settled of itself as a whole: name, currency, tax rates, how far its setting up is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, update

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import BASIS_POINTS
from site_sync.domain.permissions import Right
from site_sync.service import settings_audit
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.settings_audit import Author, Subject

COMPANY = "company"
LONGEST_NAME = 80
LONGEST_TAX_NUMBER = 40
MOST_RATES = 12
CURRENCIES = (
    "EUR", "DKK", "SEK", "NOK", "CHF", "GBP", "USD", "PLN", "CZK", "HUF", "RON", "BGN", "ISK", "AUD", "CAD",
    "NZD", "JPY", "KRW", "SGD", "HKD", "ZAR", "AED", "KWD", "BHD", "TND",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Company:
    """Who the shop is; `rates` are its tax rates in basis points by name, the usual one first."""

    name: str = ""
    tax_number: str = ""
    currency: str = "EUR"
    language: str = "en"
    rates: Mapping[str, int] = field(default_factory=dict)

    @property
    def usual_rate(self) -> int | None:
        """The tax rate of most goods, None while none is settled."""
        return next(iter(self.rates.values()), None)


def fact(db: Executor, key: str) -> Any:
    """What is kept under a key, None when nothing is."""
    c = t.setup_facts.c
    body = db.execute(select(c.body).where(c.key == key)).scalar_one_or_none()
    return None if body is None else json.loads(body)


def keep_fact(tx: Transaction, key: str, value: Any) -> None:
    """Keep something under a key; None forgets it."""
    c = t.setup_facts.c
    if value is None:
        tx.execute(delete(t.setup_facts).where(c.key == key))
        return
    body = json.dumps(value, ensure_ascii=False)
    if not tx.execute(update(t.setup_facts).where(c.key == key).values(body=body)).rowcount:
        tx.execute(insert(t.setup_facts), {"key": key, "body": body})


def company(db: Executor) -> Company | None:
    """Who the shop is, None while nobody has said."""
    told = fact(db, COMPANY)
    return None if told is None else Company(**told)


def sells_already(db: Executor) -> bool:
    """Whether there are items, whose prices have a currency that cannot change any more."""
    i = t.items.c
    return db.execute(select(i.key).where(i.removed.is_(False)).limit(1)).first() is not None


def save(tx: Transaction, author: Author, told: Company) -> Refusal | None:
    """Keep who the shop is; the currency stays once there are prices in it."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        return refusal
    if not told.name.strip() or not told.name.isprintable() or len(told.name) > LONGEST_NAME:
        return Refusal(Code.TEXT_INVALID, {"field": "name", "most": LONGEST_NAME})
    if not told.tax_number.isprintable() or len(told.tax_number) > LONGEST_TAX_NUMBER:
        return Refusal(Code.TEXT_INVALID, {"field": "tax_number", "most": LONGEST_TAX_NUMBER})
    before = company(tx)
    moved = before is not None and before.currency != told.currency and sells_already(tx)
    if told.currency not in CURRENCIES or moved:
        return Refusal(Code.CURRENCY_MISMATCH, {"field": "currency"})
    if refusal := _rates_refusal(told.rates):
        return refusal
    keep_fact(tx, COMPANY, asdict(told))
    facts = (None if before is None else asdict(before), asdict(told))
    settings_audit.note(tx, author, Subject(COMPANY, told.name), facts)
    return None


def _rates_refusal(rates: Mapping[str, int]) -> Refusal | None:
    """Names are short and known apart, rates from 0 to 100 %."""
    for name, rate in rates.items():
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            return Refusal(Code.TEXT_INVALID, {"field": "rates", "most": LONGEST_NAME})
        if not 0 <= rate <= BASIS_POINTS:
            return Refusal(Code.QUANTITY_INVALID, {"field": "rates", "least": 0, "most": 100})
    if len(rates) > MOST_RATES:
        return Refusal(Code.QUANTITY_INVALID, {"field": "rates", "least": 1, "most": MOST_RATES})
    return None
