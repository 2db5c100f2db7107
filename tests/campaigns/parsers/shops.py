"""What connected shops send: documents of each kind, and the headers that sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Callable
from typing import Any

from site_sync.domain.policies import Policies
from site_sync.domain.shop import Store
from site_sync.service.connector_register import Connector, ConnectorKind, ConnectorSettings
from site_sync.service.connectors.reading import Doc, DocumentOdd
from site_sync.service.connectors.shop_order import KNOWN, Known, ShopOrder
from site_sync.service.connectors.signatures import base64_hmac_matches, standard_matches
from site_sync.service.connectors.target import TARGET, Means, NeedsMapping, make_target
from site_sync.service.connectors.working import READERS
from site_sync.service.database.records import Settled
from site_sync.service.web_order_words import BUILT_IN
from tests.campaigns.parsers import damage
from tests.campaigns.parsers.subject import Subject
from tests.service import shop
from tests.service.connectors.senders import SECRET, STANDARD_SECRET, hmac64
from tests.service.connectors.test_mutations import DOCUMENTS
from tests.service.shop import NOON

BODY = b'{"id": 17}'
STAMP = str(int(NOON.timestamp()))
SIGNED = {"webhook-id": "msg_1", "webhook-timestamp": STAMP}
KEY = base64.b64decode(STANDARD_SECRET.removeprefix("whsec_"))
SIGNED["webhook-signature"] = (
    "v1,"
    + base64.b64encode(hmac.new(KEY, f"msg_1.{STAMP}.".encode() + BODY, hashlib.sha256).digest()).decode()
)


ITEMS = {item.sku: item for item in (shop.JACKET, shop.STOVE, shop.TENT)}
PLACES = {code: Store(code, f"Shop {code}") for code in ("S01", "S02")}
SETTLED = Settled(1, PLACES, {}, Policies(), {}, {}, {})


def _means(kind: ConnectorKind) -> Means:
    """The small shop, as a document is measured by it."""
    connector = Connector("c", kind, "A shop", SECRET, settings=ConnectorSettings())
    return Means(connector, SETTLED, ITEMS, dict(BUILT_IN))


def _document(kind: ConnectorKind) -> Callable[[bytes], object]:
    """Reads a body of that kind of shop up to what the order shall be."""
    means = _means(kind)

    def read(raw: bytes) -> None:
        told = READERS[kind](Doc.parse(raw))
        if isinstance(told, ShopOrder):
            known = Known().with_order(told, hashlib.sha256(raw).hexdigest())
            kept = KNOWN.text(known)
            assert KNOWN.text(KNOWN.load(kept)) == kept, raw
            target = make_target(known, told, means)
            assert TARGET.load(TARGET.text(target)) == target, raw

    return read


def _signature(chance: random.Random) -> tuple[bytes, str, dict[str, str]]:
    given = SIGNED | {name: damage.text(chance, SIGNED[name]) for name in chance.choices(list(SIGNED), k=2)}
    body = damage.raw(chance, BODY) if chance.random() < 0.3 else BODY
    return body, damage.text(chance, hmac64(BODY)), given


def _matches(sent: tuple[bytes, str, dict[str, str]]) -> None:
    """Check signatures; nothing but what was signed is let in, blanks around it aside."""
    body, given, headers = sent
    if base64_hmac_matches(("other", SECRET), body, given):
        assert (body, given.strip()) == (BODY, hmac64(BODY)), sent
    if standard_matches((STANDARD_SECRET,), body, headers, NOON):
        assert (body, headers["webhook-id"]) == (BODY, SIGNED["webhook-id"]), sent


def _bodies(kind: ConnectorKind) -> Callable[[random.Random], Any]:
    return lambda chance: damage.body(chance, chance.choice(DOCUMENTS[kind]))


SHOPS = {
    kind.value: Subject(_bodies(kind), _document(kind), (DocumentOdd, NeedsMapping)) for kind in ConnectorKind
} | {"signatures": Subject(_signature, _matches)}
