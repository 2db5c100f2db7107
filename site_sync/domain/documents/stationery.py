"""What all papers of a store share: whose they are, in which language, the head and the foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from site_sync.domain.documents import figures
from site_sync.domain.documents.blocks import Align, Block, Columns, Image, Pair, Rule, Size, Space, Text
from site_sync.domain.documents.wording import word
from site_sync.domain.money import Money
from site_sync.domain.shop import Store, Tender


@dataclass(frozen=True, slots=True)
class Stationery:
    """Where, when, by whom and in which language a paper is made.

    `stores` and `tenders` give names to codes on it; `logo` names a picture the printers have.
    """

    store: Store
    now: datetime
    language: str = "en"
    staff: str = ""
    till: str = ""
    logo: str = ""
    stores: Mapping[str, Store] = field(default_factory=dict)
    tenders: Mapping[str, Tender] = field(default_factory=dict)

    def word(self, key: str) -> str:
        """A word in the paper's language."""
        return word(self.language, key)

    def money(self, value: Money) -> str:
        """An amount with its currency."""
        return figures.money(value, self.language)

    def amount(self, value: Money) -> str:
        """An amount without its currency."""
        return figures.amount(value.amount, value.currency, self.language)

    def moment(self, at: datetime) -> str:
        """A time on the store's clock."""
        return figures.moment(self.store.calendar.local(at), self.language)

    def deadline(self, at: datetime) -> str:
        """A time on the store's clock, with its weekday."""
        return figures.deadline(self.store.calendar.local(at), self.language)

    def tender(self, code: str) -> str:
        """The name of a tender."""
        tender = self.tenders.get(code)
        return code if tender is None else tender.names.get(self.language) or tender.names.get("en") or code

    def opens_drawer(self, codes: set[str]) -> bool:
        """Whether one of these tenders needs the cash drawer."""
        return any(code in codes and tender.opens_drawer for code, tender in self.tenders.items())

    def store_of(self, code: str) -> Store | None:
        """The store of a code, as far as it is known here."""
        return self.store if code == self.store.code else self.stores.get(code)


def centred(text: str, size: Size = Size.NORMAL, *, bold: bool = False) -> Text:
    """A paragraph in the middle."""
    return Text(text, Align.CENTRE, size, bold)


def letterhead(stationery: Stationery) -> tuple[Block, ...]:
    """The store's name, address and own words at the top."""
    store = stationery.store
    blocks: list[Block] = [Image(stationery.logo)] if stationery.logo else []
    blocks.append(centred(store.name, Size.LARGE, bold=True))
    lines = [*store.address.split("\n"), store.phone, *store.receipt_header]
    blocks.extend(centred(line) for line in lines if line.strip())
    blocks.append(Space())
    return tuple(blocks)


def made(stationery: Stationery, *first: Pair, by: str = "served_by") -> Columns:
    """What the paper is about, then when and by whom it was made; `by` is the word before the name."""
    rows = [*first, Pair(stationery.word("date"), stationery.moment(stationery.now))]
    if stationery.till:
        rows.append(Pair(stationery.word("till"), f"{stationery.store.code}-{stationery.till}"))
    if stationery.staff:
        rows.append(Pair(stationery.word(by), stationery.staff))
    return Columns(tuple(rows))


def closing(stationery: Stationery, *sentences: str) -> tuple[Block, ...]:
    """Sentences for the reader and the store's own words at the bottom."""
    lines = [*(sentence for sentence in sentences if sentence), *stationery.store.receipt_footer]
    if not lines:
        return ()
    return (Space(), *(centred(line) for line in lines))


def title(text: str) -> tuple[Block, ...]:
    """The name of the paper."""
    return (centred(text, Size.TALL, bold=True), Rule())
