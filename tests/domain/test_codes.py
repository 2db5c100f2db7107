"""Codes are written in one form and every scan is told apart without ever failing."""

import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_sync.domain import codes
from site_sync.domain.codes import (
    EmbeddedMeasure,
    EmbeddedValue,
    MeasuredBarcode,
    Scan,
    ScanKind,
    ScanSettings,
    classify,
)
from site_sync.domain.numbers import till_number, web_number

PLAIN = ScanSettings()
ORDER = till_number("S01", "02", 318)
TOKEN = codes.encode_token(bytes(range(16)))
QR_ALPHANUMERIC = frozenset(string.digits + string.ascii_uppercase + " $%*+-./:")

order_numbers = st.one_of(
    st.builds(
        till_number,
        st.from_regex(r"[A-Z][A-Z0-9]{0,3}", fullmatch=True),
        st.from_regex(r"[0-9]{2}", fullmatch=True),
        st.integers(0, 999_999),
        quote=st.booleans(),
    ),
    st.builds(web_number, st.integers(0, 999_999_999)),
)
tokens = st.binary(min_size=16, max_size=16).map(codes.encode_token)
measured_settings = ScanSettings(
    member_prefixes=("29", "VIP"),
    measured=(
        MeasuredBarcode("21", EmbeddedMeasure.WEIGHT, decimals=3),
        MeasuredBarcode("22", EmbeddedMeasure.PRICE, decimals=2, item_digits=5, value_has_check_digit=True),
    ),
)


def with_check_digit(digits: str) -> str:
    return digits + codes.barcode_check_digit(digits)


@given(order_numbers, tokens)
def test_a_collect_code_comes_back_as_it_was_written(order_number: str, token: str) -> None:
    text = codes.collect_code(order_number, token)
    scan = classify(text, PLAIN)
    assert (scan.kind, scan.order_number, scan.token) == (ScanKind.COLLECT_CODE, order_number, token)
    assert token not in scan.shown
    assert set(text) <= QR_ALPHANUMERIC


def test_a_tills_collect_code_fits_version_3_at_level_q() -> None:
    assert len(codes.collect_code(till_number("S001", "02", 318), TOKEN)) <= 47


GERMAN = str.maketrans({"-": "ß", "Y": "Z", "Z": "Y"})
DANISH = str.maketrans({"-": "+"})


@given(order_numbers, tokens, st.sampled_from([GERMAN, DANISH]))
def test_a_scanner_set_to_another_keyboard_is_understood(
    order_number: str, token: str, keyboard: dict[int, str]
) -> None:
    text = codes.collect_code(order_number, token)
    assert classify(text.translate(keyboard), PLAIN) == classify(text, PLAIN)
    bag = codes.bag_code(order_number, 3)
    assert classify(bag.translate(keyboard), PLAIN) == classify(bag, PLAIN)


@given(order_numbers, st.integers(1, 999))
def test_a_bag_code_comes_back_as_it_was_written(order_number: str, bag: int) -> None:
    scan = classify(codes.bag_code(order_number, bag), PLAIN)
    assert (scan.kind, scan.order_number, scan.bag) == (ScanKind.BAG, order_number, bag)


@given(order_numbers)
def test_a_bare_order_number_opens_but_proves_nothing(order_number: str) -> None:
    scan = classify(order_number.lower(), PLAIN)
    assert (scan.kind, scan.order_number, scan.token) == (ScanKind.ORDER_NUMBER, order_number, None)


@pytest.mark.parametrize("shelf", ["B3", "Rack 2-A", "Hinten links.4", "a"])
def test_a_shelf_code_keeps_the_shelfs_own_spelling(shelf: str) -> None:
    scan = classify(codes.shelf_code(shelf), PLAIN)
    assert (scan.kind, scan.shelf) == (ScanKind.SHELF, shelf)


def test_staff_badge_and_member_card() -> None:
    badge = classify(codes.staff_badge_code(TOKEN), PLAIN)
    assert (badge.kind, badge.token) == (ScanKind.STAFF_BADGE, TOKEN)
    assert TOKEN not in badge.shown
    card = classify(codes.member_card_code("M-10042"), PLAIN)
    assert (card.kind, card.card) == (ScanKind.MEMBER_CARD, "M-10042")


@pytest.mark.parametrize(
    ("text", "card"),
    [("vip10042", "VIP10042"), ("2912345", "2912345"), (with_check_digit("290000000012"), "2900000000124")],
)
def test_a_bare_member_card_is_known_by_the_stores_prefix(text: str, card: str) -> None:
    scan = classify(text, measured_settings)
    assert (scan.kind, scan.card) == (ScanKind.MEMBER_CARD, card)
    assert classify(text, PLAIN).card is None


@pytest.mark.parametrize(
    ("text", "barcode"),
    [
        ("4006381333931", "4006381333931"),
        ("73513537", "73513537"),
        ("036000291452", "0036000291452"),
        ("0036000291452", "0036000291452"),
        ("00036000291452", "0036000291452"),
        ("]E04006381333931", "4006381333931"),
        ("]C10104006381333931", "4006381333931"),
        ("\x024006381333931\r\n", "4006381333931"),
    ],
)
def test_item_barcodes_take_one_form(text: str, barcode: str) -> None:
    scan = classify(text, PLAIN)
    assert (scan.kind, scan.barcode, scan.embedded) == (ScanKind.ITEM, barcode, None)


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_no_item(digits: str, place: int, shift: int) -> None:
    good = with_check_digit(digits)
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    assert classify(good, PLAIN).kind is ScanKind.ITEM
    assert classify(wrong, PLAIN).kind is ScanKind.UNKNOWN


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_weighed_item_keeps_its_lookup_code_whatever_it_weighs(item: int, grams: int) -> None:
    scan = classify(with_check_digit(f"21{item:05d}{grams:05d}"), measured_settings)
    assert scan.embedded == EmbeddedValue(EmbeddedMeasure.WEIGHT, grams, 3)
    assert scan.barcode == with_check_digit(f"21{item:05d}00000")


