"""The text inside the codes that are printed, shown and scanned: writing it and telling scans apart."""

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from site_sync.domain.card_numbers import mask_card_numbers
from site_sync.domain.numbers import is_order_number

MAX_SCAN_BYTES = 256
TOKEN_BYTES = 16
TOKEN_LENGTH = 26
SHOWN_LENGTH = 40

_ORDER = r"[A-Z0-9]{1,4}(?:-[A-Z0-9]{1,11}){2,3}"
_COLLECT = re.compile(rf"CO1\.({_ORDER})\.([A-Z2-7]{{{TOKEN_LENGTH}}})")
_BAG = re.compile(rf"BG1\.({_ORDER})\.([1-9]\d{{0,2}})")
_BADGE = re.compile(rf"ST1\.([A-Z2-7]{{{TOKEN_LENGTH}}})")
_SHELF = re.compile(r"SH1\.([A-Za-z0-9](?:[A-Za-z0-9 ./:+-]{0,22}[A-Za-z0-9])?)", re.IGNORECASE)
_MEMBER = re.compile(r"MC1\.([A-Z0-9](?:[A-Z0-9-]{0,30}[A-Z0-9])?)")
_BARE_MEMBER = re.compile(r"[A-Z0-9-]{4,32}")
_AIM_ID = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_ITEM = re.compile(r"01(\d{14})")
_KEYBOARDS = (
    str.maketrans({"ß": "-", "y": "z", "z": "y", "Y": "Z", "Z": "Y"}),
    str.maketrans({"+": "-"}),
)
"""What a scanner set to an American keyboard types at a till with a German or a Danish one, undone."""


class ScanKind(StrEnum):
    """What a scanned text is."""

    COLLECT_CODE = "collect_code"
    ORDER_NUMBER = "order_number"
    BAG = "bag"
    SHELF = "shelf"
    MEMBER_CARD = "member_card"
    STAFF_BADGE = "staff_badge"
    ITEM = "item"
    UNKNOWN = "unknown"


class EmbeddedMeasure(StrEnum):
    """What the variable digits of an in-store barcode say."""

    WEIGHT = "weight"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class MeasuredBarcode:
    """How a store's scales print: the prefix (20-29), which measure, how many item digits, its decimals."""

    __pydantic_config__ = {"extra": "forbid"}

    prefix: str
    measure: EmbeddedMeasure
    decimals: int
    item_digits: int = 5
    value_has_check_digit: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"2\d?", self.prefix):
            raise ValueError(f"an in-store prefix is 2 or 20 to 29, not {self.prefix!r}")
        if self.value_digits < 1 or self.item_digits < 1 or self.decimals < 0:
            raise ValueError("an in-store barcode needs item digits, value digits and decimals >= 0")

    @property
    def value_start(self) -> int:
        """Index of the first digit after prefix and item, where a value's own check digit may stand."""
        return len(self.prefix) + self.item_digits

    @property
    def value_digits(self) -> int:
        """Digits left for the value in a 13-digit barcode."""
        return 12 - self.value_start - int(self.value_has_check_digit)


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """What a store says about its own codes; member prefixes win over item barcodes."""

    member_prefixes: tuple[str, ...] = ()
    measured: tuple[MeasuredBarcode, ...] = ()


@dataclass(frozen=True, slots=True)
class EmbeddedValue:
    """A weight or price read out of a barcode: `amount` counts units of 10**-decimals."""

    measure: EmbeddedMeasure
    amount: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Scan:
    """One scanned text, told apart; `raw` is clean text, `shown` is what a person may be shown of it."""

    kind: ScanKind
    raw: str
    shown: str
    order_number: str | None = None
    token: str | None = None
    bag: int | None = None
    shelf: str | None = None
    card: str | None = None
    barcode: str | None = None
    embedded: EmbeddedValue | None = None


def encode_token(secret: bytes) -> str:
    """Write 16 random bytes as 26 upper-case base32 characters."""
    if len(secret) != TOKEN_BYTES:
        raise ValueError(f"a token is {TOKEN_BYTES} bytes, not {len(secret)}")
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token as hex, the only form in which it is stored."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def token_matches(token: str, stored_hash: str) -> bool:
    """Compare a shown token with a stored hash in constant time."""
    return hmac.compare_digest(token_hash(token).encode("ascii"), stored_hash.encode("utf-8", "replace"))


def collect_code(order_number: str, token: str) -> str:
    """Return the text of the QR code a customer shows at the counter."""
    return _written(f"CO1.{_checked(order_number)}.{token}", _COLLECT)


def bag_code(order_number: str, bag: int) -> str:
    """Return the text of the code on one bag of an order, counted from 1."""
    return _written(f"BG1.{_checked(order_number)}.{bag}", _BAG)


def shelf_code(shelf: str) -> str:
    """Return the text of the code on a shelf."""
    return _written(f"SH1.{shelf}", _SHELF)


def staff_badge_code(token: str) -> str:
    """Return the text of the code on a staff badge."""
    return _written(f"ST1.{token}", _BADGE)


def member_card_code(card: str) -> str:
    """Return the text of the code on a member card."""
    return _written(f"MC1.{card}", _MEMBER)


