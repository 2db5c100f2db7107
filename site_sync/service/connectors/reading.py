"""Reading other programs' JSON: lenient about what is not needed, exact about what is."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from site_sync.domain.money import minor_digits

MOST_ENTRIES = 500
MOST_AMOUNT = Decimal(10) ** 9
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class DocumentOdd(Exception):
    """A document does not say what it should; `pointer` is where (JSON pointer)."""

    def __init__(self, pointer: str, what: str) -> None:
        super().__init__(f"{pointer or '/'} {what}")
        self.pointer = pointer
        self.what = what


def clean(text: str, most: int = 200, *, lines: bool = False) -> str:
    """A text without control characters and broken characters, not longer than `most`."""
    kept = text.encode("utf-8", "ignore").decode("utf-8")
    if lines:
        kept = kept.replace("\r\n", "\n").replace("\r", "\n")
    shown = [
        char if unicodedata.category(char) not in ("Cc", "Zl", "Zp") or (lines and char == "\n") else " "
        for char in kept
    ]
    return "".join(shown).strip()[:most].strip()


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


class Doc:
    """One JSON object of a document and where it stands."""

    def __init__(self, value: Any, pointer: str = "") -> None:
        if not isinstance(value, dict):
            raise DocumentOdd(pointer, "is no object")
        self._value = value
        self.pointer = pointer

    @staticmethod
    def parse(raw: bytes) -> Doc:
        """The document in a body."""
        try:
            value = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError, InvalidOperation) as error:
            raise DocumentOdd("", f"is not JSON: {type(error).__name__}") from error
        return Doc(value)

    def at(self, name: str) -> str:
        """The pointer to a field."""
        return f"{self.pointer}/{name}"

    def has(self, name: str) -> bool:
        """Whether a field is there and not null."""
        return self._value.get(name) is not None

    def names(self) -> frozenset[str]:
        """The fields there are."""
        return frozenset(self._value)

    def full_name(self) -> str:
        """First and last name, as both shops keep them in an address."""
        return f"{self.text('first_name', 100)} {self.text('last_name', 99)}".strip()

    def text(self, name: str, most: int = 200, *, lines: bool = False) -> str:
        """A field as text, empty when it is missing."""
        value = self._value.get(name)
        if value is None or value is False:
            return ""
        if isinstance(value, bool | list | dict):
            raise DocumentOdd(self.at(name), "is no text")
        if isinstance(value, int) and abs(value) > 10**60:
            raise DocumentOdd(self.at(name), "is too large a number")
        return clean(str(value), most, lines=lines)

    def id(self, name: str) -> str:
        """A field that names something; it must be there."""
        text = self.text(name, 101)
        if not text or len(text) > 100:
            raise DocumentOdd(self.at(name), "is missing or too long")
        return text

    def flag(self, name: str) -> bool:
        """A field that is true."""
        return self._value.get(name) in (True, "true", "yes", "1", 1)

    def number(self, name: str) -> Decimal:
        """A field as a number, 0 when it is missing or empty; shops write them as text."""
        value = self._value.get(name)
        if value is None or value == "":
            return Decimal(0)
        if isinstance(value, bool | list | dict):
            raise DocumentOdd(self.at(name), "is no number")
        try:
            number = Decimal(value)
        except (InvalidOperation, ValueError) as error:
            raise DocumentOdd(self.at(name), "is no number") from error
        # `abs` computes, and has no result where the exponent is out of its bounds.
        if not number.is_finite() or number.copy_abs() > MOST_AMOUNT or number.as_tuple().exponent < -30:  # type: ignore[operator]
            raise DocumentOdd(self.at(name), "is too large or too fine a number")
        return number

    def moment(self, name: str) -> datetime | None:
        """A field as a time in UTC; one without a zone is meant in UTC."""
        text = self.text(name, 60)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise DocumentOdd(self.at(name), "is no time") from error
        if not EARLIEST <= moment <= LATEST:
            raise DocumentOdd(self.at(name), "is no time a shop would name")
        return moment

    def inner(self, name: str) -> Doc:
        """An object within; an empty one when it is missing, or an empty list as PHP writes it."""
        value = self._value.get(name)
        return Doc({} if value is None or value == [] else value, self.at(name))

    def each(self, name: str) -> list[Doc]:
        """The objects of a list within."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > MOST_ENTRIES:
            raise DocumentOdd(self.at(name), "is no list, or too long a one")
        return [Doc(entry, f"{self.at(name)}/{place}") for place, entry in enumerate(value)]

    def plain(self, name: str) -> Any:
        """A field as it is."""
        return self._value.get(name)


def currency_of(doc: Doc) -> str:
    """The document's currency."""
    code = doc.text("currency", 10).upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise DocumentOdd(doc.at("currency"), "is no currency")
    return code


def minor(amount: Decimal, currency: str) -> int:
    """An amount as it is written ("12.90") in minor units; finer parts are rounded half up."""
    return int((amount.scaleb(minor_digits(currency))).to_integral_value(ROUND_HALF_UP))


def thousandths(doc: Doc, name: str) -> int:
    """A quantity in thousandths; some shops sell parts of a piece."""
    return int((doc.number(name) * 1000).to_integral_value(ROUND_HALF_UP))
