"""What operators do about connectors, in the browser or on the command line: the rules of it, once."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from site_sync.protocol.changes import RecordKind
from site_sync.service import connector_register, sealing
from site_sync.service.connector_register import (
    Connector,
    ConnectorKind,
    ConnectorSettings,
    ItemMapping,
    NotMapped,
)
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor
from site_sync.service.outgoing_http import EndpointRefused, check_private
from site_sync.service.sealing import NONCE_BYTES, Owner, seal
from site_sync.service.wiring import Site

SECRET_BYTES = 24
LONGEST_NAME, LONGEST_SECRET, MOST_MINUTES = 80, 300, 1440
_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_UNITS = re.compile(r"(.+)\*([1-9][0-9]{0,6})")
_STATUS = re.compile(r"[a-z0-9-]{1,40}")


class UpkeepRefused(ValueError):
    """What was asked for cannot be done; `field` is what is wrong, the text says why."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def fresh_secret(kind: ConnectorKind, random_bytes: Callable[[int], bytes]) -> str:
    """A new secret as that kind of shop wants it."""
    random = random_bytes(SECRET_BYTES)
    return f"whsec_{base64.b64encode(random).decode()}" if kind is ConnectorKind.STANDARD else random.hex()


def given_secret(text: str) -> str:
    """A secret that the shop gave."""
    if not text or len(text) > LONGEST_SECRET or not text.isprintable():
        raise UpkeepRefused("secret", "This is no secret: it is empty, too long or has signs that none has.")
    return text


def kept_secret(site: Site, connector_id: str, secret: str) -> str:
    """A webhook secret as it is kept; what it is can be told to nobody any more."""
    nonce = site.around.random_bytes(NONCE_BYTES)
    return sealing.kept(site.keys.seal_key, nonce, secret, Owner.SHOP_WEBHOOKS.of(connector_id))


def live_secrets(site: Site, connector: Connector) -> tuple[str, ...]:
    """The secrets that webhooks are checked with now."""
    return tuple(
        sealing.told(site.keys.seal_key, one, Owner.SHOP_WEBHOOKS.of(connector.id))
        for one in connector.secrets
    )


def new_connector(db: Executor, made: Connector) -> Connector:
    """The connector, when it may be added so."""
    if not _ID.fullmatch(made.id):
        raise UpkeepRefused("id", "A name in the address: letters, digits, dot, dash, at most 40.")
    if connector_register.find(db, made.id) is not None:
        raise UpkeepRefused("id", f"There is a connector {made.id} already.")
    return replace(made, name=title(made.name or made.id))


def title(text: str) -> str:
    """What people call the shop."""
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise UpkeepRefused("title", f"Give it a name of at most {LONGEST_NAME} characters.")
    return text


def item_meaning(text: str) -> ItemMapping:
    """`OURS`, `OURS*500` (one of the shop's is 500 of our smallest units) or `-` (a charge)."""
    match = _UNITS.fullmatch(text.strip())
    return ItemMapping(match.group(1).strip(), int(match.group(2))) if match else ItemMapping(text.strip())


def mapped(
    settings: ConnectorSettings,
    items: dict[str, str],
    places: dict[str, str],
    methods: dict[str, str],
) -> ConnectorSettings:
    """The settings with more names mapped; a name that means nothing is taken out."""
    known = settings.items | {name: item_meaning(meant) for name, meant in items.items()}
    stores, ways = settings.stores | places, settings.methods | methods
    return replace(
        settings,
        items={name: item for name, item in known.items() if item.sku},
        stores={name: code for name, code in stores.items() if code},
        methods={name: method for name, method in ways.items() if method},
    )


def check(db: Executor, settings: ConnectorSettings) -> ConnectorSettings:
    """The settings, when everything they name is there."""
    named = [*settings.stores.values(), settings.store]
    for code in dict.fromkeys(code for code in named if code):
        if records.find(db, RecordKind.STORE, code) is None:
            raise UpkeepRefused("stores", f"There is no store {code}.")
    skus = {item.sku for item in settings.items.values()} - {"", NotMapped.CHARGE.value}
    if unknown := sorted(skus - records.some(db, RecordKind.ITEM, sorted(skus)).keys()):
        names = ", ".join(unknown)
        raise UpkeepRefused("items", f"There is no item {names}.")
    _check_words(settings)
    return settings


def _check_words(settings: ConnectorSettings) -> None:
    """Refuse addresses, pauses and statuses that are none."""
    if not 0 <= settings.poll_minutes <= MOST_MINUTES:
        raise UpkeepRefused("poll_minutes", f"A whole number of minutes from 0 to {MOST_MINUTES}.")
    if settings.api_url:
        try:
            check_private(settings.api_url)
        except EndpointRefused as error:
            raise UpkeepRefused("api_url", str(error)) from error
    if wrong := next((word for word in settings.reports.values() if not _STATUS.fullmatch(word)), None):
        raise UpkeepRefused("reports", f"“{wrong}” is no status of an order: small letters, digits, dash.")
    if settings.language not in ("", *_languages(settings.language)):
        raise UpkeepRefused("language", "Two letters, as en.")


def _languages(text: str) -> Iterable[str]:
    return (text,) if len(text) == 2 and text.isascii() and text.isalpha() else ()


def sealed_key(site: Site, connector: Connector, key: str) -> str:
    """The key of the shop's own API as it is kept; empty takes it away."""
    if not key:
        return ""
    if connector.kind is ConnectorKind.WOOCOMMERCE and key.count(":") != 1:
        raise UpkeepRefused("api_key", "WooCommerce wants the consumer key and secret as ck_…:cs_….")
    if len(key) > LONGEST_SECRET or not key.isascii() or not key.isprintable() or " " in key:
        raise UpkeepRefused("api_key", "This is no key: it is too long or has signs that none has.")
    nonce = site.around.random_bytes(NONCE_BYTES)
    return seal(site.keys.seal_key, nonce, key, Owner.SHOP_API.of(connector.id))