def _checked(order_number: str) -> str:
    if not is_order_number(order_number):
        raise ValueError(f"not an order number: {order_number[:SHOWN_LENGTH]!r}")
    return order_number


def _written(text: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(text):
        raise ValueError(f"these parts make no code: {text[:SHOWN_LENGTH]!r}")
    return text


def barcode_is_valid(digits: str) -> bool:
    """Tell whether an EAN-8, UPC-A, EAN-13 or GTIN-14 ends in its right check digit."""
    if len(digits) not in (8, 12, 13, 14) or not (digits.isascii() and digits.isdigit()):
        return False
    return digits[-1] == barcode_check_digit(digits[:-1])


def barcode_check_digit(digits: str) -> str:
    """Return the GS1 check digit that follows these digits."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def canonical_barcode(digits: str) -> str:
    """Return the one form a barcode is stored and searched in: a UPC-A and a case's GTIN-14 as EAN-13."""
    if len(digits) == 12:
        return "0" + digits
    if len(digits) == 14 and digits[0] == "0":
        return digits[1:]
    return digits


def clean(text: str) -> str:
    """Strip control and format characters, surrounding blanks and a scanner's AIM symbology id."""
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp")).strip()
    return _AIM_ID.sub("", kept, count=1) if _AIM_ID.match(kept) else kept


def classify(text: str, settings: ScanSettings) -> Scan:
    """Tell what a scanned text is; anything not understood is unknown and says what it saw."""
    if len(text) > MAX_SCAN_BYTES or len(text.encode("utf-8", "replace")) > MAX_SCAN_BYTES:
        return _unknown(text)
    raw = clean(text)
    found = None
    if raw.isascii():
        found = _own_code(raw) or _member_card(raw, settings) or _item(raw, settings)
    return found or _order_on_other_keyboard(raw) or _unknown(raw)


def _order_on_other_keyboard(raw: str) -> Scan | None:
    """Read a code that a wrongly set scanner garbled; the order number's check digit proves the guess."""
    for keyboard in _KEYBOARDS:
        meant = raw.translate(keyboard)
        found = _own_code(meant) if meant != raw and meant.isascii() else None
        if found is not None and found.order_number is not None:
            return found
    return None


def _own_code(raw: str) -> Scan | None:
    """Read one of our own codes; capitals only matter in a shelf's name."""
    text, shown = raw.upper(), _shown(raw)
    if match := _COLLECT.fullmatch(text):
        order_number, token = match.groups()
        if is_order_number(order_number):
            return Scan(ScanKind.COLLECT_CODE, text, order_number, order_number=order_number, token=token)
    elif match := _BAG.fullmatch(text):
        order_number, bag = match.groups()
        if is_order_number(order_number):
            return Scan(ScanKind.BAG, text, shown, order_number=order_number, bag=int(bag))
    elif match := _BADGE.fullmatch(text):
        return Scan(ScanKind.STAFF_BADGE, text, "ST1.…", token=match.group(1))
    elif match := _SHELF.fullmatch(raw):
        return Scan(ScanKind.SHELF, raw, shown, shelf=match.group(1))
    elif match := _MEMBER.fullmatch(text):
        return Scan(ScanKind.MEMBER_CARD, text, shown, card=match.group(1))
    elif is_order_number(text):
        return Scan(ScanKind.ORDER_NUMBER, text, text, order_number=text)
    return None


def _member_card(raw: str, settings: ScanSettings) -> Scan | None:
    text = raw.upper()
    if not _BARE_MEMBER.fullmatch(text):
        return None
    if any(prefix and text.startswith(prefix.upper()) for prefix in settings.member_prefixes):
        return Scan(ScanKind.MEMBER_CARD, raw, _shown(raw), card=text)
    return None


def _item(raw: str, settings: ScanSettings) -> Scan | None:
    gs1 = _GS1_ITEM.match(raw)
    digits = gs1.group(1) if gs1 and len(raw) >= 16 else raw
    if not barcode_is_valid(digits):
        return None
    barcode = canonical_barcode(digits)
    for form in settings.measured:
        if len(barcode) == 13 and barcode.startswith(form.prefix):
            return _measured_item(raw, barcode, form)
    return Scan(ScanKind.ITEM, raw, _shown(raw), barcode=barcode)


def _measured_item(raw: str, barcode: str, form: MeasuredBarcode) -> Scan:
    """Read the value; the item is found under the same barcode with its value digits zero."""
    value = EmbeddedValue(form.measure, int(barcode[12 - form.value_digits : 12]), form.decimals)
    item = barcode[: form.value_start].ljust(12, "0")
    return Scan(ScanKind.ITEM, raw, _shown(raw), barcode=item + barcode_check_digit(item), embedded=value)


def _unknown(text: str) -> Scan:
    kept = mask_card_numbers(clean(text[: MAX_SCAN_BYTES + 1]))
    return Scan(ScanKind.UNKNOWN, kept[:MAX_SCAN_BYTES], _shown(kept))


def _shown(text: str) -> str:
    """Shorten a text for a notice; what cannot be printed becomes a question mark."""
    printable = "".join(c if c.isprintable() else "?" for c in text)
    return printable if len(printable) <= SHOWN_LENGTH else printable[: SHOWN_LENGTH - 1] + "…"
