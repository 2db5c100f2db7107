"""The tills' end of the site: enrol, start, commands up, changes down, snapshot, search."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from site_sync.protocol import versions
from site_sync.protocol.changes import Enrol, Enrolled, RecordKind, Start, Started
from site_sync.protocol.checks import Sums
from site_sync.protocol.envelope import PROTOCOL, Envelope, Push, PushAnswer, Result
from site_sync.protocol.presence import Others, Presence
from site_sync.protocol.problems import ProblemFound, of_call
from site_sync.service import (
    bodies,
    catching_up,
    changes,
    checks,
    enrolment,
    lending,
    order_presence,
    order_search,
)
from site_sync.service.api.bodies_in import bearer, parse_words, read_words
from site_sync.service.checks import SumsShelf
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Beginning, Device, DeviceState, Newcomer
from site_sync.service.intake import Gap, Intake
from site_sync.service.meters import TillSaid
from site_sync.service.order_search import Search
from site_sync.service.snapshot import SnapshotGone, SnapshotShelf, Sort
from site_sync.service.wiring import Site

T = TypeVar("T")
PROTOCOL_HEADER = "X-Handover-Protocol"
LONGEST_VERSION = 9
MOST_WAITING = 1_000_000_000
AT_ONCE = 4
"""Commands of a till that may share a commit: so few that others need not wait long for theirs."""
SLOW_AT_ONCE = 2
"""Snapshots and sums that are made at once: the feed is read on the same few threads and must not wait."""
WRONG_CODES = 20
WRONG_CODES_WITHIN = timedelta(minutes=1)


def calling_till(db: Executor, token: str) -> Device:
    """The till that calls, which must still be one of ours."""
    return _taking_part(enrolment.of_token(db, token))


def _taking_part(device: Device | None) -> Device:
    if device is None:
        raise ProblemFound(of_call("unauthorised"))
    if device.state is DeviceState.REVOKED:
        raise ProblemFound(of_call("device_revoked"))
    if device.state is DeviceState.FENCED:
        raise ProblemFound(of_call("device_fenced"))
    return device


def check_version(version: int) -> None:
    """Refuse a till whose words are too old or too new to be understood; it keeps what it has."""
    if version < versions.OLDEST:
        raise ProblemFound(of_call("upgrade_needed"))
    if version > PROTOCOL:
        raise ProblemFound(of_call("site_too_old"))


def spoken(request: Request) -> int:
    """The version of the words that a till speaks; the newest where it does not say."""
    said = request.headers.get(PROTOCOL_HEADER, "")[:LONGEST_VERSION]
    version = int(said) if said.isascii() and said.isdigit() else PROTOCOL
    check_version(version)
    return version


async def _told(request: Request) -> bytes:
    """The body of a till whose version is understood; what a newer one says is not for us to read."""
    spoken(request)
    return await request.body()


class SyncRoutes:
    """Every route but enrolment asks for a till's token."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._wrong_codes: deque[Any] = deque(maxlen=WRONG_CODES)
        self._shelf = SnapshotShelf(site.database, site.identity.epoch, site.settings.snapshot_folder)
        self._sums = SumsShelf(site.database)
        self._slow = asyncio.Semaphore(SLOW_AT_ONCE)
        self._catching_up = True

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/sync/v1", tags=["sync"])
        router.add_api_route("/enrol", self.enrol, methods=["POST"])
        router.add_api_route("/start", self.start, methods=["POST"])
        router.add_api_route("/commands", self.commands, methods=["POST"])
        router.add_api_route("/changes", self.changes, methods=["GET"])
        router.add_api_route("/sums", self.sums, methods=["GET"])
        router.add_api_route("/snapshot", self.snapshot, methods=["GET"])
        router.add_api_route("/orders", self.orders, methods=["GET"])
        router.add_api_route("/presence", self.presence, methods=["POST"])
        return router

    async def _calling(self, request: Request) -> Device:
        token = bearer(request)
        spoken(request)
        return await run_in_threadpool(self._site.database.read, lambda db: calling_till(db, token))

    async def enrol(self, request: Request) -> Response:
        """Let a till in with its one-time code."""
        version = spoken(request)
        words, now = await read_words(request, Enrol), self._site.now()
        if len(self._wrong_codes) == WRONG_CODES and now - self._wrong_codes[0] < WRONG_CODES_WITHIN:
            raise ProblemFound(of_call("rate_limited", "too many wrong codes; wait a minute"))
        token = self._site.around.secret()
        newcomer = Newcomer(self._site.new_id(), token, words.device_name, words.version)

        def let_in(tx: Transaction) -> Device | None:
            device = enrolment.enrol(tx, words.code, newcomer, now)
            if device is not None and words.holds_for not in ("", f"{device.store}-{device.till}"):
                raise ProblemFound(of_call("enrolment_elsewhere"))
            return device

        device = await run_in_threadpool(self._site.database.write, let_in)
        if device is None:
            self._wrong_codes.append(now)
            raise ProblemFound(of_call("enrolment_code_invalid"))
        return _json(
            Enrolled(
                service=self._site.identity.service,
                epoch=self._site.identity.epoch,
                device=device.id,
                token=token,
                store=device.store,
                till=device.till,
                profile=device.profile,
                code_key=self._site.keys.code_key.hex(),
            ),
            version,
        )

    async def start(self, request: Request) -> Response:
        """Give a starting till its incarnation."""
        token, raw = bearer(request), await _told(request)
        words = parse_words(raw, Start) if raw.strip() else Start()
        check_version(words.protocol)
        return _json(await run_in_threadpool(self._start, token, words), words.protocol)

    def _start(self, token: str, words: Start) -> Started:
        database = self._site.database
        begun = database.write(lambda tx: self._begin(tx, token, words))
        if begun is None:
            raise ProblemFound(of_call("device_fenced"))
        device, incarnation = begun
        return Started(
            service=self._site.identity.service,
            epoch=self._site.identity.epoch,
            site_time=self._site.now(),
            incarnation=incarnation,
            next_seq=1,
            # Commands of earlier incarnations are taken in no more: nobody has to wait for this look.
            numbers_used=database.read(lambda db: enrolment.numbers_used(db, device.store, device.till)),
        )

    def _begin(self, tx: Transaction, token: str, words: Start) -> tuple[Device, int] | None:
        """The next incarnation; None when a copy of this till has worked meanwhile, which fences both."""
        device = _taking_part(enrolment.lock(tx, calling_till(tx, token).id))
        copied = words.incarnation is not None and words.incarnation < device.incarnation
        if copied and device.next_seq > 1:
            enrolment.fence(tx, device.id)
            return None
        said = Beginning(words.incarnation or 0, words.version)
        lending.tell(tx, device, takes_leases=words.leases)
        return device, enrolment.begin(tx, device, self._site.now(), said)

    async def commands(self, request: Request) -> Response:
        """Take commands in, in the order of their seq, each in a transaction of its own."""
        token, raw = bearer(request), await _told(request)
        push = parse_words(raw, Push)
        check_version(push.protocol)
        return await run_in_threadpool(self._push, token, push)

    def _push(self, token: str, push: Push) -> Response:
        site = self._site
        device = site.database.read(lambda db: calling_till(db, token))
        results: list[Result] = []
        gap: Gap | None = None
        try:
            for envelope, outcome in self._taken(device.id, push.envelopes):
                if isinstance(outcome, Gap):
                    gap = outcome
                    break
                results.append(outcome)
                site.meters.took(envelope.payload_kind.value, outcome.kind.value)
        except ProblemFound:
            if not results:
                raise
        return _json(
            PushAnswer(
                service=site.identity.service,
                epoch=site.identity.epoch,
                site_time=site.now(),
                results=tuple(results),
                send_from=gap.send_from if gap else None,
                wait=gap.wait if gap else None,
            ),
            push.protocol,
        )

    def _taken(self, device: str, envelopes: Sequence[Envelope]) -> Iterator[tuple[Envelope, Result | Gap]]:
        """What became of each, some of them handed to the database at once.

        Whatever stops one leaves a gap before those behind it, which are then not taken in either.
        """
        who, awaits = self._site.identity, self._catches_up()
        for start in range(0, len(envelopes), AT_ONCE):
            some = envelopes[start : start + AT_ONCE]
            intakes = [Intake(who, device, self._site.now(), catching_up=awaits) for _ in some]
            works = [partial(i.take, envelope=e) for i, e in zip(intakes, some, strict=True)]
            yield from zip(some, self._site.database.write_each(works), strict=True)

    def _catches_up(self) -> bool:
        """Whether commands may have to wait for those of other tills, which ends once in an epoch."""
        if self._catching_up:
            epoch, now = self._site.identity.epoch, self._site.now()
            self._catching_up = self._site.database.read(lambda db: catching_up.is_on(db, epoch, now))
        return self._catching_up

    async def changes(
        self,
        request: Request,
        cursor: str = "",
        wait: float = Query(default=0.0, ge=0.0, le=60.0),
        nonce: str = Query(default="", max_length=64),
        waiting: int | None = Query(default=None, ge=0, le=MOST_WAITING),
    ) -> Response:
        """What the till has not seen yet, waiting until there is something; `waiting` commands are at it."""
        device = await self._calling(request)
        after = self._place(cursor)
        await self._note(device, waiting)
        since = self._site.now() if waiting else None
        self._site.meters.heard(device.id, TillSaid(device.store, after, since))
        try:
            batch = await self._site.feed.batch(device.store, after, wait)
        except changes.CursorGone as gone:
            raise ProblemFound(of_call("cursor_gone")) from gone
        who = self._site.identity
        head = {
            "service": who.service,
            "nonce": nonce,
            "epoch": who.epoch,
            "site_time": self._site.now().isoformat(),
            "cursor": changes.cursor_text(who.epoch, batch.position),
            "more": batch.more,
        }
        told: Iterable[str] = batch.changes
        if (older := versions.older_words(spoken(request))) is not None:
            told = [text for text in map(older.change, batch.changes) if text is not None]
        text = json.dumps(head)[:-1] + f', "changes": [{",".join(told)}]}}'
        return Response(text, media_type="application/json")

    async def _note(self, device: Device, waiting: int | None) -> None:
        """Write down that the till calls, and what waits at it."""
        now = self._site.now()
        if enrolment.is_news(device, waiting, now):
            write = self._site.database.write
            await run_in_threadpool(write, lambda tx: enrolment.heard(tx, device, waiting, now))

    def _place(self, cursor: str) -> int:
        if not cursor:
            return 0
        try:
            epoch, position = changes.cursor_place(cursor)
        except ValueError as error:
            raise ProblemFound(of_call("malformed", "the cursor is not one of this site")) from error
        if epoch != self._site.identity.epoch:
            raise ProblemFound(of_call("epoch_changed", epoch=self._site.identity.epoch))
        return position

    async def sums(
        self, request: Request, cursor: str = "", nonce: str = Query(default="", max_length=64)
    ) -> Response:
        """How much of each kind the till should hold at its place in the feed, to compare with that."""
        device = await self._calling(request)
        place, now = self._place(cursor), self._site.now()
        found = await self._slowly(partial(self._sums.take, device.store, place, now))
        who = self._site.identity
        return _json(
            Sums(
                service=who.service,
                nonce=nonce,
                epoch=who.epoch,
                site_time=now,
                closed_after=checks.closed_after(now),
                sums=found,
            )
        )

    async def snapshot(
        self, request: Request, cursor: str = "", kinds: str = Query(default="", max_length=400)
    ) -> Response:
        """Records of the till's scope as a compressed SQLite file: all, or kinds as of its cursor or later.

        The entity tag is the file's SHA-256; a till that has a part of it asks for the rest with `If-Range`.
        """
        device = await self._calling(request)
        sort = Sort(device.store, _kinds(kinds), spoken(request))
        known = self._shelf.again(sort, request.headers.get("if-range", "").strip('"'))
        if known is not None:
            return _packed(known, known.stem[-64:])
        since = self._place(cursor)
        try:
            built = await self._slowly(partial(self._shelf.take, sort, self._site.now(), since))
        except SnapshotGone as error:
            raise ProblemFound(of_call("snapshot_gone")) from error
        return _packed(built.path, built.sha256)

    async def _slowly(self, work: Callable[[], T]) -> T:
        async with self._slow:
            return await asyncio.to_thread(work)

    async def orders(self, request: Request, query: str = Query(min_length=2, max_length=100)) -> Response:
        """Orders of any store that a typed text may mean."""
        token = bearer(request)
        text = await run_in_threadpool(self._site.database.read, lambda db: self._search(db, token, query))
        return Response(text, media_type="application/json")

    def _search(self, db: Executor, token: str, query: str) -> str:
        calling_till(db, token)
        found = order_search.ids(order_search.search(db, Search(text=query, newest_first=True)))
        read = dict(bodies.order_bodies(db, t.orders.c.id.in_(found), ""))
        return f'{{"orders":[{",".join(read[key].text or "null" for key in found)}]}}'

    async def presence(self, request: Request) -> Response:
        """Keep which order the till has in its sale; tell who else changes one now."""
        token, words = bearer(request), parse_words(await _told(request), Presence)

        def keep(tx: Transaction) -> Others:
            return order_presence.say(tx, calling_till(tx, token), words, self._site.now())

        return _json(await run_in_threadpool(self._site.database.write, keep))


def _packed(path: Path, sha256: str) -> FileResponse:
    """The file as an answer; what was taken away since it was found is begun again."""
    named, kind = {"ETag": f'"{sha256}"'}, "application/gzip"
    try:
        size = path.stat()
    except FileNotFoundError as error:
        raise ProblemFound(of_call("snapshot_gone")) from error
    return FileResponse(path, 200, named, kind, filename="snapshot.sqlite.gz", stat_result=size)


def _kinds(text: str) -> frozenset[RecordKind]:
    try:
        return frozenset(RecordKind(name) for name in text.split(",") if name)
    except ValueError as error:
        raise ProblemFound(of_call("malformed", "kinds names a kind of record that there is not")) from error


def _json(words: BaseModel, version: int = PROTOCOL) -> Response:
    older = versions.older_words(version)
    text = words.model_dump_json()
    if older is not None:
        text = json.dumps(older.words(type(words).__name__, json.loads(text)))
    return Response(text, media_type="application/json")
