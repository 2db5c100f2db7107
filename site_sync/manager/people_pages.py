"""Customers: found, shown with all that is kept of them, taken along as a file, forgotten when they ask."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.money import Money
from site_sync.domain.orders import OrderKind
from site_sync.domain.permissions import Right
from site_sync.domain.totals import total_of
from site_sync.manager import wording
from site_sync.manager.rendering import bare_page, page, terms
from site_sync.manager.speech import LANGUAGES, language, speaking
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import erasure, personal_data, personal_retention, settings_audit
from site_sync.service.jobs import upkeep
from site_sync.service.personal_data import Person
from site_sync.service.settings_audit import Subject

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
Errors = dict[str, str]


@routes.get("/people")
def show(visit: Looking) -> Response:
    """A field to find somebody, and how long the shop remembers."""
    return _list(visit)


def _list(
    visit: Visit, typed: str = "", given: dict[str, str] | None = None, errors: Errors | None = None
) -> Response:
    months = visit.read(personal_retention.months)
    return page(
        visit,
        "people.html",
        status=422 if errors else 200,
        section="/people",
        typed=typed,
        found=visit.read(lambda db: personal_data.find(db, typed)) if typed else None,
        months={kind: (given or {}).get(kind, str(count)) for kind, count in months.items()},
        errors=errors or {},
    )


@routes.post("/people")
def find(change: Acting) -> Response:
    """Names go in the form, not in the address, where they would be kept."""
    return _list(change.visit, change.text("q")[:100])


@routes.post("/people/months")
def settle(change: Acting) -> Response:
    """Settle for how long orders that are over say whose they were."""
    visit = change.visit
    given = {kind.value: change.text(kind.value) for kind in OrderKind}
    wrong = {name: wording.word("people_words", "months") for name, text in given.items() if not _count(text)}
    if wrong:
        return _list(visit, given=given, errors=wrong)
    wanted = {name: int(text) for name, text in given.items()}
    refused = visit.write(lambda tx: personal_retention.settle(tx, visit.author, wanted))
    if refused is not None:
        field = str(refused.facts.get("field", OrderKind.QUOTE.value))
        return _list(visit, given=given, errors={field: wording.refusal(refused, terms(visit))})
    return RedirectResponse(f"{PREFIX}/people?done=saved_here", 303)


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5


def _known(visit: Visit, key: str) -> Person:
    found = visit.read(lambda db: personal_data.person(db, key))
    if found is None:
        raise Missing
    return found


@routes.get("/people/{key:path}")
def look(visit: Looking, key: str) -> Response:
    """One person: record, orders, messages, what is still open."""
    return _person(visit, _known(visit, key))


def _person(visit: Visit, who: Person, errors: Errors | None = None) -> Response:
    return page(
        visit,
        "person.html",
        status=422 if errors else 200,
        section="/people",
        who=who,
        total_of=lambda one: Money(total_of(one), one.currency),
        languages=LANGUAGES,
        messages=visit.read(lambda db: personal_data.messages(db, who)),
        hindrances=visit.read(lambda db: personal_data.hindrances(db, who)),
        backups=visit.site.settings.backup_keep,
        errors=errors or {},
    )


@routes.post("/people/{key:path}/export")
def export(change: Acting, key: str) -> Response:
    """All that is kept of them, in their own language; that it was taken is written down."""
    visit, who = change.visit, _known(change.visit, key)
    told = visit.read(lambda db: personal_data.dossier(db, who))
    subject = Subject(erasure.PERSON, who.key)
    visit.write(lambda tx: settings_audit.note(tx, visit.author, subject, (None, {"exported": True})))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=2))
        with speaking(who.customer.language or language()):
            html = bare_page(
                "person_file.html",
                who=who,
                told=told,
                made=visit.now(),
                total_of=total_of,
                languages=LANGUAGES,
            )
        file.writestr("read-me.html", bytes(html.body))
    headers = {"Content-Disposition": f'attachment; filename="personal-data-{visit.now():%Y-%m-%d}.zip"'}
    return Response(packed.getvalue(), 200, headers | {"Cache-Control": "no-store"}, "application/zip")


@routes.post("/people/{key:path}/erase")
def erase(change: Acting, key: str) -> Response:
    """Forget them, once it was said why and confirmed."""
    visit, who, why = change.visit, _known(change.visit, key), change.text("why")
    if refused := erasure.why_refusal(why):
        return _person(visit, who, {"why": wording.refusal(refused, terms(visit))})
    if change.text("sure") != "yes":
        return _person(visit, who, {"sure": wording.word("people_words", "sure")})
    if visit.write(lambda tx: erasure.erase(tx, visit.author, key, why)):
        return _person(visit, who, {"form": wording.word("people_words", "open")})
    upkeep.drop_snapshots(visit.site)
    return RedirectResponse(f"{PREFIX}/people?done=forgotten", 303)
