"""What some rows of a table of goods would make of the catalogue and its stock as they are now."""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select

from site_sync.domain.catalogue import Category, Item
from site_sync.domain.import_cells import Row, text_of
from site_sync.domain.import_columns import Column
from site_sync.domain.import_rows import (
    RowProblem,
    RowRefused,
    Terms,
    Wish,
    Wrong,
    barcodes_in,
    place_of,
    wish_of,
    wished_item,
    wished_level,
)
from site_sync.domain.stock import StockLevel
from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor
from site_sync.service.reservations import Key

AT_ONCE = 500
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Seen:
    """What earlier rows of the same file said: of which item at which store, what of it, which bar codes."""

    lines: MutableMapping[Key, int] = field(default_factory=dict)
    about: MutableMapping[str, tuple[int, tuple[tuple[Column, str], ...]]] = field(default_factory=dict)
    barcodes: MutableMapping[str, tuple[int, str]] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)

    def on_trial(self) -> Seen:
        """The same with room for more on top, which `settle` keeps."""
        return Seen(
            ChainMap({}, self.lines),
            ChainMap({}, self.about),
            ChainMap({}, self.barcodes),
            set(self.categories),
        )

    def settle(self, trial: Seen) -> None:
        """Keep what was added on trial."""
        self.lines.update(_top(trial.lines))
        self.about.update(_top(trial.about))
        self.barcodes.update(_top(trial.barcodes))
        self.categories.update(trial.categories)

    def take(self, wish: Wish, place: str, barcodes: Iterable[str]) -> None:
        """Remember a row; RowRefused when an earlier one said the same or something else."""
        row, key = wish.row, (place, wish.sku)
        if key in self.lines:
            raise RowRefused(row, Column.SKU, Wrong.TWICE, sku=wish.sku, line=self.lines[key])
        line, before = self.about.get(wish.sku, (0, ()))
        if line and wish.about_item and before and wish.about_item != before:
            raise RowRefused(row, Column.SKU, Wrong.CONTRADICTS, sku=wish.sku, line=line)
        for code in barcodes:
            _, sku = self.barcodes.get(code, (0, wish.sku))
            if sku != wish.sku:
                raise RowRefused(row, Column.BARCODES, Wrong.BARCODE_TAKEN, text=code, sku=sku)
        self.lines[key] = row.line
        if not before:
            self.about[wish.sku] = (row.line, wish.about_item)
        self.barcodes.update(dict.fromkeys(barcodes, (row.line, wish.sku)))


def _top(mapping: MutableMapping[K, V]) -> MutableMapping[K, V]:
    """What was added on trial."""
    return mapping.maps[0] if isinstance(mapping, ChainMap) else mapping


@dataclass(frozen=True, slots=True)
class Plan:
    """What rows come to: records as they were and will be, stock as counted, rows that are wrong."""

    items: dict[str, tuple[Item | None, Item]] = field(default_factory=dict)
    levels: dict[Key, tuple[StockLevel | None, StockLevel]] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def plan(db: Executor, rows: Sequence[Row], terms: Terms, seen: Seen) -> Plan:
    """What some rows come to, `seen` growing by them."""
    made = Plan()
    wishes: list[Wish] = []
    for row in rows:
        try:
            wishes.append(wish_of(row, terms))
        except RowRefused as refused:
            _wrong(made, refused)
    _Planner(db, wishes, terms, made, seen).work(wishes)
    return made


def _wrong(made: Plan, refused: RowRefused) -> None:
    made.problems.append(refused.problem)
    made.counts["refused"] += 1


