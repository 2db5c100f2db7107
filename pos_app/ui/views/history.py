"""History entries of an order as sentences."""

from __future__ import annotations

from datetime import datetime

from pos_app.ui.site_words import in_words
from pos_app.ui.wording import clock, day, knows, local, money_with_currency, say
from site_sync.domain.history import HistoryEntry, OrderRecord
from site_sync.domain.money import Money

UNTOLD = frozenset({"order_reopened", "line_changed"})
_AMOUNTS = frozenset({"amount", "before", "after"})
_WRITTEN = frozenset({"text", "reason"})


def _key(entry: HistoryEntry) -> str:
    facts = entry.facts
    if entry.code == "units_moved":
        return _moved(str(facts.get("from")), str(facts.get("to")))
    if entry.code == "payment_recorded":
        return f"history.money_{facts.get('what')}"
    if entry.code == "customer_arrived":
        return f"history.arrived_{facts.get('state')}"
    if entry.code == "order_closed":
        return f"history.closed_{facts.get('closed_as')}"
    if entry.code == "order_cancelled":
        return "history.order_cancelled" if facts.get("whole") else "history.part_cancelled"
    if entry.code in ("substitute_offered", "substitute_answered"):
        return f"history.{entry.code}_{facts.get('answer')}"
    if entry.code == "collector_named" and not facts.get("name"):
        return "history.collector_named_nobody"
    if entry.code == "picking_claimed" and facts.get("taken_from"):
        return "history.picking_taken_over"
    if entry.code == "cancellation_undone" and not facts.get("whole"):
        return "history.part_cancellation_undone"
    if entry.code == "goods_returned" and facts.get("damaged"):
        return "history.goods_returned_damaged"
    if entry.code == "message_asked":
        return f"history.told_{facts.get('message')}"
    return f"history.{entry.code}"


def _moved(source: str, target: str) -> str:
    """The sentence of units that moved; what an undone hand-over moves is told as a whole."""
    if source == "collected":
        return ""
    if source in ("cancelled", "put_back", "to_put_back") and target in ("to_pick", "picked"):
        return "history.units_wanted"
    start = "from_picked" if source == "picked" else "units"
    return f"history.{start}_{target}"


def signatures(record: OrderRecord) -> tuple[tuple[str, str], ...]:
    """Who signed for what was handed over, and what they wrote; oldest first."""
    whose = record.order.customer.name
    signed = [entry.facts for entry in record.history if entry.facts.get("signature")]
    return tuple((str(facts.get("collector") or whose), str(facts["signature"])) for facts in signed)


def history_words(entry: HistoryEntry) -> str:
    """One entry as staff read it: `Sun 22 Nov 10:40 picked by Jon P.`; empty for what needs no telling."""
    if entry.code in UNTOLD:
        return ""
    key = _key(entry)
    if not knows(key):
        return ""
    facts: dict[str, object] = dict(entry.facts)
    facts |= {name: in_words(str(facts[name])) for name in _WRITTEN & facts.keys()}
    if "currency" in facts:
        currency = str(facts["currency"])
        for name in _AMOUNTS & facts.keys():
            facts[name] = money_with_currency(Money(int(str(facts[name])), currency))
    if entry.code == "deadline_extended":
        until = local(datetime.fromisoformat(str(facts["until"])))
        facts["until"] = f"{day(until.date())} {clock(until)}"
    if counted := {"units", "bags"} & facts.keys():
        facts["count"] = facts[counted.pop()]
    sentence = say(key, **{"by": in_words(entry.by), **facts})
    if entry.approver:
        sentence = f"{sentence} ({say('history.approved', name=entry.approver)})"
    moment = local(entry.at)
    return f"{day(moment.date())} {clock(entry.at)}  {sentence}"
