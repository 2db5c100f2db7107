"""What tills and web shops' programs send in bodies and headers: envelopes, payloads, orders, cursors."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request

from site_sync.domain.leases import Drawn, LeaseReturn
from site_sync.domain.money import Money
from site_sync.domain.particulars import Tendered
from site_sync.domain.problems import Choice, ProblemEnd
from site_sync.domain.receipt_mail import ReceiptMail
from site_sync.domain.sales import AuditSeal, Sale, SaleLine, ShiftAct, ShiftEntry
from site_sync.protocol import codec, web_shop
from site_sync.protocol.changes import Start
from site_sync.protocol.codec import Codec, Malformed
from site_sync.protocol.envelope import PayloadKind, Push
from site_sync.protocol.problems import ProblemFound
from site_sync.service import changes, intake_acts
from site_sync.service.api import bodies_in, sync, web_shop_calls
from site_sync.service.web_order_list import read_cursor, write_cursor
from tests.campaigns.parsers import damage
from tests.campaigns.parsers.subject import Subject
from tests.protocol.test_versions import recorded
from tests.service.shop import ANNA, NOON
from tests.service.web_shop import euro, line

LINE = SaleLine(1, "JKT", "Trail jacket", 2, Money(12_900, "EUR"), 2500, note="return:sale-1:1")
SALE = Sale("s1", "S01-02-000001-3", "S01", "02", "shift-1", ANNA, NOON, "EUR", (LINE,),
            (Tendered("t1", "cash", Money(25_800, "EUR")),), Money(0, "EUR"))  # fmt: skip
SHIFT = ShiftEntry("e1", "shift-1", ShiftAct.CLOSE, "S01", "02", ANNA, NOON, Money(9, "EUR"), "x",
                   (AuditSeal(3, "ab"),))  # fmt: skip
MAIL = ReceiptMail("m1", "S01", "02", ANNA, NOON, "maria@example.com", '{"blocks": []}')
END = ProblemEnd("p1", "problem-1", next(iter(Choice)), NOON, ANNA, "S01", "02", "seen")
BACK = LeaseReturn("l1", NOON, "S01", "02", (Drawn("lease-1", "JKT", 2),))
CODECS: dict[PayloadKind, Codec[Any]] = {
    PayloadKind.ORDER: codec.COMMAND,
    PayloadKind.SALE: codec.SALE,
    PayloadKind.SHIFT: codec.SHIFT_ENTRY,
    PayloadKind.MAIL: codec.RECEIPT_MAIL,
    PayloadKind.PROBLEM: codec.PROBLEM_END,
    PayloadKind.LEASE: codec.LEASE_RETURN,
}
PUSHES = [recorded(version, "push") for version in (1, 2)]
PAYLOADS: list[tuple[PayloadKind, Any]] = [
    (PayloadKind(one["payload_kind"]), json.loads(one["payload"]))
    for push in PUSHES
    for one in push["envelopes"]
]
PAYLOADS += [
    (PayloadKind.SALE, codec.SALE.data(SALE)),
    (PayloadKind.SHIFT, codec.SHIFT_ENTRY.data(SHIFT)),
    (PayloadKind.MAIL, codec.RECEIPT_MAIL.data(MAIL)),
    (PayloadKind.PROBLEM, codec.PROBLEM_END.data(END)),
    (PayloadKind.LEASE, codec.LEASE_RETURN.data(BACK)),
]
ORDER_BODY = {
    "external_id": "A-17", "source": "web-shop", "placed_at": "2026-11-20T11:00:00Z",
    "delivery": {"method": "collect", "store": "S01", "requested_at": "2026-11-21T11:00:00+01:00"},
    "customer": {"name": "Maria Jensen", "email": "maria@example.com", "phone": "+4533111111",
                 "language": "da"},
    "collector": {"name": "Dev Nair", "phone": "+4533111112"},
    "lines": [line("JKT", 2, tax_rate="25.00", note="blue"),
              line("STV", unit_price=euro(3_900), discount=euro(400))],
    "payments": [{"reference": "p1", "kind": "captured", "tender": "online", "amount": euro(3_500)}],
    "hold": "h_1", "comment": "ring\ntwice", "allow_partial": True,
}  # fmt: skip
BODIES: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (web_shop.OrderRequest, ORDER_BODY),
    (web_shop.AvailabilityRequest, {"store": "S01", "lines": [line("JKT", 3)]}),
    (web_shop.HoldRequest, {"store": "S01", "lines": [line("JKT", 3)], "minutes": 10}),
    (web_shop.CancelRequest, {"lines": [{"line": 1, "quantity": 2}], "reason": "late"}),
    (web_shop.AmendRequest, {"delivery": {"store": "S02"}, "lines": [{"line": 1, "quantity": 0}],
                             "add_lines": [line("STV")], "customer": {"phone": "+4533111111"}}),
    (web_shop.Payment, {"reference": "r1", "kind": "refund", "refund_of": "p1", "amount": euro(35)}),
    (web_shop.EndpointRequest, {"url": "https://shop.example.com/hooks?a=1", "events": ["order.created"]}),
)  # fmt: skip
START = {"protocol": 3, "incarnation": 2, "version": "1.0", "leases": True}
READERS = {words: web_shop.Reader(words) for words, _ in BODIES}
QUERIES: tuple[tuple[type[Any], dict[str, str]], ...] = (
    (web_shop.OrdersQuery, {"external_id": "A-17", "updated_since": "2026-11-20T11:00:00Z", "stage": "open",
                            "store": "S01", "cursor": "YWJj", "limit": "50"}),
    (web_shop.ItemsQuery, {"cursor": "YWJj", "limit": "10", "updated_since": "2026-11-20T11:00:00+01:00"}),
    (web_shop.StoresQuery, {"click_and_collect": "true", "near": "55.68,12.59"}),
)  # fmt: skip
HEADERS: tuple[tuple[str, str, Callable[[Request], object]], ...] = (
    ("if-match", 'W/"17"', web_shop_calls.expected_version),
    ("if-match", '"999999999"', web_shop_calls.expected_version),
    ("idempotency-key", "5c2f9a1e-key.1", web_shop_calls.idempotency_key),
    ("authorization", "Bearer hk_0123456789abcdef", bodies_in.bearer),
    (sync.PROTOCOL_HEADER.lower(), "3", sync.spoken),
)
CURSORS: tuple[tuple[str, Callable[[str], object]], ...] = (
    (changes.cursor_text("epoch-1", 318), changes.cursor_place),
    (write_cursor("2026-11-20T11:00:00+00:00", "order-1"), lambda text: read_cursor(text, 2)),
    (write_cursor("JKT"), lambda text: read_cursor(text, 1)),
)


def _payload(sent: tuple[PayloadKind, bytes]) -> None:
    """Read what an envelope carries; what the till wrote and the site read is one and the same."""
    kind, raw = sent
    value = CODECS[kind].load(raw)
    assert CODECS[kind].load(CODECS[kind].text(value)) == value, sent
    if isinstance(value, Sale):
        _ = [one.returned for one in value.lines]


def _push(raw: bytes) -> None:
    """Read envelopes as the site does, with what is asked of each before it is worked."""
    push = bodies_in.parse_words(raw, Push)
    for envelope in push.envelopes:
        intake_acts.subject_of(envelope)
        assert len(envelope.chain_hash) == 64
        assert not envelope.intact or envelope.payload_hash
    assert bodies_in.parse_words(push.model_dump_json().encode(), Push) == push


def _shop_body(sent: tuple[type[Any], bytes]) -> None:
    words, raw = sent
    READERS[words].read(raw)


def _asked(headers: Mapping[str, bytes] | None = None, query: bytes = b"") -> Request:
    listed = [(name.encode(), value) for name, value in (headers or {}).items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": listed, "query_string": query})


def _query(sent: tuple[type[Any], bytes]) -> None:
    words, text = sent
    web_shop_calls.read_query(_asked(query=text), words)


def _query_sent(chance: random.Random) -> tuple[type[Any], bytes]:
    words, sample = chance.choice(QUERIES)
    name = chance.choice(list(sample))
    given = sample | {name: damage.text(chance, sample[name])}
    text = "&".join(f"{key}={value}" for key, value in given.items() if chance.random() < 0.9)
    return words, damage.text(chance, text).encode("utf-8", "surrogatepass")


def _header(sent: tuple[Callable[[Request], object], str, bytes]) -> None:
    read, name, value = sent
    read(_asked({name: value}))


def _header_sent(chance: random.Random) -> tuple[Callable[[Request], object], str, bytes]:
    name, sample, read = chance.choice(HEADERS)
    return read, name, damage.text(chance, sample).encode("utf-8", "surrogatepass")


def _cursor(sent: tuple[str, Callable[[str], object]]) -> None:
    text, read = sent
    read(text)


def _cursor_sent(chance: random.Random) -> tuple[str, Callable[[str], object]]:
    sample, read = chance.choice(CURSORS)
    return damage.text(chance, sample), read


def _bodies(pairs: Any) -> Callable[[random.Random], Any]:
    """Makes damaged bodies of one of some pairs of what reads them and a sample."""

    def make(chance: random.Random) -> Any:
        reads, sample = chance.choice(pairs)
        return reads, damage.body(chance, sample)

    return make


SENT = {
    "envelopes": Subject(lambda chance: damage.body(chance, chance.choice(PUSHES)), _push, (ProblemFound,)),
    "payloads": Subject(_bodies(PAYLOADS), _payload, (Malformed,)),
    "starts": Subject(
        lambda chance: damage.body(chance, START),
        lambda raw: bodies_in.parse_words(raw, Start), (ProblemFound,),
    ),
    "shop-bodies": Subject(_bodies(BODIES), _shop_body, (Malformed,)),
    "shop-queries": Subject(_query_sent, _query, (ProblemFound,)),
    "headers": Subject(_header_sent, _header, (ProblemFound,)),
    "cursors": Subject(_cursor_sent, _cursor, (ProblemFound, ValueError)),
}  # fmt: skip
