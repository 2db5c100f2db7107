"""What a site sealed under the key that tills have, or kept open, is sealed under the key they never get."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Table, select, update

from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.sealing import SEALED, Owner, Unsealable, Vault, kept, seal, unseal


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed texts lie and whose they are; `marked` ones say that they are sealed, or stand open."""

    table: Table
    name: str
    column: str
    owner: Owner
    marked: bool = True


PLACES = (
    Place(t.passwords, "staff", "verifier", Owner.SIGN_IN),
    Place(t.second_factors, "staff", "secret", Owner.SECOND_FACTOR, marked=False),
    Place(t.connectors, "id", "secret", Owner.SHOP_WEBHOOKS),
    Place(t.connectors, "id", "previous_secret", Owner.SHOP_WEBHOOKS),
    Place(t.connectors, "id", "api_key", Owner.SHOP_API, marked=False),
    Place(t.webhook_endpoints, "id", "secret", Owner.ENDPOINT),
    Place(t.webhook_endpoints, "id", "previous_secret", Owner.ENDPOINT),
)
ALERTS = "alert_channel"
"""The fact of the shop in which the channel's address lies sealed."""


def seal_anew(tx: Transaction, vault: Vault) -> int:
    """Seal anew whatever is not under the site's own key yet; how much that was.

    Each text is put in the place of the one that was read and of no other, so that processes which start
    together do it once. What neither key opens stays as it is: it was sealed with those of another site.
    """
    done = sum(_column(tx, vault, place) for place in PLACES)
    return done + _alerts(tx, vault)


def _column(tx: Transaction, vault: Vault, place: Place) -> int:
    name, column = place.table.c[place.name], place.table.c[place.column]
    done = 0
    for row in tx.execute(select(name, column).where(column != "")).mappings().all():
        whose, text = row[name], row[column]
        fresh = _fresh(vault, text, place.owner.of(whose), marked=place.marked)
        if fresh != text:
            here = update(place.table).where(name == whose, column == text)
            done += tx.execute(here.values({place.column: fresh})).rowcount
    return done


def _alerts(tx: Transaction, vault: Vault) -> int:
    c = t.setup_facts.c
    body = tx.execute(select(c.body).where(c.key == ALERTS)).scalar_one_or_none()
    if body is None:
        return 0
    channel = json.loads(body)
    fresh = _fresh(vault, channel["sealed"], Owner.ALERTS.of(), marked=False)
    if fresh == channel["sealed"]:
        return 0
    here = update(t.setup_facts).where(c.key == ALERTS, c.body == body)
    told = json.dumps(channel | {"sealed": fresh}, ensure_ascii=False)
    return tx.execute(here.values(body=told)).rowcount


def _fresh(vault: Vault, text: str, owner: str, *, marked: bool) -> str:
    """The text under the site's own key; as it is when it is, or when neither key opens it."""
    if marked and not text.startswith(SEALED):
        return kept(vault.key, vault.nonce(), text, owner)
    sealed = text.removeprefix(SEALED) if marked else text
    if _opened(vault.key, sealed, owner) is not None:
        return text
    plain = _opened(vault.keys.code_key, sealed, owner)
    if plain is None:
        return text
    fresh = seal(vault.key, vault.nonce(), plain, owner)
    return SEALED + fresh if marked else fresh


def _opened(key: bytes, sealed: str, owner: str) -> str | None:
    try:
        return unseal(key, sealed, owner)
    except Unsealable:
        return None