class _Planner:
    """Plans wishes one after another on what the database has of all of them."""

    def __init__(self, db: Executor, wishes: list[Wish], terms: Terms, made: Plan, seen: Seen) -> None:
        self._terms, self._made, self._seen = terms, made, seen
        self._known: dict[str, Item] = records.some(db, RecordKind.ITEM, [wish.sku for wish in wishes])
        self._named = _category_names(records.every(db, RecordKind.CATEGORY))
        places = {terms.store, *(text_of(wish.given.get(Column.STORE, "")) for wish in wishes)}
        pairs = [(place, wish.sku) for wish in wishes if wish.stock for place in places if place]
        self._levels = reservations.levels(db, pairs) if len(places) < AT_ONCE else {}
        self._owners = _owners(db, wishes)

    def work(self, wishes: list[Wish]) -> None:
        """Plan all of them."""
        for wish in wishes:
            try:
                self._one(wish)
            except RowRefused as refused:
                _wrong(self._made, refused)

    def _one(self, wish: Wish) -> None:
        before = self._known.get(wish.sku)
        known = self._made.items[wish.sku][1] if wish.sku in self._made.items else before
        category, fresh = self._category(wish)
        item = wished_item(wish, known, category, self._terms)
        place = place_of(wish, self._terms)
        level = self._levels.get((place, wish.sku))
        counted = wished_level(wish, item, level, self._terms)
        if item.barcodes != (known.barcodes if known else ()):
            self._free(wish, item)
        self._seen.take(wish, place, item.barcodes)
        moved = counted is not None and counted != (level or StockLevel(wish.sku, place))
        if fresh is not None:
            self._made.categories[fresh.code] = fresh
            self._named |= _category_names([fresh])
            self._made.counts["categories"] += fresh.code not in self._seen.categories
            self._seen.categories.add(fresh.code)
        if item != known:
            self._made.items[wish.sku] = (before, item)
        if moved and counted is not None:
            self._made.levels[place, wish.sku] = (level, counted)
            self._made.counts["stock"] += 1
        self._count(wish, known, item, moved=moved)

    def _count(self, wish: Wish, known: Item | None, item: Item, *, moved: bool) -> None:
        """A row adds an item, changes something, or leaves all as it is."""
        what = "added" if known is None else "changed" if item != known or moved else "left"
        self._made.counts[what] += 1

    def _category(self, wish: Wish) -> tuple[str, Category | None]:
        """The code of the category a row names, and the category itself where it is new."""
        if not wish.category:
            return "", None
        if found := self._named.get(wish.category.casefold()):
            return found, None
        code = re.sub(r"[^a-z0-9]+", "_", wish.category.casefold()).strip("_")[:40] or "goods"
        while code in self._named.values():
            code += "_2"
        return code, Category(code, {"en": wish.category})

    def _free(self, wish: Wish, item: Item) -> None:
        """RowRefused when a bar code belongs to another item."""
        for code in item.barcodes:
            sku = self._owners.get(code, wish.sku)
            if sku != wish.sku:
                raise RowRefused(wish.row, Column.BARCODES, Wrong.BARCODE_TAKEN, text=code, sku=sku)


def _owners(db: Executor, wishes: list[Wish]) -> dict[str, str]:
    """The items that bar codes in some rows belong to now."""
    texts = (wish.given.get(Column.BARCODES, "") for wish in wishes)
    codes = sorted({code for cell in texts for code in barcodes_in(text_of(cell))})
    b, i = t.barcodes.c, t.items.c
    query = (
        select(b.barcode, b.sku).join_from(t.barcodes, t.items, i.key == b.sku).where(i.removed.is_(False))
    )
    found: dict[str, str] = {}
    for start in range(0, len(codes), AT_ONCE):
        rows = db.execute(query.where(b.barcode.in_(codes[start : start + AT_ONCE])))
        found |= {row.barcode: row.sku for row in rows}
    return found


def _category_names(categories: Iterable[Category]) -> dict[str, str]:
    """Codes of categories by what a table may call them: their code, or their name in any language."""
    named: dict[str, str] = {}
    for one in categories:
        named |= {name.casefold(): one.code for name in one.names.values()} | {one.code.casefold(): one.code}
    return named
