"""Handing a text message to a gateway: one JSON post whose shape is a setting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from site_sync.service.notify.post import NotTaken
from site_sync.service.outgoing_http import Call, EndpointRefused, Unreachable, call, check_private

BUSY = (408, 423, 425, 429)
SHAPE = '{"id": "{id}", "from": "{sender}", "to": "{to}", "text": "{text}"}'
"""The body unless set otherwise; the words in braces are replaced wherever they stand in a text."""
MARKS = ("id", "sender", "to", "text")


class ShapeWrong(ValueError):
    """The body of the gateway is set to something that is no JSON with `{to}` and `{text}`."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where text messages are handed in, with which key, from whom, in which shape."""

    url: str
    token: str = field(default="", repr=False)
    sender: str = ""
    shape: str = SHAPE


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One text message: an id that stays the same for every try, the number in E.164, the text."""

    id: str
    to: str
    text: str


def body_of(gateway: Gateway, message: TextMessage) -> bytes:
    """The post's body; ShapeWrong when the shape is none."""
    try:
        shape = json.loads(gateway.shape)
    except ValueError as error:
        raise ShapeWrong("the body is no JSON") from error
    if "{to}" not in gateway.shape or "{text}" not in gateway.shape:
        raise ShapeWrong("the body lacks {to} or {text}")
    facts = {"id": message.id, "sender": gateway.sender, "to": message.to, "text": message.text}
    return json.dumps(_filled(shape, facts), ensure_ascii=False).encode()


def _filled(shape: Any, facts: Mapping[str, str]) -> Any:
    if isinstance(shape, str):
        return _replaced(shape, facts)
    if isinstance(shape, list):
        return [_filled(part, facts) for part in shape]
    if isinstance(shape, dict):
        return {name: _filled(part, facts) for name, part in shape.items()}
    return shape


def _replaced(text: str, facts: Mapping[str, str]) -> str:
    """The text with its marks replaced in one pass, so that no fact is taken for a mark."""
    parts = text.split("{")
    made = [parts[0]]
    for part in parts[1:]:
        name, brace, rest = part.partition("}")
        made.append(facts[name] + rest if brace and name in MARKS else "{" + part)
    return "".join(made)


def hand_in_text(gateway: Gateway, message: TextMessage) -> None:
    """Give the gateway one message; NotTaken when it does not take it."""
    headers = {"content-type": "application/json", "accept": "application/json", "user-agent": "Handover/1"}
    headers["idempotency-key"] = message.id
    if gateway.token:
        headers["authorization"] = f"Bearer {gateway.token}"
    try:
        check_private(gateway.url)
        answer = call(Call("POST", gateway.url, headers, body_of(gateway, message), 2000))
    except (EndpointRefused, ShapeWrong) as error:
        raise NotTaken(str(error), final=True) from error
    except Unreachable as error:
        raise NotTaken(str(error).partition(":")[0], final=False) from error
    if not answer.good:
        final = 400 <= answer.status < 500 and answer.status not in (*BUSY, 401, 403)
        raise NotTaken(f"the gateway answers {answer.status}", final=final)
