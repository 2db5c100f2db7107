"""How each caller makes each call of the table: the address of a thing, what is shown and sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from site_sync.domain.permissions import Role
from site_sync.manager.message_pages import sms_facts, words_of
from site_sync.manager.seen_marks import mark_of
from site_sync.manager.staff_pages import fields_of
from site_sync.manager.visit import COOKIE
from site_sync.service import enrolment, orders, staffing
from site_sync.service.notify.message_outbox import Channel, MessageKind
from site_sync.service.notify.phrases import Place
from tests.security.matrix import ROWS, Door, Row
from tests.security.world import OWN_ENDPOINTS, STORES, Caller, World, code_for_a_till
from tests.service.web_shop import euro

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
OF_A_STORE = ("reference", "order_id", "store", "device_id", "staff_id", "problem_id", "document_id")
_PART = re.compile(r"\{(\w+)(?::path)?\}")
_FRESH: Iterator[int] = count(1)
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One caller at one address, about a thing of one store where it has one."""

    row: Row
    caller: Caller
    place: str

    def __str__(self) -> str:
        return f"{self.row.call} by {self.caller.name}{' on ' + self.place if self.place else ''}"


def cells(world: World) -> list[Cell]:
    """Every cell of the table."""
    return [
        Cell(row, caller, place)
        for row in ROWS
        for caller in world.callers
        for place in _places(row)
        if not caller.sender or row.door is Door.SIGNED  # elsewhere who signs bodies is nobody
    ]


def _places(row: Row) -> tuple[str, ...]:
    parts = _PART.findall(row.call)
    of_a_store = any(part in OF_A_STORE for part in parts) or "/stores/{code}" in row.call
    return STORES if of_a_store else ("right", "wrong") if row.door is Door.LINK else ("",)


def _person(cell: Cell) -> int:
    letter = cell.caller.person
    if not letter:
        return 303
    if letter not in cell.row.who:
        return 403
    foreign = cell.place and cell.caller.store and cell.place != cell.caller.store
    answers = [status for letters, status in cell.row.elsewhere.items() if letter in letters]
    return answers[0] if foreign and answers else cell.row.passes


def expected(cell: Cell) -> int:
    """What the table says of a cell."""
    row, caller = cell.row, cell.caller
    match row.door:
        case Door.PAGE | Door.FORM:
            return _person(cell)
        case Door.TILL:
            return row.passes if caller.till and not caller.refused else caller.refused or 401
        case Door.KEY:
            if not caller.scopes:
                return 401
            if row.who not in caller.scopes:
                return 403
            return row.foreign if row.foreign and caller.shop == "other" else row.passes
        case Door.SIGNED:
            return row.passes if caller.sender == row.who else row.foreign
        case Door.LINK:
            return row.passes if cell.place == "right" else 404
        case Door.OPEN:
            return row.passes


