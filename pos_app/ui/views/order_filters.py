"""The filters of the order list in words, and what a chosen word means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pos_app.operations.order_finding import EVERY_STORE, NO_SIEVE, Days, Options, Sieve
from pos_app.store.order_list import PaidState
from pos_app.ui.widgets.filter_bar import Filter
from pos_app.ui.wording import day_short, day_typed, language, say

Choices = tuple[tuple[str, str], ...]


def named(code: str, names: Mapping[str, str]) -> str:
    """The name of a configured thing in the language in use."""
    return names.get(language().value) or names.get("en", code)


def _filter(code: str, choices: Choices, chosen: str, shown: str = "") -> Filter:
    words = shown or dict(choices).get(chosen, chosen)
    return Filter(code, say(f"filters.{code}"), choices, chosen, words if chosen else "", code == "days")


def _days_words(sieve: Sieve) -> str:
    if sieve.days is not Days.BETWEEN:
        return ""
    ends = [day_short(end) if end else "" for end in (sieve.first, sieve.last)]
    return f"{ends[0]} – {ends[1]}"


def filters(sieve: Sieve, options: Options, here: str) -> tuple[Filter, ...]:
    """The chips as they stand."""
    days = tuple((one.value, say(f"filters.days_{one}")) for one in Days if one is not Days.BETWEEN)
    stores = tuple((one.code, f"{one.code} {one.name}") for one in options.stores if one.code != here)
    every = (EVERY_STORE, say("filters.every_store"))
    sources = tuple((one.code, named(one.code, one.names)) for one in options.sources)
    methods = tuple((one.code, named(one.code, one.names)) for one in options.methods)
    paid = tuple((one.value, say(f"filters.paid_{one}")) for one in PaidState)
    staff = tuple((one.id, one.name) for one in options.staff)
    return (
        _filter("days", days, sieve.days or "", _days_words(sieve)),
        _filter("store", (every, *stores), sieve.store),
        _filter("source", sources, sieve.source),
        _filter("method", methods, sieve.method),
        _filter("paid", paid, sieve.paid or ""),
        _filter("staff", staff, sieve.staff),
    )


def with_choice(sieve: Sieve, code: str, option: str) -> Sieve:
    """The sieve with another choice of one filter; an empty one lets everything through."""
    if code == "days":
        return replace(sieve, days=Days(option) if option else None, first=None, last=None)
    if code == "paid":
        return replace(sieve, paid=PaidState(option) if option else None)
    chosen = {"store", "source", "method", "staff"} & {code}
    return replace(sieve, **dict.fromkeys(chosen, option))  # type: ignore[arg-type]


def with_days(sieve: Sieve, first: str, last: str) -> Sieve:
    """The sieve between two typed days, either of which may be left out; NotADay when one is none."""
    begin = day_typed(first) if first else None
    end = day_typed(last) if last else None
    if begin is None and end is None:
        return replace(sieve, days=None, first=None, last=None)
    if begin and end and end < begin:
        begin, end = end, begin
    return replace(sieve, days=Days.BETWEEN, first=begin, last=end)


__all__ = ["NO_SIEVE", "filters", "named", "with_choice", "with_days"]
