"""Setting a shop up step by step: what each step keeps, and how far the steps are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from site_sync.domain.errors import Refused
from site_sync.domain.money import CASH_STEPS
from site_sync.domain.permissions import Right
from site_sync.domain.policies import PolicyRule
from site_sync.domain.shop import CASH_TENDER, StaffMember, Store, Tender
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.pins import pin_verifier
from site_sync.service import company, enrolment, settings_audit, shop_changes, staffing
from site_sync.service.company import Company, fact, keep_fact
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.demo import DemoFolder
from site_sync.service.enrolment import DeviceState
from site_sync.service.settings_audit import Author
from site_sync.service.wiring import Site

LATER = "steps_left_for_later"
OTHER_STORE = "collect_other"
FIRST_ID = 101


class Step(StrEnum):
    """The steps of setting a shop up, in their order."""

    COMPANY = "company"
    STORE = "store"
    TAX = "tax"
    TENDERS = "tenders"
    STAFF = "staff"
    TILL = "till"
    GOODS = "goods"
    CHECK = "check"


def done(db: Executor) -> frozenset[Step]:
    """The steps whose result is there, whichever way it came about."""
    who = company.company(db)
    found = {
        Step.COMPANY: who is not None,
        Step.STORE: bool(records.every(db, RecordKind.STORE)),
        Step.TAX: who is not None and bool(who.rates),
        Step.TENDERS: bool(records.every(db, RecordKind.TENDER)),
        Step.STAFF: len(records.every(db, RecordKind.STAFF)) > 1,
        Step.TILL: any(one.state is DeviceState.ACTIVE for one in enrolment.devices(db)),
        Step.GOODS: company.sells_already(db),
    }
    return frozenset(step for step, there in found.items() if there)


def later(db: Executor) -> frozenset[Step]:
    """The steps that somebody left for later."""
    return frozenset(Step(one) for one in fact(db, LATER) or ())


def leave_for_later(tx: Transaction, step: Step) -> None:
    """Go on without a step."""
    keep_fact(tx, LATER, sorted({*later(tx), step}))


def next_step(db: Executor) -> Step:
    """The first step that is neither done nor left for later."""
    over = done(db) | later(db)
    return next((step for step in Step if step not in over), Step.CHECK)


def save_company(tx: Transaction, author: Author, told: Company) -> None:
    """Keep who the shop is; raises Refused."""
    known = company.company(tx)
    if refusal := company.save(tx, author, replace(told, rates=known.rates if known else {})):
        raise Refused(refusal.code, **refusal.facts)


def save_store(tx: Transaction, author: Author, store: Store, lists: DemoFolder) -> None:
    """Keep a new store; with the first come the usual methods, sources and reasons. Raises Refused."""
    if refusal := shop_changes.save_store(tx, author, store, new=True):
        raise Refused(refusal.code, **refusal.facts)
    kinds: dict[RecordKind, list[Any]] = {
        RecordKind.DELIVERY_METHOD: [
            replace(one, fee=None, fee_tax_rate=None, active=one.code != OTHER_STORE)
            for one in lists.delivery_methods()
        ],
        RecordKind.SOURCE: lists.sources(),
        RecordKind.REASON: lists.reasons(),
    }
    for kind, values in kinds.items():
        if not records.every(tx, kind):
            for one in values:
                settings_audit.keep(tx, author, kind, one)


def save_rates(tx: Transaction, author: Author, rates: dict[str, int], *, included: bool) -> None:
    """Keep the tax rates, and whether prices have tax in them."""
    told = replace(company.company(tx) or Company(), rates=rates)
    if refusal := company.save(tx, author, told):
        raise Refused(refusal.code, **refusal.facts)
    general = records.policies(tx).general
    rule = PolicyRule(replace(general, prices_include_tax=included))
    if refusal := shop_changes.save_policy(tx, author, rule):
        raise Refused(refusal.code, **refusal.facts)


def tenders(db: Executor, lists: DemoFolder) -> list[Tender]:
    """The tenders to choose from: those there are, else the usual ones as they suit the currency."""
    known: list[Tender] = records.every(db, RecordKind.TENDER)
    who = company.company(db) or Company()
    usual = [
        replace(one, rounding=CASH_STEPS.get(who.currency, 1)) if one.code == CASH_TENDER else one
        for one in lists.tenders()
    ]
    codes = {one.code for one in known}
    return sorted([*known, *(one for one in usual if one.code not in codes)], key=lambda one: one.order)


def save_tenders(tx: Transaction, author: Author, chosen: frozenset[str], lists: DemoFolder) -> None:
    """Offer the chosen ones; the others stay retired, and cash is always there."""
    if refusal := author.lacks(Right.SETTINGS_MANAGE):
        raise Refused(refusal.code, **refusal.facts)
    for one in tenders(tx, lists):
        active = one.code in chosen or one.code == CASH_TENDER
        settings_audit.keep(tx, author, RecordKind.TENDER, replace(one, active=active))


@dataclass(frozen=True, slots=True)
class Hired:
    """A person who was added, with the PIN that is shown this once."""

    member: StaffMember
    pin: str


def hire(site: Site, by: StaffMember, people: Sequence[StaffMember], own_pin: bool) -> list[Hired]:
    """Add people with PINs, all of them or none; raises Refused. `own_pin` gives the one who adds a PIN too.

    Their ids are the next free numbers.
    """
    pins = [staffing.new_pin(site.around.random_bytes) for _ in range(len(people) + 1)]
    verifiers = [pin_verifier(site.keys.pepper, pin) for pin in pins]

    def work(tx: Transaction) -> list[Hired]:
        known = {one.id for one in records.every(tx, RecordKind.STAFF)}
        free = (str(number) for number in range(FIRST_ID, 10_000) if str(number) not in known)
        found: list[Hired] = []
        for person, pin, verifier in zip(people, pins, verifiers, strict=False):
            member = replace(person, id=next(free))
            if refusal := staffing.add(tx, by, member, site.now()):
                raise Refused(refusal.code, **refusal.facts)
            _give(tx, by, replace(member, pin_verifier=verifier), site)
            found.append(Hired(member, pin))
        if own_pin:
            _give(tx, by, replace(by, pin_verifier=verifiers[-1]), site)
            found.insert(0, Hired(by, pins[-1]))
        return found

    return site.database.write(work)


def _give(tx: Transaction, by: StaffMember, member: StaffMember, site: Site) -> None:
    settings_audit.keep(tx, Author.of(by, site.now()), RecordKind.STAFF, member)


def next_store(db: Executor) -> str:
    """The next free code of a store, as S02."""
    known = {store.code for store in records.every(db, RecordKind.STORE)}
    return next(code for code in (f"S{number:02}" for number in range(1, 100)) if code not in known)


def next_till(db: Executor, store: str) -> str:
    """The next free number of a till in a store, as 02."""
    taken = {one.till for one in enrolment.devices(db) if one.store == store}
    return next((text for text in (f"{number:02}" for number in range(1, 100)) if text not in taken), "")


def lists_of(resources: Path) -> DemoFolder:
    """The usual lists, as they come with the product."""
    return DemoFolder(resources / "demo")
