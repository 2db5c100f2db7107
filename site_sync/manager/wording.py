"""Words of the back office for stages, acts, reasons, refusals and what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from site_sync.domain.errors import Refusal
from site_sync.domain.history import HistoryEntry
from site_sync.domain.money import Money
from site_sync.domain.problem_choices import Outlook
from site_sync.domain.problems import Choice, ProblemRecord
from site_sync.manager.formats import Clock, money
from site_sync.manager.service_words import retold
from site_sync.manager.speech import say, say_count, say_of

WORDS = Path(__file__).parents[2] / "resources" / "manager" / "words.json"


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return found


def word(section: str, code: object) -> str:
    """The word of a code; a code that has none speaks for itself."""
    text = str(code)
    found = _words()[section].get(text)
    return text.replace("_", " ") if found is None else say_of(section, found)


def counted(section: str, code: object, number: int) -> str:
    """The word of a code that counts something; one of it may have a word of its own."""
    alone = f"{code}_one"
    named = alone if number == 1 and alone in _words()[section] else code
    return word(section, named).replace("{number}", str(number))


def done(code: str) -> str:
    """What was just done, for the notice on top of a page; unknown codes say nothing."""
    return word("done", code) if code in _words()["done"] else ""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which clock and in which currency facts are told; a fact's own currency comes first."""

    clock: Clock
    currency: str


_AMOUNTS = frozenset(
    {"amount", "balance", "due", "left", "minimum", "missing", "offered", "paid", "refundable", "worth"}
)
_TIMES = frozenset({"at", "first_at", "since", "until"})
_LISTED = frozenset({"basket", "errors"})
_CODED = {"act": "act", "choice": "choice", "stage": "stage", "right": "right", "tender": "tender"}


def _in_words(facts: Mapping[str, object], terms: Terms) -> dict[str, str]:
    """Facts as they stand in a sentence, the empty ones left out."""
    currency = str(facts.get("currency") or terms.currency)
    told: dict[str, str] = {}
    for name, value in facts.items():
        if value in (None, "") or name == "currency":
            continue
        if name in _AMOUNTS and isinstance(value, int):
            told[name] = money(Money(value, currency))
        elif name in _TIMES and isinstance(value, str):
            told[name] = terms.clock.moment(datetime.fromisoformat(value))
        elif name in _CODED:
            told[name] = word(_CODED[name], value)
        elif name == "lines" and isinstance(value, list | tuple):
            told[name] = "; ".join(_line(one) for one in value)
        elif name in _LISTED and isinstance(value, list | tuple):
            told[name] = ", ".join(map(str, value))
        else:
            told[name] = str(value)
    return told


def _line(facts: Mapping[str, object]) -> str:
    """One line that there was not enough stock for."""
    known = {"sku": "–", "store": "–", "available": 0} | dict(facts)
    if "requested" in facts:
        return say("{sku} at {store}, {requested} asked for, {available} free", **known)
    return say("{sku} at {store}, {available} free", **known)


def told(section: str, code: str, facts: Mapping[str, str]) -> str:
    """The sentence of a code with its facts in it; a code without one speaks for itself."""
    return word(section, code).format_map(_Known(facts))


def refusal(refused: Refusal, terms: Terms) -> str:
    """Why something was refused, in one sentence."""
    return _sentence(refused.code.value, _in_words(refused.facts, terms))


def _sentence(code: str, told: dict[str, str]) -> str:
    if code not in _words()["refusal"]:
        return say("This was refused ({code}).", code=code.replace("_", " "))
    return word("refusal", code).format_map(_Known(told))


class _Known(dict[str, str]):
    """Facts of a sentence; one that is missing leaves a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def problem(record: ProblemRecord, terms: Terms) -> tuple[str, list[tuple[str, str]]]:
    """A problem as a sentence, and the facts that the sentence leaves out, each with its name."""
    pattern = _words()["refusal"].get(record.code, "")
    told = _in_words(record.facts, terms)
    rest = [(word("fact", name), text) for name, text in told.items() if f"{{{name}}}" not in pattern]
    return _sentence(record.code, told), rest


def meanings(record: ProblemRecord, ahead: Outlook) -> list[str]:
    """What a problem means for customer, money and stock, a sentence each."""
    facts = _Known(taken=_sum(record, 1), paid_out=_sum(record, -1), till=record.till or "–")
    told = [word("meaning", meaning).format_map(facts) for meaning in ahead.meanings]
    if facts["taken"] and Choice.GIVE_UP in ahead.choices:
        told.append(word("meaning", "give_up_at_till").format_map(facts))
    return told


def _sum(record: ProblemRecord, sign: int) -> str:
    moved = (one.amount for one in record.money if one.amount.amount * sign > 0)
    return " + ".join(money(amount if sign > 0 else -amount) for amount in moved)


_HISTORY_CODES = {
    "tender": "tender",
    "state": "arrival",
    "identity": "identity",
    "closed_as": "closed_as",
    "message": "message",
}


def history(entry: HistoryEntry, clock: Clock) -> str:
    """What happened, in one sentence without its time."""
    facts = {name: str(value) for name, value in entry.facts.items()}
    facts["by"] = retold(entry.by) or say("the site")
    facts |= _counted(entry.facts)
    if "amount" in entry.facts and "currency" in entry.facts:
        facts["amount"] = money(Money(int(entry.facts["amount"]), str(entry.facts["currency"])))
    for name in ("before", "after"):
        if name in entry.facts:
            facts[name] = money(Money(int(entry.facts[name]), str(entry.facts["currency"])))
    if "until" in facts:
        facts["until"] = clock.moment(datetime.fromisoformat(facts["until"]))
    for name, section in _HISTORY_CODES.items():
        if name in facts:
            facts[name] = word(section, facts[name])
    key = _key(entry)
    pattern = word("history", key) if key in _words()["history"] else entry.code.replace("_", " ") + ", {by}"
    text = pattern.format_map(_Known(facts))
    if entry.approver:
        text += "; " + say("approved by {name}", name=entry.approver)
    return f"{text} – {retold(entry.reason)}" if entry.reason else text


def _counted(facts: Mapping[str, object]) -> dict[str, str]:
    """How many bags and units an entry tells of."""
    told = {}
    if "bags" in facts:
        told["bags"] = say_count("{number} bag", "{number} bags", int(str(facts["bags"])))
    if "units" in facts:
        told["units"] = say_count("{number} unit", "{number} units", int(str(facts["units"])))
    return told


def _key(entry: HistoryEntry) -> str:
    """The sentence of an entry, as what moved or what was paid has one of its own."""
    facts = entry.facts
    match entry.code:
        case "units_moved":
            return f"from_{facts['from']}_to_{facts['to']}"
        case "payment_recorded":
            return f"money_{facts['what']}"
        case "order_cancelled":
            return "order_cancelled" if facts.get("whole") else "units_cancelled"
        case "order_ready" if facts.get("short"):
            return "order_ready_short"
        case "goods_handed_over" if facts.get("collector"):
            return "goods_handed_over_to"
        case "goods_returned" if facts.get("damaged"):
            return "goods_returned_damaged"
        case "picking_claimed" if facts.get("taken_from"):
            return "picking_taken_over"
    return entry.code


def stale() -> str:
    """That something changed since its page was shown."""
    return word("refusal", "stale_version")