class Calls:
    """Makes the calls of one world."""

    def __init__(self, world: World, http: httpx.Client) -> None:
        self._world = world
        self._http = http
        self._order = self._of_the_shop("orders", _shop_order())["id"]
        self._hold = self._of_the_shop("holds", BODIES["POST /api/v1/holds"](world, None))["hold"]

    def _of_the_shop(self, kind: str, body: Fields) -> Fields:
        """A thing that belongs to the web shop of the keys."""
        key = next(caller for caller in self._world.callers if caller.name == "key for all").bearer
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"first-{kind}"}
        answer = self._http.post(f"/api/v1/{kind}", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def answer(self, cell: Cell) -> httpx.Response:
        """A cell's answer; 599 where the site broke off."""
        try:
            return self.make(cell)
        except httpx.TransportError:
            return httpx.Response(599)

    def make(self, cell: Cell, *, token: bool = True, **headers: str) -> httpx.Response:
        """Make a cell's call; a form without its token if told so."""
        method, _, path = cell.row.call.partition(" ")
        fields = self._fields(cell, method)
        shown = self._shown(cell.caller) | headers
        address = self.address(cell)
        if cell.row.door is Door.FORM or path.startswith("/manager"):
            if token:
                fields = fields | {"csrf": self._world.sessions.get(cell.caller.person, ("", ""))[1]}
            return self._send_form(method, address, fields, shown)
        if cell.row.door is Door.LINK or method == "GET":
            content = urlencode(fields) if method == "POST" else None
            return self._http.request(method, address, content=content, headers=shown | FORM)
        raw = json.dumps(fields).encode()
        if cell.row.door is Door.SIGNED and cell.caller.sender:
            shown |= self._world.senders[cell.caller.sender].headers(raw)
        if method in ("POST", "PATCH") and cell.row.door is Door.KEY:
            shown |= {"Idempotency-Key": f"call-{next(_FRESH)}", "If-Match": '"99"'}
        return self._http.request(method, address, content=raw, headers=shown | JSON)

    def address(self, cell: Cell) -> str:
        """Where a cell calls."""
        path = cell.row.call.partition(" ")[2]
        address = _PART.sub(lambda part: quote(self._value(part.group(1), cell), safe="/"), path)
        return address + QUERIES.get(cell.row.call, "")

    def _send_form(self, method: str, address: str, fields: Fields, shown: dict[str, str]) -> httpx.Response:
        if method == "GET":
            return self._http.get(address, headers=shown)
        if address.endswith("/logo"):
            return self._http.post(
                address, data=fields, files={"logo": ("x.png", b"no picture")}, headers=shown
            )
        return self._http.post(address, content=urlencode(fields, doseq=True), headers=shown | FORM)

    def _shown(self, caller: Caller) -> dict[str, str]:
        if caller.person:
            return {"Cookie": f"{COOKIE}={self._world.sessions[caller.person][0]}"}
        return {"Authorization": f"Bearer {caller.bearer}"} if caller.bearer else {}

    def _value(self, part: str, cell: Cell) -> str:
        """What stands in an address for a part of the row's."""
        place = cell.place if cell.place in STORES else "S01"
        order, links = self._world.orders[place], self._world.links()
        page = (links.page(order) or "").rpartition("/")[2]
        if part == "token" and "{number}" in cell.row.call:
            page = (links.collector_page(order) or "").rpartition("/")[2]
        path, caller = cell.row.call, cell.caller.name
        values: dict[str, str] = {
            "reference": order.number, "order_id": order.id, "number": order.number, "store": place,
            "code": "collect" if "/lists/" in path else place, "staff_id": f"person-{place}",
            "device_id": f"device-{place}-08", "problem_id": f"problem-{place}", "sku": "JKT",
            "act": "run" if "/import/" in path else "note",
            "name": "methods" if "/lists/" in path else self._world.backup,
            "kind": "gift_card", "key": "cust" if "/people/" in path else "m1",
            "connector_id": "stranger",
            "endpoint_id": "endpoint-",
            "endpoint": OWN_ENDPOINTS.get(caller, "endpoint-shop"), "key_id": "key-spare", "button": "here",
            "token": page if cell.place != "wrong" else "A" * 26, "hold": self._hold,
            "order": self._order, "file": "manager.css",
            "ending": "csv", "import_id": "table", "document_id": f"document-{place}", "step": "goods",
            "connector": f"{cell.row.who}-1",
        }  # fmt: skip
        return values[part]

    def _fields(self, cell: Cell, method: str) -> Fields:
        make = BODIES.get(cell.row.call)
        return make(self._world, cell) if make is not None and method != "GET" else {}


CARD = "4111111111111111"
"""A card number that a person writes where none belongs."""


def _shop_order() -> Fields:
    return {
        "external_id": f"e-{next(_FRESH)}",
        "delivery": {"method": "collect", "store": "S01"},
        "customer": {"name": "Maria Jensen", "email": "maria@example.com"},
        "lines": [{"sku": "BAG", "quantity": 1}],
        "comment": f"Paid with {CARD}",
    }


def _note(world: World, cell: Cell) -> Fields:
    order = world.site.database.read(lambda db: orders.load(db, world.orders[cell.place].id))
    assert order is not None
    return {"text": f"paid with {CARD}", "version": str(order.version)}


def _envelope(world: World, cell: Cell) -> Fields:
    store = cell.caller.till or "S01"
    device = world.site.database.read(lambda db: enrolment.find(db, f"device-{store}-02"))
    assert device is not None
    return {"protocol": 1, "envelopes": [{
        "device": device.id, "incarnation": device.incarnation, "seq": 99, "command_id": f"c-{next(_FRESH)}",
        "epoch": world.site.identity.epoch, "base_version": None, "staff": "anna", "approver": None,
        "till_time": world.site.now().isoformat(), "schema_version": 1, "payload_kind": "order",
        "payload": "{}", "payload_hash": "", "previous_hash": "",
    }]}  # fmt: skip


def _person_kept(world: World, cell: Cell) -> Fields:
    known = world.site.database.read(lambda db: staffing.find(db, f"person-{cell.place}"))
    assert known is not None
    seen = mark_of(fields_of(known))
    kept = {"name": "Someone", "role": Role.CASHIER.value, "active": "yes", "stores": [cell.place]}
    return {**kept, "seen": seen}


_MESSAGE = {"channel": "email", "kind": "ready", "language": "en", "method": "", "subject": "{{ number }}"}
_MESSAGE |= {"title": "Ready", "text": "{{ number }}"}


def _message(world: World, cell: Cell) -> Fields:
    place = Place(Channel.EMAIL, MessageKind.READY, "en")
    return {**_MESSAGE, "seen": mark_of(world.site.database.read(lambda db: words_of(db, place)))}


QUERIES = {
    "GET /sync/v1/orders": "?query=Maria",
    "GET /sync/v1/receipts": "?number=none",
    "GET /manager/messages/edit": "?channel=email&kind=ready&language=en",
    "GET /manager/messages/preview": "?channel=email&kind=ready&language=en",
}
_HOLDER = {"kind": "gift_card", "key": "GC10029876"}
BODIES: dict[str, Callable[..., Fields]] = {
    "POST /sync/v1/enrol": lambda world, _: {"code": code_for_a_till(world.site)},
    "POST /sync/v1/commands": _envelope,
    "POST /sync/v1/balances": lambda *_: {"holders": [_HOLDER], "currency": "EUR"},
    "POST /sync/v1/holds": lambda *_: {"id": f"h{next(_FRESH)}", "holder": _HOLDER, "amount": euro(1)},
    "POST /sync/v1/holds/release": lambda *_: {"ids": ["none"]},
    "POST /sync/v1/returns": lambda *_: {
        "id": f"r{next(_FRESH)}", "sale": "none", "staff": "anna", "lines": [{"line": 1, "units": 1}]
    },
    "POST /api/v1/availability": lambda *_: {"lines": [{"sku": "JKT", "quantity": 1}]},
    "POST /api/v1/holds": lambda *_: {"store": "S01", "lines": [{"sku": "BAG", "quantity": 1}]},
    "POST /api/v1/orders": lambda *_: _shop_order(),
    "PATCH /api/v1/orders/{order}": lambda *_: {"comment": "later"},
    "POST /api/v1/orders/{order}/payments": lambda *_: {
        "reference": f"p{next(_FRESH)}", "kind": "captured", "tender": "online", "amount": euro(1)
    },
    "POST /api/v1/orders/{order}/cancel": lambda *_: {"reason": "", "lines": [{"line": 9, "quantity": 1}]},
    "POST /api/v1/webhook-endpoints": lambda *_: {"url": "https://1.1.1.1/hear", "events": []},
    "POST /manager/messages/sms": lambda world, _: {
        "sms_when": "never", "seen": mark_of(world.site.database.read(sms_facts))
    },
    "POST /manager/messages/save": _message,
    "POST /manager/messages/reset": _message,
    "POST /manager/messages/preview": lambda *_: _MESSAGE,
    "POST /manager/messages/test": lambda *_: _MESSAGE | {"to": "a@example.com"},
    "POST /manager/orders/{order_id}/{act}": _note,
    "POST /manager/staff/{staff_id}": _person_kept,
    "POST /manager/tills": lambda *_: {"store": "S01", "till": "09", "profile": "till"},
}  # fmt: skip
"""What is sent where an empty body would be refused before anybody's rights are looked at."""
