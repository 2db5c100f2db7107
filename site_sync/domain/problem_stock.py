"""Goods that an order was refused for: what else could bring them, and the act that asks for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from site_sync.domain.commands import Act, ConvertQuote, Create
from site_sync.domain.errors import Code
from site_sync.domain.policies import OnShortage
from site_sync.domain.problems import Choice, ProblemRecord
from site_sync.domain.stock import StockLevel

Levels = Mapping[tuple[str, str], StockLevel]
"""Stock by (store, SKU), the stores in the order in which they are asked."""
NO_LEVELS: Levels = {}
ANEW = frozenset({Choice.TRY_AGAIN, Choice.BACK_ORDER, Choice.OTHER_STORE})
"""Choices that do the refused act once more, as it was or in another way."""


def missing_skus(record: ProblemRecord) -> frozenset[str]:
    """The items that were not there."""
    return frozenset(sku for _, _, sku, _ in _missing(record))


def _missing(record: ProblemRecord) -> Iterator[tuple[int, str, str, int]]:
    """Line, store, SKU and units asked for, of each line that was refused."""
    lines = record.facts.get("lines")
    if record.code != Code.INSUFFICIENT_STOCK or not isinstance(lines, list | tuple):
        return
    for line in lines:
        if isinstance(line, Mapping) and {"line", "store", "sku", "requested"} <= line.keys():
            yield int(line["line"]), str(line["store"]), str(line["sku"]), int(line["requested"])


def ways(record: ProblemRecord, act: Act, levels: Levels) -> tuple[Choice, ...]:
    """What else there is to do about missing goods: order them, or have another store send them."""
    missing = tuple(_missing(record))
    found: list[Choice] = []
    if missing and isinstance(act, Create | ConvertQuote) and _may_be_ordered(missing, levels):
        found.append(Choice.BACK_ORDER)
    if missing and isinstance(act, Create) and _elsewhere(missing, act, levels):
        found.append(Choice.OTHER_STORE)
    return tuple(found)


def _may_be_ordered(missing: tuple[tuple[int, str, str, int], ...], levels: Levels) -> bool:
    wanted: dict[tuple[str, str], int] = {}
    for _, store, sku, units in missing:
        wanted[store, sku] = wanted.get((store, sku), 0) + units
    known = {key: levels.get(key, StockLevel(key[1], key[0])) for key in wanted}
    return all(known[key].back_order and known[key].reservable >= units for key, units in wanted.items())


def _elsewhere(missing: tuple[tuple[int, str, str, int], ...], act: Create, levels: Levels) -> dict[int, str]:
    """By line the first other store that has all of it; empty when some line finds none."""
    if act.collect is not None:  # what left with the customer came off this store's shelf
        return {}
    free = {key: level.available for key, level in levels.items()}
    found: dict[int, str] = {}
    for line, home, sku, units in missing:
        has = (store for store, item in free if item == sku and store != home and free[store, sku] >= units)
        store = next(has, "")
        if not store:
            return {}
        free[store, sku] -= units
        found[line] = store
    return found


def anew(record: ProblemRecord, act: Act, choice: Choice, levels: Levels) -> Act:
    """The refused act as a choice wants it done once more."""
    if choice is Choice.BACK_ORDER and isinstance(act, Create | ConvertQuote):
        return replace(act, on_shortage=OnShortage.BACK_ORDER)
    if choice is Choice.OTHER_STORE and isinstance(act, Create):
        stores = _elsewhere(tuple(_missing(record)), act, levels)
        lines = (
            replace(line, source_store=stores.get(number, line.source_store))
            for number, line in enumerate(act.lines, start=1)
        )
        return replace(act, lines=tuple(lines))
    return act
