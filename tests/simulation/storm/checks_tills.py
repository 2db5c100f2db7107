"""The invariants as tills and site tell them together: 1, 3, 5, 10, 11, 15, 16, 17 and 19."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.service import snapshot
from site_sync.service.links import Links
from tests.simulation.storm import shop
from tests.simulation.storm.checks_site import SiteRows, alarms
from tests.simulation.storm.till import SimTill
from tests.simulation.storm.world import TWIN, World

Wanted = dict[str, dict[str, Any]]
LOOKED_AT = frozenset({RecordKind.ORDER, RecordKind.STOCK, RecordKind.STAFF})
_RECORD = RECORDS[RecordKind.ORDER]
_STOCK = "SELECT sku, store, on_hand, reserved FROM stock"


def check_tills(world: World, rows: SiteRows) -> Iterator[str]:
    """What is broken, each with the number of its invariant."""
    wanted = {store: _wanted(world, store) for store in shop.STORES}
    for till in world.tills:
        yield from _arrived(world, till, rows)
        yield from _settled(till, rows)
        yield from _same(till, wanted[till.store_code])
        place = till.store.audit.broken_at()
        if place is not None:
            yield f"17: the audit of {till.name} breaks at {place}"
    yield from _drawers(world, rows)
    yield from _numbers(world, rows)
    yield from _numbered_once(world)
    yield from _webhooks(world, rows)
    yield from _secrets(world, rows)
    if not world.fired["till cloned"] and (found := alarms(rows)):
        yield f"13: false alarms: {found}"


def _arrived(world: World, till: SimTill, rows: SiteRows) -> Iterator[str]:
    """1 and 15: whatever a till acknowledged is at the site, once and as it was.

    What an earlier epoch refused stays refused at its till; a restored site need not know of it.
    """
    hashes = dict(rows.all("SELECT command_id, payload_hash FROM commands"))
    query = "SELECT command_id FROM outbox WHERE state = 'rejected'"
    refused = {row[0] for row in till.store.file.raw.execute(query)}
    for command_id, payload_hash in till.kept.items():
        if command_id not in hashes and not (world.restored and command_id in refused):
            yield f"1: {command_id}, acknowledged by {till.name}, never came"
        elif hashes.get(command_id, payload_hash) != payload_hash:
            yield f"1: {command_id} of {till.name} came as something else"


def _settled(till: SimTill, rows: SiteRows) -> Iterator[str]:
    """11 and 3: nothing waits but what is parked; what was refused is told, there and here."""
    raw = till.store.file.raw
    states = dict(raw.execute("SELECT command_id, state FROM outbox").fetchall())
    told = {row[0] for row in raw.execute("SELECT command_id FROM problems")}
    resolved = {row[0] for row in rows.all("SELECT command_id FROM problems WHERE state <> 'open'")}
    for command_id, state in states.items():
        result = rows.commands.get(command_id, ("", "", {"kind": "unknown"}))[2]["kind"]
        if state == "pending":
            yield f"11: {command_id} still waits at {till.name}"
        elif state != result and command_id not in resolved and (state, result) != ("rejected", "unknown"):
            yield f"11: {command_id} is {state} at {till.name}, {result} at the site"
        if result in ("rejected", "parked") and command_id not in told:
            yield f"3: {till.name} does not tell of {command_id}, which was {result}"
    waiting = raw.execute(
        "SELECT count(*) FROM pending_stock WHERE command_id NOT IN (SELECT command_id FROM outbox "
        "WHERE state IN ('pending', 'parked'))"
    ).fetchone()[0]
    if waiting:
        yield f"11: {till.name} counts {waiting} moves that were answered"


def _wanted(world: World, store: str) -> Wanted:
    """What a fresh snapshot of a store would hold, by kind and key."""
    wanted: Wanted = {}

    def read(db: Any) -> None:
        for kind, found in snapshot._records(db, store, world.clock.now):
            if kind in LOOKED_AT:
                wanted[kind.value] = {key: body.text for key, body in found if body.text is not None}

    world.database.read(read)
    return wanted


def _same(till: SimTill, wanted: Wanted) -> Iterator[str]:
    """11: what the till holds is what a fresh snapshot of its store would hold."""
    raw = till.store.file.raw
    held = dict(raw.execute("SELECT id, body FROM site_orders").fetchall())
    yield from _differences(till.name, "order", wanted["order"], held)
    stock = {
        f"{store_code}/{sku}": (on_hand, reserved)
        for sku, store_code, on_hand, reserved in raw.execute(_STOCK)
    }
    at_site = {
        key: (level["on_hand"], level["reserved"])
        for key, level in ((key, json.loads(text)) for key, text in wanted["stock"].items())
    }
    yield from _differences(till.name, "stock", at_site, stock)
    yield from _shown(till)
    staff = dict(raw.execute("SELECT key, body FROM shop_records WHERE kind = 'staff'").fetchall())
    yield from _differences(till.name, "staff", wanted["staff"], staff)


def _shown(till: SimTill) -> Iterator[str]:
    """11: what staff see is the site's order, and nothing is shown as on its way that is not."""
    query = (
        "SELECT n.id, n.sync, n.body, n.stage, s.body, "
        "(SELECT count(*) FROM outbox o WHERE o.order_id = n.id "
        "AND o.state IN ('pending', 'parked')) FROM orders_now n LEFT JOIN site_orders s ON s.id = n.id"
    )
    for name, sync, body, stage, site, waiting in till.store.file.raw.execute(query).fetchall():
        if sync == "local" and not waiting:
            yield f"11: {till.name} shows {name} as on its way, and nothing is"
        if sync == "central" and body is not None:
            yield f"11: {till.name} shows {name} as its own"
        if sync == "central" and site and stage != _RECORD.load(site).order.stage.value:
            yield f"11: {till.name} shows {name} as {stage}"


