"""Asking a shop's own API with its key, and telling what went wrong in words."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from site_sync.service.connector_register import Connector, ConnectorKind
from site_sync.service.outgoing_http import Answer, Call, EndpointRefused, Unreachable, call, check_private
from site_sync.service.sealing import Owner, Unsealable, unseal

LONGEST_PAUSE = timedelta(hours=1)
KEPT_WORDS = 200
REFUSED_KEY = (401, 403)
GONE = (404, 410)
BUSY = (408, 423, 425, 429)


class ShopTrouble(Exception):
    """The shop did not do what was asked; `final` when asking again helps nothing; when to ask again."""

    def __init__(self, words: str, *, final: bool = False, pause: timedelta | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.final = final
        self.pause = pause


@dataclass(frozen=True, slots=True)
class ShopApi:
    """A shop's own API: its address without a slash at the end, and the headers that open it."""

    kind: ConnectorKind
    url: str
    headers: Mapping[str, str] = field(repr=False)

    def ask(self, method: str, path: str, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """One call; what the shop answered, read from JSON. ShopTrouble when it did not do it."""
        address = f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = call(Call(method, address, self.headers, sent))
        except EndpointRefused as error:
            raise ShopTrouble(str(error), final=True) from error
        except Unreachable as error:
            raise ShopTrouble(f"the shop did not answer ({error})") from error
        if not answer.good:
            raise _trouble(answer)
        return _json(answer)


def _trouble(answer: Answer) -> ShopTrouble:
    text = answer.body[: KEPT_WORDS * 4].decode("utf-8", "replace").replace("\x00", "")[:KEPT_WORDS].strip()
    answered = f"{answer.status} {text}".strip()
    if answer.status in REFUSED_KEY:
        return ShopTrouble(f"the shop refuses the key: {answered}")
    if answer.status in GONE:
        return ShopTrouble(f"the shop has no such thing: {answered}", final=True)
    final = 300 <= answer.status < 500 and answer.status not in BUSY
    return ShopTrouble(f"the shop answers: {answered}", final=final, pause=_pause(answer))


def _pause(answer: Answer) -> timedelta | None:
    """How long the shop asks to be left alone."""
    told = answer.headers.get("retry-after", "").strip()
    if not told.isascii() or not told.isdigit() or len(told) > 6:
        return None
    return min(timedelta(seconds=int(told)), LONGEST_PAUSE)


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ShopTrouble("the shop's answer is cut off or no JSON") from error


def api_of(connector: Connector, seal_key: bytes) -> ShopApi:
    """The API of a connector's shop; ShopTrouble when it cannot be used."""
    if not connector.reachable:
        raise ShopTrouble("the shop's API is not set up", final=True)
    try:
        key = unseal(seal_key, connector.api_key, Owner.SHOP_API.of(connector.id))
        check_private(connector.settings.api_url)
    except (Unsealable, EndpointRefused) as error:
        raise ShopTrouble(str(error), final=True) from error
    return ShopApi(connector.kind, connector.settings.api_url.rstrip("/"), _headers(connector.kind, key))


def _headers(kind: ConnectorKind, key: str) -> dict[str, str]:
    known = {
        "accept": "application/json",
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Handover/1",
    }
    if kind is ConnectorKind.SHOPIFY:
        return known | {"x-shopify-access-token": key}
    return known | {"authorization": "Basic " + base64.b64encode(key.encode()).decode()}
