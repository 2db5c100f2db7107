"""The wire between a till and the site: the shipped client on it, and everything that can go wrong on it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import requests

from site_sync.worker.client import SERVICE_HEADER, CallFailed, SiteClient, _Request
from site_sync.worker.worker import FailureKind
from tests.simulation.storm.door import Answered, Asked, Door


class Fault(StrEnum):
    """What can happen to one call."""

    DROP_REQUEST = "request dropped"
    DROP_REPLY = "reply dropped"
    DELAY = "request delayed beyond its time"
    DUPLICATE = "request delivered twice"
    REORDER = "request overtaken by the next one"
    CAPTIVE_PORTAL = "captive portal answered"
    BROKEN_JSON = "answer cut off"
    UNAVAILABLE = "503"
    BUSY = "429"
    SITE_DISK = "the site's commit failed"
    SITE_DIES = "the site died after its commit"
    OVERTAKEN = "other lane and staff at work during the call"
    TILL_DIES = "the till died during the call"


class TillDied(BaseException):
    """The till's process is gone; nothing in it goes on."""


@dataclass
class Wire:
    """One till's wire; `planned` are the faults of its next calls; what still travels arrives `soon` (before
    the next call) or `late` (after it)."""

    door: Door
    fired: Counter[str]
    up: bool = True
    planned: deque[Fault] = field(default_factory=deque)
    soon: list[Asked] = field(default_factory=list)
    late: list[Asked] = field(default_factory=list)
    meanwhile: Callable[[Asked], None] = lambda _asked: None
    saw: Callable[[Asked, Answered], None] = lambda _asked, _answered: None

    def carry(self, asked: Asked) -> Answered:
        """Bring one request to the site and its answer back; CallFailed when the till hears nothing."""
        if not self.up:
            self.fired["partition"] += 1
            raise _unheard()
        fault = self.planned.popleft() if self.planned else None
        if fault is not None:
            self.fired[fault.value] += 1
        if fault in (Fault.DROP_REQUEST, Fault.DELAY, Fault.REORDER):
            if fault is not Fault.DROP_REQUEST:
                (self.soon if fault is Fault.DELAY else self.late).append(asked)
            raise _unheard()
        made_up = _MADE_UP.get(fault) if fault else None
        if made_up is not None:
            return made_up(self.door.site.identity.service)
        self.soon = self._arrive(self.soon)
        answered = self._reach(asked, fault)
        self.late = self._arrive(self.late)
        return self._back(asked, answered, fault)

    def _reach(self, asked: Asked, fault: Fault | None) -> Answered:
        if fault is Fault.SITE_DISK:
            self.door.database.fails = 1
        if fault is Fault.SITE_DIES:
            self.door.database.dies_after = 1
        if fault is Fault.DUPLICATE:
            self._deliver(asked)
        answered = self._deliver(asked)
        self.door.database.fails = self.door.database.dies_after = 0
        if answered is None:
            raise _unheard()
        return answered

    def _back(self, asked: Asked, answered: Answered, fault: Fault | None) -> Answered:
        if fault is Fault.DROP_REPLY:
            raise _unheard()
        if fault is Fault.BROKEN_JSON:
            return Answered(answered.status, answered.headers, answered.body[: len(answered.body) // 2])
        if fault is Fault.TILL_DIES:
            raise TillDied
        if fault is Fault.OVERTAKEN:
            self.meanwhile(asked)
        return answered

    def _arrive(self, travelling: list[Asked]) -> list[Asked]:
        """What was delayed reaches the site, whose answers nobody waits for; nothing travels then."""
        for asked in travelling:
            self._deliver(asked)
        return []

    def _deliver(self, asked: Asked) -> Answered | None:
        answered = self.door.answer(asked)
        if answered is not None:
            self.saw(asked, answered)
        return answered


def _unheard() -> CallFailed:
    return CallFailed(FailureKind.AGAIN, "unreachable")


def _portal(_service: str) -> Answered:
    return Answered(200, {"Content-Type": "text/html"}, b"<html>Welcome to our hotel</html>")


def _unavailable(service: str) -> Answered:
    return Answered(503, {SERVICE_HEADER: service, "Retry-After": "2"}, b'{"code": "unavailable"}')


def _busy(service: str) -> Answered:
    return Answered(429, {SERVICE_HEADER: service, "Retry-After": "7"}, b'{"code": "rate_limited"}')


_MADE_UP = {Fault.CAPTIVE_PORTAL: _portal, Fault.UNAVAILABLE: _unavailable, Fault.BUSY: _busy}


class WireClient(SiteClient):
    """The shipped client, whose session is the simulated wire."""

    def __init__(self, wire: Wire, token: str, service: str) -> None:
        super().__init__("http://site", token, service)
        self._wire, self.token, self.service = wire, token, service
        self.told_waiting = ""
        """How many commands wait here, as the site heard it last."""

    def _send(self, request: _Request, *, stream: bool = False) -> requests.Response:
        body = request.body.model_dump_json().encode() if request.body is not None else b""
        query = tuple(sorted((request.query or {}).items()))
        asked = Asked(request.method, request.path, self.token, query, body, tuple(request.headers.items()))
        answered = self._wire.carry(asked)
        self.told_waiting = (request.query or {}).get("waiting", self.told_waiting)
        response = requests.Response()
        response.status_code = answered.status
        response.headers.update(answered.headers)
        made: Any = response
        made._content, made._content_consumed = answered.body, True
        return response