def _differences(till: str, kind: str, site: dict[str, Any], held: dict[str, Any]) -> Iterator[str]:
    for key in site.keys() - held.keys():
        yield f"11: {till} lacks the {kind} {key}"
    if kind != "order":  # a till keeps orders that left its scope until it loads anew
        yield from (f"11: {till} still has the {kind} {key}" for key in held.keys() - site.keys())
    for key in site.keys() & held.keys():
        if site[key] != held[key]:
            yield f"11: {till} has another {kind} {key}"


def _drawers(world: World, rows: SiteRows) -> Iterator[str]:
    """5: a drawer holds what the site booked for it and what of its money the site refused."""
    booked: Counter[str] = Counter()
    query = "SELECT account, sum(amount) FROM ledger WHERE account LIKE 'tender:cash:%' GROUP BY 1"
    for account, amount in rows.all(query):
        booked[account.rsplit(":", 1)[1]] += amount
    for till in world.tills:
        raw = till.store.file.raw
        refused = _refused_money(raw, rows)
        for shift, amount in raw.execute(
            "SELECT shift, sum(amount) FROM drawer_entries WHERE tender = 'cash' OR kind IN "
            "('cash_in', 'cash_out', 'float') GROUP BY 1"
        ):
            if refused:
                continue
            opening = raw.execute("SELECT opening_float FROM shifts WHERE id = ?", (shift,)).fetchone()
            counted = {amount, amount + (opening[0] if opening else 0)}
            if booked[shift] not in counted and not world.fired["till cloned"]:
                yield f"5: shift {shift} of {till.name} holds {counted}, the site booked {booked[shift]}"


def _refused_money(raw: Any, rows: SiteRows) -> int:
    """How many of a till's commands the site refused: their money lies in the drawer all the same."""
    states = raw.execute("SELECT command_id FROM outbox WHERE state <> 'applied'").fetchall()
    return len(states)


def _numbers(world: World, rows: SiteRows) -> Iterator[str]:
    """10: a number is the same order everywhere."""
    known = {order.number: order_id for order_id, order in rows.orders.items()}
    for till in world.tills:
        for order_id, number in till.store.file.raw.execute(
            "SELECT id, number FROM orders_now WHERE sync = 'central'"
        ):
            if known.get(number, order_id) != order_id:
                yield f"10: {number} is {order_id} at {till.name} and {known[number]} at the site"


def _numbered_once(world: World) -> Iterator[str]:
    """10: no till that was never copied gives a number twice."""
    copied = {till.name for till in world.tills if f"{TWIN}{till.name}" in world.numbers}
    for name, command_id, code in world.answers.numbered_twice:
        if name.removeprefix(TWIN) not in copied:
            yield f"10: {name} gave a number twice: {command_id} was refused as {code}"


def _webhooks(world: World, rows: SiteRows) -> Iterator[str]:
    """16: what the shop ends up with is what one ordered delivery of each event would have told it."""
    yield from world.shop.broken
    if world.restored:
        return
    waiting = rows.all("SELECT count(*) FROM webhook_deliveries WHERE state <> 'sent'")[0][0]
    if waiting:
        yield f"16: {waiting} webhooks never got through"
    newest: dict[str, int] = {}
    for order_id, version in rows.all("SELECT order_id, order_version FROM webhook_deliveries"):
        newest[order_id] = max(version, newest.get(order_id, 0))
    told = {order_id: version for order_id, (version, _) in world.shop.told.items()}
    if told != newest:
        yield f"16: the shop knows {told}, sent was {newest}"


def _secrets(world: World, rows: SiteRows) -> Iterator[str]:
    """19: no token, key or code lies in a database it has no business in."""
    site = world.door.site
    links = Links(site.settings.public_address, site.keys.code_key)
    codes = [links.code(order) for order in rows.orders.values()]
    secrets = [code.rpartition(".")[2] for code in codes if code] + [shop.SECRET]
    tokens = [till.store.identity.read().token for till in world.tills]
    image = world.database.image()
    said = "\n".join(world.said)
    yield from ("19: a secret lies in the log" for one in (*secrets, *tokens) if one in said)
    found = [one for one in (*secrets, *tokens) if one.encode() in image]
    yield from ("19: a secret lies in the site's database" for _ in found)
    for till in world.tills:
        for name in ("commands.journal",):
            path = till.folder / name
            data = path.read_bytes() if path.exists() else b""
            found = [one for one in secrets if one.encode() in data]
            yield from (f"19: a code lies in {name} of {till.name}" for _ in found)
