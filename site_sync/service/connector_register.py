"""The connectors there are: what kind of shop each is, its live secrets, how its words map to ours."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select, update

from site_sync.protocol.codec import Codec
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction


class ConnectorKind(StrEnum):
    """The shops whose webhooks are understood."""

    WOOCOMMERCE = "woocommerce"
    SHOPIFY = "shopify"
    STANDARD = "standard"


class ShopEvent(StrEnum):
    """What a shop may be told of its order through its own API."""

    PICKED = "picked"
    READY = "ready"
    COLLECTED = "collected"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


NOTE_ONLY = "note"
"""What a shop's order becomes when an event is only noted there."""


class NotMapped(StrEnum):
    """Targets of a mapping that are no item."""

    CHARGE = "-"


@dataclass(frozen=True, slots=True)
class ItemMapping:
    """Our SKU for a shop's, and how many of our smallest units one of theirs is (0: one whole unit).

    The SKU `-` says that it is no item: the line becomes a charge.
    """

    sku: str
    units: int = 0


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """How a shop's words map to ours. Stores and methods go by the names on the shop's shipping lines.

    `api_url` is where the shop's own API is; it is asked every `poll_minutes` (0: never) for what no webhook
    told. `reports` says what the shop's order becomes at an event (`note`: it only gets a note); an event
    that is missing there is not reported.
    """

    source: str = ""
    store: str = ""
    language: str = "en"
    stores: dict[str, str] = field(default_factory=dict)
    items: dict[str, ItemMapping] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    tender: str = "online"
    api_url: str = ""
    poll_minutes: int = 0
    reports: dict[ShopEvent, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connector:
    """One shop that sends webhooks; `id` is in its address and names it on its orders.

    `api_key` is the sealed key of the shop's own API.
    """

    id: str
    kind: ConnectorKind
    name: str
    secret: str = field(repr=False)
    previous_secret: str = field(default="", repr=False)
    settings: ConnectorSettings = field(default_factory=ConnectorSettings)
    active: bool = True
    api_key: str = field(default="", repr=False)

    @property
    def reachable(self) -> bool:
        """Whether the shop's own API can be asked."""
        return bool(self.active and self.settings.api_url and self.api_key)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that are live now."""
        return tuple(secret for secret in (self.secret, self.previous_secret) if secret)

    @property
    def source(self) -> str:
        """Where its orders are said to come from; apart for each connector unless set."""
        return self.settings.source or self.id


SETTINGS: Codec[ConnectorSettings] = Codec(ConnectorSettings, "connector settings")
_C = t.connectors.c


def _connector(row: object) -> Connector:
    value = row._mapping  # type: ignore[attr-defined]
    return Connector(
        id=value["id"],
        kind=ConnectorKind(value["kind"]),
        name=value["name"],
        secret=value["secret"],
        previous_secret=value["previous_secret"],
        settings=SETTINGS.load(value["settings"]),
        active=value["active"],
        api_key=value["api_key"],
    )


def connectors(db: Executor) -> list[Connector]:
    """All of them, by id."""
    return [_connector(row) for row in db.execute(select(t.connectors).order_by(_C.id))]


def find(db: Executor, connector_id: str) -> Connector | None:
    """The connector of that id."""
    row = db.execute(select(t.connectors).where(_C.id == connector_id)).one_or_none()
    return None if row is None else _connector(row)


def add(tx: Transaction, connector: Connector, now: datetime) -> None:
    """Keep a new connector."""
    row = {
        "id": connector.id,
        "kind": connector.kind.value,
        "name": connector.name,
        "secret": connector.secret,
        "settings": SETTINGS.text(connector.settings),
        "active": connector.active,
        "api_key": connector.api_key,
        "created_at": now,
    }
    tx.execute(insert(t.connectors), row)


def give_secret(tx: Transaction, connector: Connector, secret: str) -> Connector:
    """A new secret beside the one before, which stays live until the next."""
    changed = replace(connector, secret=secret, previous_secret=connector.secret)
    return _save(tx, changed)


def drop_previous_secret(tx: Transaction, connector: Connector) -> Connector:
    """Only the newest secret is live."""
    return _save(tx, replace(connector, previous_secret=""))


def set_settings(tx: Transaction, connector: Connector, settings: ConnectorSettings) -> Connector:
    """Other settings."""
    return _save(tx, replace(connector, settings=settings))


def set_active(tx: Transaction, connector: Connector, *, active: bool) -> Connector:
    """Let a connector in, or no longer."""
    return _save(tx, replace(connector, active=active))


def set_api_key(tx: Transaction, connector: Connector, sealed: str) -> Connector:
    """Another key of the shop's own API, sealed; empty: none."""
    return _save(tx, replace(connector, api_key=sealed))


def rename(tx: Transaction, connector: Connector, name: str) -> Connector:
    """What people call the shop from now on."""
    return _save(tx, replace(connector, name=name))


def _save(tx: Transaction, connector: Connector) -> Connector:
    values = {
        "secret": connector.secret,
        "previous_secret": connector.previous_secret,
        "settings": SETTINGS.text(connector.settings),
        "active": connector.active,
        "api_key": connector.api_key,
        "name": connector.name,
    }
    tx.execute(update(t.connectors).where(_C.id == connector.id).values(values))
    return connector


def facts(db: Executor, connector_id: str) -> dict[str, object] | None:
    """What of a connector may be written down; nothing of one that there is not."""
    found = find(db, connector_id)
    if found is None:
        return None
    told = {"title": found.name, "active": found.active, "secret": found.secret, "api_key": found.api_key}
    return told | asdict(found.settings)
