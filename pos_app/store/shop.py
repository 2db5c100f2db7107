"""The shop's own records at the till: stores, categories, staff, methods, sources, tenders, policies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from pos_app.store.tables import shop_records
from pos_app.store.till_file import TillFile
from site_sync.domain.catalogue import Category
from site_sync.domain.deadlines import Calendar
from site_sync.domain.policies import Policies
from site_sync.domain.shop import DeliveryMethod, Reason, ReasonFor, Source, StaffMember, Store, Tender
from site_sync.protocol.changes import RECORDS, Change, RecordKind

KINDS = frozenset(
    {
        RecordKind.STORE,
        RecordKind.CATEGORY,
        RecordKind.STAFF,
        RecordKind.DELIVERY_METHOD,
        RecordKind.SOURCE,
        RecordKind.TENDER,
        RecordKind.POLICIES,
        RecordKind.REASON,
    }
)
_OF_KIND = select(shop_records.c.key, shop_records.c.body).where(shop_records.c.kind == bindparam("of_kind"))
_VERSIONS = _OF_KIND.with_only_columns(shop_records.c.key, shop_records.c.version)
_INSERT = insert(shop_records)
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=["kind", "key"],
    set_={"version": _INSERT.excluded.version, "body": _INSERT.excluded.body},
)


class Shop:
    """Few records, read often: each kind is decoded once and kept until one of it changes."""

    def __init__(self, file: TillFile) -> None:
        self._file = file
        self._known: dict[RecordKind, dict[str, Any]] = {}

    def apply(self, change: Change) -> None:
        """Take over a record's newest version, or forget it."""
        self._known.pop(change.kind, None)
        self._file.after_rollback(lambda: self._known.pop(change.kind, None))
        if change.body is None:
            gone = (shop_records.c.kind == change.kind.value) & (shop_records.c.key == change.key)
            self._file.execute(delete(shop_records).where(gone))
            return
        RECORDS[change.kind].load(change.body)
        row = {"version": change.version, "body": change.body}
        self._file.execute(_UPSERT, {"kind": change.kind.value, "key": change.key, **row})

    def clear(self, kinds: frozenset[RecordKind] = KINDS) -> None:
        """Forget every record, or those of some kinds, before all of them come anew."""
        self._known.clear()
        self._file.after_rollback(self._known.clear)
        self._file.execute(delete(shop_records).where(shop_records.c.kind.in_(kinds)))

    def read_anew(self) -> None:
        """Read every record from the file when it is asked for next."""
        self._known.clear()

    def versions(self, kind: RecordKind) -> list[tuple[str, int]]:
        """Keys and versions of a kind's records."""
        return [(row.key, row.version) for row in self._file.execute(_VERSIONS, {"of_kind": kind.value})]

    def _records(self, kind: RecordKind) -> dict[str, Any]:
        if kind not in self._known:
            codec = RECORDS[kind]
            rows = self._file.execute(_OF_KIND, {"of_kind": kind.value})
            self._known[kind] = {row.key: codec.load(row.body) for row in rows}
        return self._known[kind]

    def stores(self) -> tuple[Store, ...]:
        """All stores by priority, then code."""
        return tuple(sorted(self._records(RecordKind.STORE).values(), key=lambda s: (s.priority, s.code)))

    def store(self, code: str) -> Store | None:
        """The store of that code."""
        return self._records(RecordKind.STORE).get(code)

    def calendars(self) -> dict[str, Calendar]:
        """Opening hours by store code."""
        return {store.code: store.calendar for store in self.stores()}

    def categories(self) -> tuple[Category, ...]:
        """All categories in the order of their keys on the screen."""
        return tuple(sorted(self._records(RecordKind.CATEGORY).values(), key=lambda c: (c.order, c.code)))

    def staff(self, store: str) -> tuple[StaffMember, ...]:
        """Active staff who work in a store; no stores named means every store."""
        everyone = self._records(RecordKind.STAFF).values()
        here = [
            person for person in everyone if person.active and (not person.stores or store in person.stores)
        ]
        return tuple(sorted(here, key=lambda person: person.name))

    def staff_member(self, staff_id: str) -> StaffMember | None:
        """The person of that id, active or not."""
        return self._records(RecordKind.STAFF).get(staff_id)

    def delivery_methods(self) -> tuple[DeliveryMethod, ...]:
        """All delivery methods in their order, retired ones too."""
        methods = self._records(RecordKind.DELIVERY_METHOD).values()
        return tuple(sorted(methods, key=lambda method: (method.order, method.code)))

    def sources(self) -> tuple[Source, ...]:
        """All sources in their order, retired ones too."""
        return tuple(sorted(self._records(RecordKind.SOURCE).values(), key=lambda s: (s.order, s.code)))

    def tenders(self) -> tuple[Tender, ...]:
        """All tenders in the order of their keys, retired ones too."""
        return tuple(sorted(self._records(RecordKind.TENDER).values(), key=lambda t: (t.order, t.code)))

    def tender(self, code: str) -> Tender | None:
        """The tender of that code."""
        return self._records(RecordKind.TENDER).get(code)

    def reasons(self, used_for: ReasonFor) -> tuple[Reason, ...]:
        """Why something is done, in their order; retired ones are not asked for."""
        known = self._records(RecordKind.REASON).values()
        found = [one for one in known if one.used_for is used_for and one.active]
        return tuple(sorted(found, key=lambda reason: (reason.order, reason.code)))

    def policies(self) -> Policies:
        """What the shop has settled; the defaults before the site has told."""
        found = next(iter(self._records(RecordKind.POLICIES).values()), None)
        return found if isinstance(found, Policies) else Policies()
