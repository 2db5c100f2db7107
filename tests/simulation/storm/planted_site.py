"""Bugs planted in the site and in the rules."""

from __future__ import annotations

from site_sync.domain import stock
from site_sync.domain.lifecycle import deciding, paying
from site_sync.service import (
    changes,
    enrolment,
    intake_acts,
    order_rows,
    orders,
    reservations,
    snapshot,
    web_orders,
    wiring,
)
from site_sync.service.api import sync
from site_sync.service.intake import Intake
from site_sync.service.jobs import webhooks
from tests.simulation.storm.mutation import bug

_HASH = "known is not None and known.payload_hash == envelope.payload_hash"
SITE_BUGS = (
    bug("skip dedupe", Intake.take, _HASH, "False"),
    bug("forget the result of a command", Intake._decided, "self._keep(tx, device, envelope, taken)", "pass"),
    bug("advance the sequence by two", enrolment.advance, "device.next_seq + 1", "device.next_seq + 2"),
    bug("take commands of an old epoch", Intake._fence, "envelope.epoch != self.site.epoch", "False"),
    bug(
        "take commands of an old incarnation",
        Intake._fence,
        "envelope.incarnation != device.incarnation",
        "False",
    ),
    bug(
        "let a withdrawn till go on",
        Intake._fence,
        "device is None or device.state is DeviceState.REVOKED",
        "device is None",
        (sync._taking_part, "device.state is DeviceState.REVOKED", "False"),
    ),
    bug("never notice a copied till", sync.SyncRoutes._begin, "copied and device.next_seq > 1", "False"),
    bug("give the same incarnation again", enrolment.begin, "said.last) + 1", "said.last)"),
    bug("go on counting in a new incarnation", enrolment.begin, "tx.execute(_BEGIN, given)",
        "tx.execute(update(t.devices).where(t.devices.c.id == device.id)"
        '.values(incarnation=incarnation, chain_hash="", last_seen=now))'),
    bug("begin no new epoch after a restore", wiring.begin_epoch, "tx.execute(", "str("),
    bug("decide before the other tills are back", Intake.take, "if not self.catching_up:", "if True:"),
    bug(
        "drop a refused command",
        Intake._keep,
        "problems.raise_problem(tx, problem, envelope.model_dump_json())",
        "pass",
    ),
    bug("call a refused command applied", Intake._keep, '"kind": outcome.kind.value', '"kind": "applied"'),
    bug(
        "answer a repeated command as applied",
        Intake._again,
        "**stored}",
        '**stored, "kind": "applied"}',
    ),
    bug("write no history", order_rows.write_history, "_INSERT_HISTORY.run(tx, rows)", "pass"),
    bug("write half the history", order_rows.write_history, "run(tx, rows)", "run(tx, rows[:1])"),
    bug("write no journal", reservations.journalise, "_INSERT_JOURNAL.run(tx, rows)", "pass"),
    bug("release a reservation twice", orders._keep, "reservations.post(tx, moves)",
        "reservations.post(tx, (*moves, *(one for one in moves if one.reserved < 0)))"),
    bug("reserve without counting", orders._keep, "reservations.post(tx, moves)", "pass"),
    bug("book twice", orders._keep, "postings(events))\n", "postings(events) * 2)\n"),
    bug("book one side only", paying._record, "(Posting(debit, amount), Posting(credit, -amount))",
        "(Posting(debit, amount),)"),
    bug("tell nobody of an order", orders._keep, "tx.changed(", "str("),
    bug("tell only the store that took the order", orders.stores_of, "(side.store, side.work_store)",
        "(side.store,)", (orders.stores_of, "named |= {line.source_store", "set() | {line.source_store")),
    bug("tell nobody of stock", reservations.post, "tx.changed(stock_changed(store, sku))", "pass"),
    bug("promise what is not there", deciding.Deciding.reservable,
        "if not line.stocked or self.context.available is None:", "if True:"),
    bug("promise one unit too many", stock.StockLevel.reservable, "return ", "return 1 + "),
    bug("forget which stock a move frees", deciding.Deciding.move,
        "stock_for(line, change, reason) if reason else ()", "()"),
    bug("keep lines as they were", order_rows.write_order, "if changed:", "if False:"),
    bug("let goods stay on hand", deciding.stock_change, "- (target is Bucket.COLLECTED)", "- 0"),
    bug("skip over changes", changes.read_batch, "found[-1].position if found else after", "latest"),
    bug("lose the first change of a batch", changes.read_batch, "in found:", "in found[1:]:"),
    bug("tell only records of every store", changes.FeedEntry.concerns,
        'or f",{store}," in self.stores', "or False"),
    bug("begin after the head", snapshot.write_snapshot, "changes.head(db)", "changes.head(db) + 1"),
    bug("leave problems out of a snapshot", snapshot._problems, 'p.state == "open"', 'p.state == "none"'),
    bug("ask for no rights", intake_acts.rights_at, "return member.rights", "return frozenset(Right)"),
    bug("count a payment of a shop twice", web_orders._known_payment, "refund = words",
        "return False\n    refund = words",
        (paying._check_new, "if not movement_id or", "if False and")),
    bug("let a sale move no stock", intake_acts._sale, "reservations.post(tx, sale.stock)", "pass"),
    bug("book no sale", intake_acts._sale, "sale.postings)\n    _settle", "())\n    _settle"),
    bug("call every webhook delivered", webhooks._send, "if attempt.taken:", "if True:"),
)  # fmt: skip
