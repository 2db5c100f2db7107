"""Bugs planted in the till and in its worker."""

from __future__ import annotations

from pos_app.store import recovery, site_side, till_file
from pos_app.store.audit import Audit
from pos_app.store.catalogue import Catalogue
from pos_app.store.identity import IdentityStore
from pos_app.store.journal_file import JournalFile
from pos_app.store.orders import Orders
from pos_app.store.outbox import Outbox
from pos_app.store.site_side import SiteSide
from pos_app.store.store import Store
from site_sync.worker import worker
from tests.simulation.storm.mutation import bug

TILL_BUGS = (
    bug("send the newest first", Outbox.to_push, "ORDER BY place LIMIT", "ORDER BY place DESC LIMIT"),
    bug("seal nothing anew at a start", Outbox.start, "state = 'pending'", "state = 'none'"),
    bug("use a number of the sequence twice", Outbox.append, "self._seq + 1, chained", "self._seq, chained"),
    bug("forget the chain at a start", Outbox.start, "self._seq, self._hash = self._seq + 1, chained",
        'self._seq, self._hash = self._seq + 1, ""'),
    bug("send nothing again after a restore", Outbox.send_again, "state IN ('applied', 'parked')",
        "state = 'none'"),
    bug("take every answer as applied", Outbox.answer, "(result.kind.value,", "('applied',"),
    bug("acknowledge before the site did", Outbox.to_push, "identity = self._identity.read()",
        "self._file.raw.execute(\"UPDATE outbox SET state = 'applied' WHERE state = 'pending'\"); "
        "identity = self._identity.read()"),
    bug("follow another epoch with the old cursor", SiteSide.start, 'follow(started.epoch, "")',
        "follow(started.epoch, known.cursor)"),
    bug("follow the epoch of a new enrolment", IdentityStore.enrol,
        "self._known.service == enrolled.service", "False"),
    bug("never move the cursor", SiteSide.take_changes,
        "self._replica.identity.follow(changes.epoch, changes.cursor)", "pass"),
    bug("move the cursor and lose the stock", SiteSide._apply, "self._replica.catalogue.apply_stock(change)",
        "pass"),
    bug("stop at a payload nobody can read", site_side._of_payload, "except Malformed:",
        "except ZeroDivisionError:"),
    bug("show no problem of the store", SiteSide._keep_problem,
        "self._replica.problems.take(record)", "pass"),
    bug("go on counting what was answered", Catalogue.answered, "self._file.raw.execute(",
        "(lambda *_: None)("),
    bug("show the order as it was", Orders.apply, "if changed:", "if False:"),
    bug("take over no order of the site", Orders.apply, ".rowcount > 0", ".rowcount > 99"),
    bug("keep an order and send nothing", Store.keep_command,
        "self._send(entry, command.act.kind.value, command.order_id)", "pass"),
    bug("keep an order and forget its money", Store.keep_command,
        "self.cash.move((*_order_money(command, decision.events), *beside.entries))", "pass"),
    bug("commit an act in pieces", till_file.TillFile.transaction, '"BEGIN IMMEDIATE"', '"SELECT 1"',
        (till_file.TillFile.transaction, '"COMMIT"', '"SELECT 1"')),
    bug("chain the audit to nothing", Audit.add, "self._head = chained", "pass"),
    bug("keep the audit's head after a rollback", Audit._forget, "self._head = self._last()", "pass"),
    bug("do not wait for the disk", till_file._prepare, "connection.execute(pragma)",
        'connection.execute(pragma.replace("FULL", "NORMAL"))'),
    bug("write no journal beside the file", JournalFile.append, "self._write()", "self._waiting.clear()"),
    bug("save nothing of a damaged file", recovery._salvage, "store.outbox.append(_to_send(line))", "pass"),
    bug("give the numbers of a damaged file again", recovery._salvage,
        "_count_on(store, known.values())", "pass"),
    bug("leave gaps in the journal", recovery.open_folder, "if crashed:", "if False:"),
    bug("do not keep what the site answered", worker._pushed, "push_failures=0), (Keep(event), *told",
        "push_failures=0), (*told"),
    bug("do not keep what changed", worker._changed,
        "(Keep(event), *_returns(event.changes), *told, Rest(0))",
        "(*told, Rest(0))"),
    bug("never wake the other lane", worker._started, "(Keep(event), Wake(Lane.PULL), *told, Rest(0))",
        "(Keep(event), Rest(0))"),
    bug("never start again", worker._failed, "return replace(counted, started=False), (Rest(rest),)",
        "return counted, (Rest(rest),)"),
)  # fmt: skip
