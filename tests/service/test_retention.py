"""What is over its time is forgotten in batches; what a till may still ask for is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from site_sync.domain.commands import AddNote
from site_sync.protocol.envelope import ResultKind
from site_sync.service import changes, retention, turns
from site_sync.service.database import tables as t
from site_sync.service.jobs import upkeep
from site_sync.service.snapshot import SnapshotShelf, Sort
from site_sync.service.wiring import Site
from tests.service.shop import Commands
from tests.service.sites import Clock
from tests.service.tills import Till


def rows(site: Site, table: Table) -> int:
    """How many rows a table has."""
    return int(
        site.database.read(lambda db: db.execute(select(func.count()).select_from(table)).scalar_one())
    )


def forget(site: Site) -> dict[str, int]:
    """Forget what is over its time now."""
    return retention.forget(site.database, site.settings, site.now())


def add(site: Site, table: Table, *given: dict[str, Any]) -> None:
    """Lay rows into a table."""
    site.database.write(lambda tx: tx.execute(insert(table), list(given)) and None)


def test_rows_go_by_their_age_in_batches(site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 4)
    ages = [timedelta(days=days) for days in (0, 20, 40, 70, 400, 401, 402, 403, 404, 405)]
    moments = list(enumerate(clock.now - age for age in ages))
    add(
        site, t.idempotency, *({"owner": "s", "key": str(n), "body_hash": "h", "at": at} for n, at in moments)
    )
    sent = {"order_id": "o", "order_version": 1, "kind": "ready", "state": "sent"}
    add(site, t.messages, *({"id": f"m{n}", "created_at": at, **sent} for n, at in moments))
    add(site, t.messages, {"id": "waits", "created_at": moments[-1][1], **sent, "state": "waiting"})
    hook = {"endpoint": "e", "event_id": "v", "event": "order.created", "state": "sent", "body": "{}"}
    add(site, t.webhook_deliveries, *({"id": f"d{n}", "created_at": at, **hook} for n, at in moments))
    open_until = {"staff": "anna", "csrf": "c", "created_at": clock.now, "seen_at": clock.now}
    ends = [clock.now - timedelta(minutes=1), clock.now + timedelta(minutes=1)]
    add(site, t.sessions, *({"token_hash": str(end), "expires_at": end, **open_until} for end in ends))
    assert forget(site) == {"sessions": 1, "idempotency keys": 8, "messages": 6, "deliveries": 7}
    left = [rows(site, table) for table in (t.sessions, t.idempotency, t.messages, t.webhook_deliveries)]
    assert left == [1, 2, 5, 3]
    assert forget(site) == {}


def test_what_ran_out_unused_goes_and_what_was_used_stays(site: Site, clock: Clock) -> None:
    aside = {"kind": "credit", "key": "k", "amount": 5, "currency": "EUR", "device": "d"}
    over = {"expires_at": clock.now - timedelta(days=2)}
    add(
        site, t.balance_holds, *({"id": s, "state": s, **aside, **over} for s in ("open", "used", "released"))
    )
    back = {
        "line": 1,
        "sale_id": "s",
        "units": 1,
        "at": clock.now,
        "device": "d",
        "store": "S01",
        "till": "02",
    }
    add(
        site,
        t.return_lines,
        *({"id": state, "state": state, **back, **over} for state in ("claimed", "back")),
    )
    assert forget(site) == {"claims of goods": 1, "money set aside": 2}
    assert [rows(site, table) for table in (t.balance_holds, t.return_lines)] == [1, 1]


def test_a_command_is_known_as_long_as_its_till_may_send_it_again(
    site: Site, till: Till, clock: Clock
) -> None:
    commands = Commands()
    first = till.seal(commands.create())
    order = till.result(first).order
    assert order is not None
    refused = till.seal(commands.give("no-such-order", AddNote("lost")))
    assert till.result(refused).kind is ResultKind.REJECTED
    clock.forward(days=800)
    assert forget(site)["results"] == 1
    assert rows(site, t.commands) == 2  # the till was not heard since: its answers may have been lost
    assert till.result(first).order == order
    again = till.result(refused)
    assert (again.kind, again.facts) == (ResultKind.REJECTED, {})
    till.give(Commands(till="03", at=clock.now).give(order.id, AddNote("back")))
    clock.forward(days=1)
    assert "commands" not in forget(site)
    clock.forward(hours=1)
    assert forget(site)["commands"] == 2
    assert rows(site, t.commands) == 1


def test_the_feed_is_forgotten_up_to_a_mark_and_tills_behind_load_afresh(
    site: Site, till: Till, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    commands = Commands()
    till.give(commands.create())
    forget(site)
    marked = site.database.read(changes.head)
    clock.forward(days=29)
    till.give(commands.create())
    assert forget(site).get("changes", 0) == 0
    clock.forward(days=2)
    assert forget(site)["changes"] == marked
    assert site.database.read(lambda db: changes.read_batch(db, "S01", marked)).changes
    with pytest.raises(changes.CursorGone):
        site.database.read(lambda db: changes.read_batch(db, "S01", marked - 1))


def test_one_process_has_the_turn(site: Site, clock: Clock) -> None:
    every, taken = timedelta(hours=1), list[bool]()

    def ask(at: datetime) -> list[bool]:
        taken.clear()
        threads = [
            Thread(target=lambda: taken.append(turns.take(site.database, "work", every, at)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(taken)

    once = [False, False, False, True]
    assert ask(clock.now) == once
    assert ask(clock.now + timedelta(minutes=59)) == [False] * 4
    assert ask(clock.now + every) == once


def test_every_process_lets_go_of_what_it_made_for_tills_once_people_are_forgotten(
    site: Site, clock: Clock, tmp_path: Path
) -> None:
    """Two processes with a folder each: one forgets people, the other hears of it from the database."""
    other = replace(site, settings=site.settings.model_copy(update={"data_dir": tmp_path / "other"}))
    both = (site.settings.snapshot_folder, other.settings.snapshot_folder)
    for folder in both:
        SnapshotShelf(site.database, site.identity.epoch, folder).take(Sort("S01"), clock.now)
    upkeep.drop_snapshots(site)
    assert [len(list(folder.iterdir())) for folder in both] == [0, 1]
    upkeep.tidy_snapshots(other)
    assert not list(both[1].iterdir())
    clock.forward(minutes=2)
    SnapshotShelf(site.database, site.identity.epoch, both[1]).take(Sort("S01"), clock.now)
    upkeep.tidy_snapshots(other)
    assert len(list(both[1].iterdir())) == 1


def test_the_site_looks_after_itself_once_a_while(site: Site, clock: Clock) -> None:
    shelf = SnapshotShelf(site.database, site.identity.epoch, site.settings.snapshot_folder)
    old = shelf.take(Sort("S01"), clock.now).path
    clock.forward(days=1, minutes=1)
    assert upkeep.look_after(site) == 0
    first = len(list(site.settings.backup_folder.iterdir()))
    upkeep.look_after(site)
    assert (first, len(list(site.settings.backup_folder.iterdir())), old.exists()) == (1, 1, False)
    few = replace(site, settings=site.settings.model_copy(update={"backup_keep": 2}))
    for _ in range(3):
        clock.forward(hours=24)
        upkeep.look_after(few)
    assert len(list(site.settings.backup_folder.iterdir())) == 2
    checked = site.database.read(lambda db: turns.find(db, turns.CHECKS))
    assert checked is not None
    assert checked.outcome == {"found": [], "counts": {}, "count": 0}
