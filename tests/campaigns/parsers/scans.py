"""What is scanned or typed at a till: codes, bar codes, the keys of a scanner, invitations, addresses."""

from __future__ import annotations

import random

from pos_app.hardware.scanner import BurstRecogniser, WedgeSettings
from site_sync.domain import codes
from site_sync.domain.codes import EmbeddedMeasure, MeasuredBarcode, ScanKind, ScanSettings, classify
from site_sync.domain.invitations import Invitation, read_invitation
from site_sync.domain.numbers import is_order_number, till_number, web_number
from site_sync.domain.receipt_mail import is_address
from tests.campaigns.parsers import damage
from tests.campaigns.parsers.subject import Subject

ORDER = till_number("S01", "02", 318)
TOKEN = codes.encode_token(bytes(range(16)))
STORE = ScanSettings(
    ("29", "VIP"),
    (
        MeasuredBarcode("21", EmbeddedMeasure.WEIGHT, 3),
        MeasuredBarcode("22", EmbeddedMeasure.PRICE, 2, 5, value_has_check_digit=True),
        MeasuredBarcode("2", EmbeddedMeasure.PRICE, 0, 4),
    ),
)
TEXTS = (
    ORDER, web_number(17), codes.collect_code(ORDER, TOKEN), codes.bag_code(ORDER, 12),
    codes.shelf_code("A-1.2/3"), codes.staff_badge_code(TOKEN), codes.member_card_code("VIP-0017"),
    "4006381333931", "96385074", "036000291452", "2112345012349", "2212345012346", "]C10104006381333931",
    "VIP-777", "290000017", "4111 1111 1111 1111", "https://shop.example/o/" + TOKEN, "",
)  # fmt: skip
ADDRESSES = ("maria@example.com", "o'neill+shop@mail.example.dk", "a@b.c")
WEDGES = (
    WedgeSettings(), WedgeSettings(suffix=""), WedgeSettings("\x02", "\x03"), WedgeSettings("~", "\r", 2, 8),
)  # fmt: skip


def _scan(text: str) -> None:
    """Tell a scan apart; what was understood reads the same again, wherever it is told on."""
    for settings in (ScanSettings(), STORE):
        scan = classify(text, settings)
        assert len(scan.shown) <= codes.SHOWN_LENGTH, scan
        assert scan.shown.isprintable(), scan
        assert scan.order_number is None or is_order_number(scan.order_number), scan
        assert scan.barcode is None or codes.barcode_is_valid(scan.barcode), scan
        assert scan.embedded is None or scan.embedded.amount >= 0, scan
        if scan.kind is not ScanKind.UNKNOWN:
            again = classify(scan.raw, settings)
            assert (again.kind, again.token, again.barcode) == (scan.kind, scan.token, scan.barcode), scan
    codes.token_matches(text, codes.token_hash(TOKEN))


def _keys(chance: random.Random) -> tuple[WedgeSettings, list[tuple[str, int]]]:
    """Keys as a scanner and hands type them, with the milliseconds before each."""
    settings = chance.choice(WEDGES)
    sent = settings.prefix + damage.text(chance, chance.choice(TEXTS)) + settings.suffix
    keys = [*sent, *chance.choices(("", "ab", "\r", "\t", *damage.SIGNS), k=chance.randint(0, 6))]
    return settings, [(key, chance.choice((0, 1, 3, 9, 39, 41, 500))) for key in keys]


def _burst(typed: tuple[WedgeSettings, list[tuple[str, int]]]) -> None:
    """Feed keys to the end; each is passed, given back or used up, none is lost or made up."""
    settings, keys = typed
    recogniser, held, now = BurstRecogniser(settings), 0, 0
    for key, pause in keys:
        now += pause
        for verdict in (recogniser.expire(now), recogniser.feed(key, now)):
            held -= verdict.release
            assert held >= 0, typed
            if verdict.code is not None:
                held = 0
                assert settings.min_length <= len(verdict.code) <= codes.MAX_SCAN_BYTES, typed
            elif verdict.hold:
                held += 1
    held -= recogniser.expire(now + 10_000).release
    assert held == 0 or not settings.suffix, typed


def _invitation(text: str) -> None:
    found = read_invitation(text)
    if found.mark:
        assert read_invitation(found.text) == found, text


SCANS = {
    "scans": Subject(lambda chance: damage.text(chance, chance.choice(TEXTS)), _scan),
    "wedge": Subject(_keys, _burst),
    "invitations": Subject(
        lambda chance: damage.text(chance, Invitation("ABCD2345", "23456789ABCDEFGH").text), _invitation
    ),
    "addresses": Subject(lambda chance: damage.text(chance, chance.choice(ADDRESSES)), is_address),
}
