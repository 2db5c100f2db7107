"""The order list as one person narrows it: filters remembered for them, and what they find."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from pos_app.operations.desk import Acting, Desk
from pos_app.store.order_list import OrderFilter, PaidState, Tab
from pos_app.store.order_rows import OrderRow
from site_sync.domain.shop import DeliveryMethod, Source, StaffMember, Store

PAGE = 200
EVERY_STORE = "*"


class Days(StrEnum):
    """The day an order was made on."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    BETWEEN = "between"


_BACK = {Days.TODAY: 0, Days.YESTERDAY: 1, Days.WEEK: 6, Days.MONTH: 29, Days.QUARTER: 89}


@dataclass(frozen=True, slots=True)
class Sieve:
    """The filters; empty ones let everything through. No store named means what is handed over here."""

    days: Days | None = None
    first: date | None = None
    last: date | None = None
    store: str = ""
    source: str = ""
    method: str = ""
    paid: PaidState | None = None
    staff: str = ""

    @property
    def active(self) -> bool:
        """Whether any filter is set."""
        return self != NO_SIEVE


NO_SIEVE = Sieve()
_SIEVE = TypeAdapter(Sieve)


@dataclass(frozen=True, slots=True)
class Options:
    """What there is to choose from."""

    stores: tuple[Store, ...]
    sources: tuple[Source, ...]
    methods: tuple[DeliveryMethod, ...]
    staff: tuple[StaffMember, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see: a tab through their filters, or what they typed, wherever it stands."""

    tab: Tab
    sieve: Sieve = NO_SIEVE
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of orders; `more` says that further ones follow."""

    rows: tuple[OrderRow, ...]
    more: bool


def _key(staff: str) -> str:
    return f"orders.filter.{staff}"


def remembered(desk: Desk, acting: Acting) -> Sieve:
    """The filters this person left; none where they were kept by a till that knew others."""
    kept = desk.store.settings.get(_key(acting.staff.id))
    try:
        return _SIEVE.validate_json(kept) if kept else NO_SIEVE
    except ValidationError:
        return NO_SIEVE


def remember(desk: Desk, acting: Acting, sieve: Sieve) -> Sieve:
    """Keep the filters for this person until they clear them."""
    desk.store.settings.set(_key(acting.staff.id), _SIEVE.dump_json(sieve).decode())
    return sieve


def options(desk: Desk) -> Options:
    """Stores, sources, delivery methods and staff of this shop."""
    shop = desk.store.shop
    return Options(shop.stores(), shop.sources(), shop.delivery_methods(), shop.staff(desk.identity.store))


def _between(desk: Desk, sieve: Sieve) -> tuple[datetime | None, datetime | None]:
    """The first moment wanted and the first one no longer wanted, by this store's days."""
    calendar = desk.here.calendar
    first, last = sieve.first, sieve.last
    if sieve.days is None:
        return None, None
    if sieve.days is not Days.BETWEEN:
        today = calendar.local(desk.now()).date()
        first = today - timedelta(days=_BACK[sieve.days])
        last = first if sieve.days is Days.YESTERDAY else today
    since = calendar.moment(first, time(0)) if first else None
    until = calendar.moment(last + timedelta(days=1), time(0)) if last else None
    return since, until


def order_filter(desk: Desk, wish: Wish) -> OrderFilter:
    """The store's filter for a wish; what is typed is looked for in all that concerns this store."""
    sieve, here = wish.sieve, desk.identity.store
    since, until = _between(desk, sieve)
    found = OrderFilter(
        tab=None if wish.typed else wish.tab,
        typed=wish.typed,
        source=sieve.source,
        method=sieve.method,
        paid=sieve.paid,
        staff=sieve.staff,
        since=since,
        until=until,
        concerns=here,
    )
    if sieve.store == EVERY_STORE or (wish.typed and not sieve.store):
        return found
    return replace(found, store=sieve.store or here, concerns="" if sieve.store in ("", here) else here)


def listing(desk: Desk, wish: Wish, offset: int = 0, limit: int = PAGE) -> Listing:
    """Orders wanted, the most late first, from a place on."""
    rows = desk.store.lists.rows(order_filter(desk, wish), limit, offset)
    return Listing(rows, len(rows) == limit)


def counts(desk: Desk, sieve: Sieve) -> dict[Tab, int]:
    """How many orders stand in each tab, through the filters."""
    return desk.store.lists.tab_counts(order_filter(desk, Wish(Tab.TO_PICK, sieve)))