def test_a_price_behind_its_own_check_digit() -> None:
    scan = classify(with_check_digit("221234570499"), measured_settings)
    assert scan.embedded == EmbeddedValue(EmbeddedMeasure.PRICE, 499, 2)
    assert scan.barcode == with_check_digit("221234500000")


@pytest.mark.parametrize("prefix", ["", "1", "30", "2x", "200"])
def test_only_in_store_prefixes_hold_a_measure(prefix: str) -> None:
    with pytest.raises(ValueError, match="in-store prefix"):
        MeasuredBarcode(prefix, EmbeddedMeasure.WEIGHT, decimals=3)


def test_a_measure_without_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="value digits"):
        MeasuredBarcode("21", EmbeddedMeasure.WEIGHT, decimals=3, item_digits=10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        f"CO1.{ORDER}.{TOKEN[:-1]}",
        f"CO1.{ORDER[:-1]}{(int(ORDER[-1]) + 1) % 10}.{TOKEN}",
        f"CO2.{ORDER}.{TOKEN}",
        f"BG1.{ORDER}.0",
        f"BG1.{ORDER}.1000",
        "SH1.",
        "SH1.<b>bold</b>",
        "MC1.=1+1",
        "ST1.short",
        "４００６３８１３３３９３１",
        "http://example.org/a?b=c",
    ],
)
def test_what_is_not_understood_is_unknown(text: str) -> None:
    scan = classify(text, measured_settings)
    assert scan == Scan(ScanKind.UNKNOWN, codes.clean(text), scan.shown)


def test_an_unknown_code_says_what_it_saw_shortened() -> None:
    scan = classify("x" * 100, PLAIN)
    assert scan.shown == "x" * 39 + "…"


def test_oversized_input_is_cut() -> None:
    scan = classify("A" * 10_000_000, PLAIN)
    assert scan.kind is ScanKind.UNKNOWN
    assert len(scan.raw) == codes.MAX_SCAN_BYTES


@given(st.text(max_size=600), st.sampled_from([PLAIN, measured_settings]))
def test_arbitrary_text_never_fails(text: str, settings: ScanSettings) -> None:
    scan = classify(text, settings)
    assert scan.shown.isprintable()
    assert len(scan.shown) <= codes.SHOWN_LENGTH
    assert len(scan.raw) <= codes.MAX_SCAN_BYTES


@given(
    st.sampled_from(["CO1.", "BG1.", "ST1.", "SH1.", "MC1.", "]Q3", "21", ORDER, f"CO1.{ORDER}."]),
    st.text(alphabet=[*sorted(QR_ALPHANUMERIC), "\x1d", "ß", "\ud800"], max_size=60),
)
def test_mangled_codes_of_ours_never_fail(start: str, rest: str) -> None:
    scan = classify(start + rest, measured_settings)
    assert scan.shown.isprintable()
    assert TOKEN not in scan.shown or scan.kind is ScanKind.UNKNOWN


@given(order_numbers, tokens)
def test_control_characters_around_and_inside_change_nothing(order_number: str, token: str) -> None:
    text = codes.collect_code(order_number, token)
    assert classify(f"]Q1\x02{text[:7]}\x1d{text[7:]}\x03\r\n", PLAIN) == classify(text, PLAIN)


@given(tokens, tokens)
def test_a_token_matches_only_its_own_hash(token: str, other: str) -> None:
    stored = codes.token_hash(token)
    assert stored == hashlib.sha256(token.encode()).hexdigest()
    assert codes.token_matches(token, stored)
    assert codes.token_matches(other, stored) is (other == token)


@given(st.text(max_size=30), st.text(max_size=30))
def test_matching_arbitrary_text_never_fails(token: str, stored: str) -> None:
    assert codes.token_matches(token, stored) is False


def test_a_token_is_16_bytes() -> None:
    assert len(TOKEN) == codes.TOKEN_LENGTH
    with pytest.raises(ValueError, match="16 bytes"):
        codes.encode_token(b"short")


@pytest.mark.parametrize("number", ["", "S01-02-000318-9", "x" * 300])
def test_a_code_is_not_written_for_a_wrong_order_number(number: str) -> None:
    with pytest.raises(ValueError, match="not an order number"):
        codes.collect_code(number, TOKEN)
    with pytest.raises(ValueError, match="not an order number"):
        codes.bag_code(number, 1)


def test_parts_that_make_no_code_are_refused() -> None:
    with pytest.raises(ValueError, match="no code"):
        codes.collect_code(ORDER, "lower-case")
    with pytest.raises(ValueError, match="no code"):
        codes.shelf_code("B3\n")


def test_what_is_not_understood_keeps_no_card_number() -> None:
    assert classify("card 4111 1111 1111 1111 exp 12/30", PLAIN).raw == "card **** 1111 exp 12/30"
