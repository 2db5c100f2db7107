"""The assistant that sets a shop up: company, store, tax and tenders, each kept by itself, in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.deadlines import Calendar
from site_sync.domain.errors import Refusal, Refused
from site_sync.domain.permissions import Right
from site_sync.domain.shop import Store
from site_sync.manager import seen_marks, wording
from site_sync.manager.formats import percent
from site_sync.manager.opening_hours import DAYS, TIMEZONES, day_typed
from site_sync.manager.policy_form import scaled
from site_sync.manager.rendering import RESOURCES, page, shops, terms
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.speech import LANGUAGES, later, say, spoken_languages
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import company, demo_removal, setup_check, starter
from site_sync.service.company import CURRENCIES, Company
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.starter import Step

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
LISTS = starter.lists_of(RESOURCES)
RATE_ROWS = 5
SKIPPABLE = frozenset({Step.STAFF, Step.TILL, Step.GOODS})
USUAL_HOURS = ("09:00 – 18:00",) * 5 + ("09:00 – 16:00", "")
ZONES = {"DKK": "Europe/Copenhagen", "SEK": "Europe/Stockholm", "NOK": "Europe/Oslo", "GBP": "Europe/London"}
ZONES |= {"CHF": "Europe/Zurich", "PLN": "Europe/Warsaw", "CZK": "Europe/Prague", "USD": "America/New_York"}
STANDARD, REDUCED, NO_TAX = later("Standard"), later("Reduced"), later("No tax")
USUAL_RATES: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("DKK", "da"): ((STANDARD, "25"), (NO_TAX, "0")),
    ("EUR", "de"): ((later("Normal"), "19"), (REDUCED, "7"), (NO_TAX, "0")),
    ("CHF", "de"): ((later("Normal"), "8.1"), (REDUCED, "2.6"), (NO_TAX, "0")),
}


def step_page(visit: Visit, step: Step, *, errors: Mapping[str, str] | None = None, **facts: Any) -> Response:
    """The page of a step, with the way through all of them."""
    return page(
        visit,
        f"setup_{step.value}.html",
        status=422 if errors else 200,
        section="/setup",
        steps=list(Step),
        step=step,
        over=visit.read(starter.done),
        later=visit.read(starter.later),
        skippable=step in SKIPPABLE,
        errors=errors or {},
        **facts,
    )


def onward(step: Step) -> Response:
    """To the step after one."""
    steps = list(Step)
    return RedirectResponse(f"{PREFIX}/setup/{steps[steps.index(step) + 1].value}", 303)


def field_error(visit: Visit, refused: Refusal) -> dict[str, str]:
    """A refusal beside its field, in words of its own where the general ones say too little."""
    field = str(refused.facts.get("field", "form"))
    why = next((f"_{fact}" for fact in ("taken", "numbers") if refused.facts.get(fact)), "")
    code = f"{field}{why}"
    said = wording.word("setup_error", code)
    return {field: said if said != code.replace("_", " ") else wording.refusal(refused, terms(visit))}


@routes.get("/setup")
def begin(visit: Looking) -> Response:
    """To the step that comes next."""
    return RedirectResponse(f"{PREFIX}/setup/{visit.read(starter.next_step).value}", 303)


@routes.get("/setup/company")
def show_company(visit: Looking) -> Response:
    """Who the shop is."""
    return _company(visit)


def _shown(db: Executor) -> dict[str, object]:
    """What of the company its form shows; nothing while nobody has said."""
    known = company.company(db)
    names = ("name", "tax_number", "currency", "language")
    return {name: getattr(known, name) for name in names} if known else {}


def _company(
    visit: Visit, given: dict[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Response:
    present = visit.read(_shown)
    fresh = Company(language=visit.staff.language)
    return step_page(
        visit,
        Step.COMPANY,
        errors=errors,
        given=given or present or asdict(fresh),
        seen=seen_marks.mark_again(visit, present, typed=given is not None),
        currencies=[(code, code) for code in CURRENCIES],
        languages=list(spoken_languages().items()),
        settled=visit.read(company.sells_already),
        demo=visit.read(lambda db: demo_removal.loadable(db, LISTS.people())),
    )


@routes.post("/setup/company")
def save_company(change: Acting) -> Response:
    """Keep who the shop is."""
    visit = change.visit
    given = {name: change.text(name) for name in ("name", "tax_number", "currency", "language")}
    told = Company(given["name"], given["tax_number"], given["currency"], given["language"])
    if told.language not in LANGUAGES:
        return _company(visit, given, {"language": say("Choose one of the list.")})

    def work(tx: Transaction) -> None:
        seen_marks.check(change, _shown(tx))
        starter.save_company(tx, visit.author, told)

    try:
        visit.write(work)
    except ChangedMeanwhile:
        return _company(visit, errors={"form": say(MEANWHILE)})
    except Refused as refused:
        return _company(visit, given, field_error(visit, refused.refusal))
    return onward(Step.COMPANY)


@routes.get("/setup/store")
def show_store(visit: Looking) -> Response:
    """A new store."""
    who = visit.read(company.company) or Company()
    fresh = {f"day{place}": text for place, text in enumerate(USUAL_HOURS)}
    fresh |= {"code": visit.read(starter.next_store), "name": "" if shops(visit) else who.name, "street": ""}
    fresh |= {"place": "", "phone": "", "timezone": ZONES.get(who.currency, "Europe/Berlin")}
    return _store(visit, fresh | {"shelves": "A1\nA2\nA3"})


def _store(visit: Visit, given: dict[str, str], errors: Mapping[str, str] | None = None) -> Response:
    return step_page(
        visit, Step.STORE, errors=errors, given=given, days=list(enumerate(map(say, DAYS))), zones=TIMEZONES
    )


@routes.post("/setup/store")
def save_store(change: Acting) -> Response:
    """Keep a new store."""
    visit = change.visit
    names = ("code", "name", "street", "place", "phone", "timezone", "shelves")
    given = {name: change.text(name) for name in (*names, *(f"day{place}" for place in range(len(DAYS))))}
    errors: dict[str, str] = {}
    store = _told_store(visit, given, errors)
    if store is None:
        return _store(visit, given, errors)
    try:
        visit.write(lambda tx: starter.save_store(tx, visit.author, store, LISTS))
    except Refused as refused:
        return _store(visit, given, field_error(visit, refused.refusal))
    return onward(Step.STORE)


def _told_store(visit: Visit, given: dict[str, str], errors: dict[str, str]) -> Store | None:
    """The store that the form tells of, None where something cannot be read."""
    weekly = []
    for place in range(len(DAYS)):
        try:
            weekly.append(day_typed(given[f"day{place}"]))
        except ValueError as wrong:
            errors[f"day{place}"] = str(wrong)
    if given["timezone"] not in TIMEZONES:
        errors["timezone"] = say("Choose one of the list.")
    for name in ("street", "place"):
        if not given[name]:
            errors[name] = say("Receipts and messages to customers need it.")
    if errors:
        return None
    who = visit.read(company.company) or Company()
    header = [f"{who.name}"] if who.name and who.name != given["name"] else []
    header += [say("Tax no. {number}", number=who.tax_number)] if who.tax_number else []
    return Store(
        code=given["code"].upper(),
        name=given["name"],
        address=f"{given['street']}, {given['place']}",
        phone=given["phone"],
        calendar=replace(Calendar(), timezone=given["timezone"], weekly=tuple(weekly)),
        shelves=tuple(line.strip() for line in given["shelves"].splitlines() if line.strip()),
        receipt_header=tuple(header),
    )


@routes.get("/setup/tax")
def show_tax(visit: Looking) -> Response:
    """The tax rates."""
    who = visit.read(company.company) or Company()
    known = [(name, percent(rate).removesuffix(" %")) for name, rate in who.rates.items()]
    usual = USUAL_RATES.get((who.currency, who.language), ((STANDARD, ""), (NO_TAX, "0")))
    rows = known or [(say(name), rate) for name, rate in usual]
    return _tax(visit, rows, included=visit.read(records.policies).general.prices_include_tax)


def _tax(
    visit: Visit, rows: list[tuple[str, str]], *, included: bool, errors: Mapping[str, str] | None = None
) -> Response:
    blank = [("", "")] * max(0, RATE_ROWS - len(rows))
    return step_page(visit, Step.TAX, errors=errors, rows=[*rows, *blank], included=included)


@routes.post("/setup/tax")
def save_tax(change: Acting) -> Response:
    """Keep the tax rates, the first being that of most goods."""
    visit, included = change.visit, change.text("included") == "yes"
    rows = [(change.text(f"name{n}"), change.text(f"rate{n}")) for n in range(company.MOST_RATES)]
    rows = [row for row in rows if any(row)]
    errors: dict[str, str] = {}
    rates: dict[str, int] = {}
    for n, (name, rate) in enumerate(rows):
        try:
            rates[name] = scaled(rate, 2)
        except ValueError as wrong:
            errors[f"rate{n}"] = str(wrong)
        if not name:
            errors[f"name{n}"] = say("Give it a name.")
    if not rows:
        errors["name0"] = say("At least one rate; 0 where there is no tax.")
    elif len(rates) < len(rows) and not errors:
        errors["form"] = say("Two rates have the same name.")
    if not errors:
        try:
            visit.write(lambda tx: starter.save_rates(tx, visit.author, rates, included=included))
        except Refused as refused:
            errors = {"form": next(iter(field_error(visit, refused.refusal).values()))}
    return _tax(visit, rows, included=included, errors=errors) if errors else onward(Step.TAX)


@routes.get("/setup/tenders")
def show_tenders(visit: Looking) -> Response:
    """The ways to pay."""
    usual = {"cash", "card", "gift_card", "credit"}
    found = visit.read(lambda db: starter.tenders(db, LISTS))
    chosen = {one.code for one in found if one.active}
    fresh = Step.TENDERS not in visit.read(starter.done)
    return step_page(visit, Step.TENDERS, tenders=found, chosen=chosen & usual if fresh else chosen)


@routes.post("/setup/tenders")
def save_tenders(change: Acting) -> Response:
    """Offer the chosen ways to pay."""
    visit = change.visit
    chosen = frozenset(one for one in change.form.getlist("tenders") if isinstance(one, str))
    visit.write(lambda tx: starter.save_tenders(tx, visit.author, chosen, LISTS))
    return onward(Step.TENDERS)


@routes.get("/setup/check")
def show_check(visit: Looking) -> Response:
    """What is missing, with the way to each."""
    settings = visit.site.settings
    found = visit.read(lambda db: setup_check.check(db, settings))
    return step_page(visit, Step.CHECK, found=found, demo=visit.read(demo_removal.look))


@routes.post("/setup/{step}/later")
def skip(change: Acting, step: str) -> Response:
    """Go on without a step; it stays open."""
    if step not in SKIPPABLE:
        raise Missing
    change.visit.write(lambda tx: starter.leave_for_later(tx, Step(step)))
    return onward(Step(step))
