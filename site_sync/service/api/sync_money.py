"""What tills ask the site before money moves: balances, money set aside, receipts of other tills."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from site_sync.domain.balances import Holder
from site_sync.protocol.balances import (
    BalancesAnswer,
    BalancesWanted,
    HoldWanted,
    Release,
    Released,
    ReturnClaim,
)
from site_sync.protocol.codec import PRINTABLE
from site_sync.service import balances, returned_goods
from site_sync.service.api.bodies_in import bearer, parse_words
from site_sync.service.api.sync import calling_till
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import Device
from site_sync.service.wiring import Site

Words = TypeVar("Words", bound=BaseModel)


class MoneyRoutes:
    """Every route asks for a till's token; all that sets something aside may be asked again."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/sync/v1", tags=["sync"])
        router.add_api_route("/balances", self.balances, methods=["POST"])
        router.add_api_route("/holds", self.hold, methods=["POST"])
        router.add_api_route("/holds/release", self.release, methods=["POST"])
        router.add_api_route("/receipts", self.receipt, methods=["GET"])
        router.add_api_route("/returns", self.claim, methods=["POST"])
        return router

    async def balances(self, request: Request) -> Response:
        """What gift cards, credits and accounts hold now."""
        token, wanted = bearer(request), parse_words(await request.body(), BalancesWanted)
        now = self._site.now()

        def read(db: Executor) -> BalancesAnswer:
            calling_till(db, token)
            holders = [Holder(one.kind, one.key) for one in wanted.holders]
            return BalancesAnswer(
                balances=tuple(balances.state(db, one, wanted.currency, now) for one in holders)
            )

        return _json(await run_in_threadpool(self._site.database.read, read))

    async def hold(self, request: Request) -> Response:
        """Set money of a balance aside for one payment."""
        token, wanted = bearer(request), parse_words(await request.body(), HoldWanted)
        now = self._site.now()
        return await self._write(token, lambda tx, device: balances.hold(tx, device.id, wanted, now))

    async def release(self, request: Request) -> Response:
        """Let go of what was set aside and not used, and of goods claimed and not taken back."""
        token, wanted = bearer(request), parse_words(await request.body(), Release)

        def let_go(tx: Transaction, device: Device) -> Released:
            money = balances.release(tx, device.id, wanted.ids)
            return Released(count=money + returned_goods.release(tx, device.id, wanted.ids))

        return await self._write(token, let_go)

    async def receipt(
        self, request: Request, number: str = Query(min_length=1, max_length=64, pattern=PRINTABLE)
    ) -> Response:
        """A receipt of any till, with what came back of it."""
        token, now = bearer(request), self._site.now()

        def read(db: Executor) -> BaseModel:
            calling_till(db, token)
            return returned_goods.receipt(db, number, now)

        return _json(await run_in_threadpool(self._site.database.read, read))

    async def claim(self, request: Request) -> Response:
        """Units of a receipt are to come back at this till, and at no other meanwhile."""
        token, wanted = bearer(request), parse_words(await request.body(), ReturnClaim)
        now = self._site.now()
        return await self._write(token, lambda tx, device: returned_goods.claim(tx, device, wanted, now))

    async def _write(self, token: str, work: Callable[[Transaction, Device], BaseModel]) -> Response:
        def write(tx: Transaction) -> BaseModel:
            return work(tx, calling_till(tx, token))

        return _json(await run_in_threadpool(self._site.database.write, write))


def _json(words: BaseModel) -> Response:
    return Response(words.model_dump_json(), media_type="application/json")
