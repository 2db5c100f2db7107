"""Goods out of files: sent, columns chosen, looked at on trial, carried out, with what was wrong by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from site_sync.domain.import_columns import Column, guessed
from site_sync.domain.permissions import Right
from site_sync.manager import import_forms, wording
from site_sync.manager.file_answers import download
from site_sync.manager.rendering import page, shops, terms
from site_sync.manager.service_words import retold
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, changes_with_table, needs
from site_sync.service import catalogue_import, company, stock_enquiry
from site_sync.service.catalogue_import import Import, NewFile, Reading, State
from site_sync.service.company import Company
from site_sync.service.export_rows import TEMPLATE, problem_rows
from site_sync.service.sheets import table_file
from site_sync.service.sheets.csv_file import DELIMITERS, ENCODINGS, Unreadable

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
Sending = Annotated[Change, Depends(changes_with_table(Right.SETTINGS_MANAGE))]
SHOWN_PROBLEMS = 100


@routes.get("/import")
def show(visit: Looking) -> Response:
    """Where a file is sent, and the files that were."""
    return _all(visit)


def _all(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    return page(
        visit,
        "imports.html",
        status=422 if errors else 200,
        section="/import",
        imports=visit.read(catalogue_import.every),
        most=table_file.MOST_BYTES // 1_000_000,
        errors=errors or {},
    )


@routes.get("/import/template.{ending}")
def template(visit: Looking, ending: str) -> Response:
    """A table with the right headings and two rows to write over."""
    return download(visit, "goods", ending, TEMPLATE)


@routes.post("/import")
def send(change: Sending) -> Response:
    """Take a file in and show how it seems to be meant."""
    visit, sent = change.visit, change.form.get("file")
    content = sent.file.read(table_file.MOST_BYTES + 1) if isinstance(sent, UploadFile) else b""
    name = sent.filename if isinstance(sent, UploadFile) and sent.filename else ""
    if not name:
        return _all(visit, {"file": say("Choose a file first.")})
    try:
        form = table_file.form_of(content)
        table_file.beginning(content, form)
        total = table_file.count_of(content, form)
    except Unreadable as wrong:
        return _all(visit, {"file": retold(str(wrong))})
    shown = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    new = NewFile(visit.site.new_id(), shown, content, form, total)
    visit.write(lambda tx: catalogue_import.begin(tx, visit.author, new))
    return RedirectResponse(f"{PREFIX}/import/{new.id}", 303)


def _known(visit: Visit, import_id: str) -> Import:
    found = visit.read(lambda db: catalogue_import.find(db, import_id))
    if found is None:
        raise Missing
    return found


@routes.get("/import/{import_id}")
def show_one(visit: Looking, import_id: str) -> Response:
    """One file, by how far it is."""
    known = _known(visit, import_id)
    if known.state is State.CHOOSING:
        return _choosing(visit, known)
    return _progress(visit, known)


def _choosing(
    visit: Visit,
    known: Import,
    given: import_forms.Given | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """The first rows with a choice over each column, as guessed or as chosen."""
    content = visit.read(lambda db: catalogue_import.content_of(db, known.id))
    why = {}
    try:
        first = table_file.beginning(content, known.reading.form)
    except Unreadable as wrong:
        first, why = [], {"form": retold(str(wrong))}
    head = [import_forms.text_of(cell) for cell in first[0].cells] if first else []
    guess = known.reading.columns or guessed(head)
    who = visit.read(company.company) or Company()
    return page(
        visit,
        "import_columns.html",
        status=422 if errors else 200,
        section="/import",
        known=known,
        head=head,
        rows=[(row.line, [import_forms.text_of(cell) for cell in row.cells]) for row in first[1:]],
        given=given or import_forms.given_of(_proposed(visit, known.reading, guess, who), guess, first[1:]),
        columns=[(column.value, wording.word("import_column", column)) for column in Column],
        encodings=list(ENCODINGS.items()),
        delimiters=list(DELIMITERS.items()),
        rates=who.rates,
        currency=visit.read(stock_enquiry.currency),
        errors=(errors or {}) | why,
    )


def _proposed(visit: Visit, reading: Reading, columns: Sequence[Column | None], who: Company) -> Reading:
    """What is proposed the first time: the only store there is, the usual rate where no column holds one."""
    if reading.columns:
        return reading
    stores = list(shops(visit))
    store = stores[0] if len(stores) == 1 and Column.STORE not in columns else ""
    return replace(reading, store=store, default_rate=None if Column.TAX in columns else who.usual_rate)


def _progress(visit: Visit, known: Import, failed: str = "") -> Response:
    most = SHOWN_PROBLEMS
    problems = visit.read(lambda db: catalogue_import.problems_of(db, known.id, most))
    return page(
        visit,
        "import_state.html" if visit.live else "import_progress.html",
        status=422 if failed else 200,
        section="/import",
        known=known,
        working=known.state.value in catalogue_import.WORKING,
        problems=[(one, import_forms.sentence(one)) for one in problems],
        failed=failed,
    )


@routes.post("/import/{import_id}/columns")
def settle(change: Acting, import_id: str) -> Response:
    """Read the file another way, or check it with the columns that were chosen."""
    visit, known = change.visit, _known(change.visit, import_id)
    given = import_forms.given_in(change)
    reading, errors = import_forms.reading_of(given, known.reading, visit)
    if change.text("act") == "again":
        fresh = import_forms.read_again(given, known.reading)
        visit.write(lambda tx: catalogue_import.choose_again(tx, import_id, fresh))
        return RedirectResponse(f"{PREFIX}/import/{import_id}", 303)
    if not errors:
        refused = visit.write(lambda tx: catalogue_import.settle(tx, visit.author, import_id, reading))
        if refused is None:
            return RedirectResponse(f"{PREFIX}/import/{import_id}", 303)
        errors = import_forms.errors_of(refused, terms(visit))
    return _choosing(visit, known, given, errors)


@routes.post("/import/{import_id}/{act}")
def act_on(change: Acting, import_id: str, act: str) -> Response:
    """Carry a file out, stop it, choose its columns again, or take it away."""
    visit, known = change.visit, _known(change.visit, import_id)
    acts: dict[str, Any] = {
        "run": lambda tx: catalogue_import.start(tx, visit.author, import_id),
        "stop": lambda tx: catalogue_import.stop(tx, import_id),
        "choose": lambda tx: catalogue_import.choose_again(tx, import_id, known.reading),
        "drop": lambda tx: catalogue_import.forget(tx, import_id),
    }
    if act not in acts:
        raise Missing
    refused = visit.write(acts[act])
    if refused is not None:
        return _progress(visit, _known(visit, import_id), wording.refusal(refused, terms(visit)))
    return RedirectResponse(f"{PREFIX}/import" + ("" if act == "drop" else f"/{import_id}"), 303)


@routes.get("/import/{import_id}/problems.{ending}")
def problems(visit: Looking, import_id: str, ending: str) -> Response:
    """What is wrong with rows, as a table to work through."""
    known = _known(visit, import_id)
    found = visit.read(lambda db: catalogue_import.problems_of(db, known.id))
    told = (
        (one.line, wording.word("import_column", one.column), import_forms.sentence(one)) for one in found
    )
    return download(visit, "problems", ending, problem_rows(told))
