"""The form by which a person says what a file's columns are, and the words of what is wrong with rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.import_cells import COMMA, POINT, Row, decimal_sign, text_of
from site_sync.domain.import_columns import STOCK_COLUMNS, Column
from site_sync.domain.import_rows import RowProblem
from site_sync.manager import wording
from site_sync.manager.formats import percent
from site_sync.manager.policy_form import scaled
from site_sync.manager.rendering import shops
from site_sync.manager.service_words import retold
from site_sync.manager.speech import say
from site_sync.manager.visit import Change, Visit
from site_sync.manager.wording import Terms
from site_sync.service import company
from site_sync.service.catalogue_import import Reading
from site_sync.service.sheets.csv_file import DELIMITERS, ENCODINGS, MOST_COLUMNS

__all__ = ["Given", "given_in", "given_of", "reading_of", "sentence", "text_of"]
LONGEST_REASON = 80
AMOUNTS = frozenset({Column.PRICE, Column.ON_HAND, Column.SAFETY, Column.BACK_ORDER, Column.TAX})


@dataclass(frozen=True, slots=True)
class Given:
    """The form's fields as text; `sign` is empty where amounts could be read two ways."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    sign: str
    default_rate: str
    store: str
    new_items: bool
    reason: str
    doubtful: bool = False


def given_of(reading: Reading, columns: Sequence[Column | None], rows: Sequence[Row]) -> Given:
    """What the form shows first: what was chosen before, or what the file seems to mean."""
    amounts = [
        cell
        for row in rows
        for column, cell in zip(columns, row.cells, strict=False)
        if column in AMOUNTS and isinstance(cell, str)
    ]
    sign = decimal_sign(amounts)
    doubtful = not sign and any(point in text for text in amounts for point in (POINT, COMMA))
    chosen = reading.sign if reading.columns else sign or ("" if doubtful else POINT)
    rate = "" if reading.default_rate is None else percent(reading.default_rate).removesuffix(" %")
    return Given(
        reading.encoding,
        reading.delimiter,
        tuple("" if column is None else column.value for column in columns),
        chosen,
        rate,
        reading.store,
        reading.new_items,
        retold(reading.reason),
        doubtful,
    )


def given_in(change: Change) -> Given:
    """The form as it was sent."""
    form = change.form
    columns = [form.get(f"column{place}") for place in range(MOST_COLUMNS)]
    delimiter = form.get("delimiter", "")
    return Given(
        change.text("encoding"),
        delimiter if isinstance(delimiter, str) else "",
        tuple(one for one in columns if isinstance(one, str)),
        change.text("sign"),
        change.text("default_rate"),
        change.text("store"),
        change.text("new_items") == "yes",
        change.text("reason"),
    )


def reading_of(given: Given, known: Reading, visit: Visit) -> tuple[Reading, dict[str, str]]:
    """How the file is to be read, and what of the form cannot be, by field."""
    errors: dict[str, str] = {}
    if given.sign not in (POINT, COMMA):
        errors["sign"] = say("Choose how amounts are written.")
    columns = tuple(Column(one) if one in set(Column) else None for one in given.columns)
    rate = None
    if given.default_rate:
        try:
            rate = scaled(given.default_rate, 2)
        except ValueError as wrong:
            errors["default_rate"] = str(wrong)
    who = visit.read(company.company)
    if rate is not None and who is not None and who.rates and rate not in who.rates.values():
        errors["default_rate"] = say("This is none of your tax rates.")
    if given.store and given.store not in shops(visit):
        errors["store"] = say("Choose one of the list.")
    if STOCK_COLUMNS & set(columns) and not given.store and Column.STORE not in columns:
        errors["store"] = say("Choose the store where this stock lies, or the column that names it.")
    if not given.reason.isprintable() or not 0 < len(given.reason) <= LONGEST_REASON:
        errors["reason"] = say("Say why stock is set, in up to {most} letters.", most=LONGEST_REASON)
    reading = replace(
        known,
        columns=columns,
        sign=given.sign or POINT,
        default_rate=rate,
        store=given.store,
        new_items=given.new_items,
        reason=given.reason,
    )
    return reading, errors


def read_again(given: Given, known: Reading) -> Reading:
    """The file read with another encoding or delimiter, its columns guessed afresh."""
    if not known.encoding or given.encoding not in ENCODINGS or given.delimiter not in DELIMITERS:
        return replace(known, columns=())
    return replace(known, encoding=given.encoding, delimiter=given.delimiter, columns=())


def errors_of(refused: Refusal, terms: Terms) -> dict[str, str]:
    """Why columns were refused, in words."""
    field = str(refused.facts.get("field", ""))
    if refused.code is Code.FIELDS_NEEDED:
        return {"columns": say("Say which column holds the SKU: by it goods are known again.")}
    if refused.facts.get("taken"):
        return {
            "columns": say(
                "Two columns are chosen as “{column}”.", column=wording.word("import_column", field)
            )
        }
    return {"form": wording.refusal(refused, terms)}


def sentence(problem: RowProblem) -> str:
    """What is wrong with a row, in one sentence that says what to do."""
    facts = {name: _told(value) for name, value in problem.facts.items()}
    return wording.told("import_problem", problem.code.value, facts)


def _told(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(wording.word("import_column", one) for one in value)
    return str(value)


def options(known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes and words to choose from."""
    return list(known.items())
