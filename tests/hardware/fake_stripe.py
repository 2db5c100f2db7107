"""Stripe's HTTP interface on loopback, with one reader and a script of faults."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "sk_test_right"
READER = "tmr_counter"
ZERO = {"id": READER, "object": "terminal.reader", "label": "Counter 1", "location": "tml_1"}


class Fault(Exception):
    """Stripe says no: HTTP status, code and the parameter it minds."""

    def __init__(
        self, status: int, code: str = "", param: str = "", kind: str = "invalid_request_error"
    ) -> None:
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "param": param, "message": code or kind}}


class FakeStripe:
    """Books like Stripe does; `faults` says by route what goes wrong with the next calls of it.

    A fault is `lost` (worked on, never answered), `down` (neither), or an HTTP status or code to answer with.
    """

    def __init__(self) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.action: dict[str, Any] | None = None
        self.online = True
        self.at_once = ""
        """What the card does the moment the reader asks for it: succeeded, or a failure code."""
        self.pending_refunds = False
        self.faults: dict[str, list[str]] = {}
        self.calls: list[str] = []
        self.created = 1_700_000_000
        self._keys: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    @property
    def charged(self) -> int:
        """What cards paid, in Stripe's own steps."""
        return sum(one["amount"] for one in self.intents.values() if one["status"] == "succeeded")

    @property
    def given_back(self) -> int:
        """What went back to cards."""
        return sum(one["amount"] for one in self.refunds.values() if one["status"] != "failed")

    # the customer at the reader

    def card(self, outcome: str = "succeeded") -> None:
        """A card is presented, or the customer presses cancel: `succeeded` or a failure code."""
        if self.action is None or self.action["status"] != "in_progress":
            return
        intent = self.intents[self.action["process_payment_intent"]["payment_intent"]]
        if outcome == "succeeded" and intent["status"] == "requires_payment_method":
            intent["status"] = "succeeded"
            self.action["status"] = "succeeded"
        else:
            self.action |= {"status": "failed", "failure_code": outcome, "failure_message": "no"}

    # routes

    def answer(self, method: str, path: str, sent: dict[str, str], key: str) -> dict[str, Any]:
        with self._lock:
            if key and key in self._keys:
                return self._keys[key]
            made = self._route(method, path.removeprefix("/v1/").split("/"), sent)
            if key:
                self._keys[key] = json.loads(json.dumps(made))
            return made

    def _route(self, method: str, parts: list[str], sent: dict[str, str]) -> dict[str, Any]:
        match (method, *parts):
            case ("POST", "payment_intents"):
                return self._intent(sent)
            case ("GET", "payment_intents"):
                return self._list(self.intents, sent)
            case ("GET", "payment_intents", name):
                return self._one(self.intents, name)
            case ("POST", "payment_intents", name, "cancel"):
                return self._cancel(self._one(self.intents, name))
            case ("POST", "refunds"):
                return self._refund(sent)
            case ("GET", "refunds"):
                return self._list(self.refunds, sent)
            case ("GET", "refunds", name):
                return self._one(self.refunds, name)
            case ("GET", "terminal", "readers", name):
                return self._reader(name)
            case ("POST", "terminal", "readers", name, "process_payment_intent"):
                return self._process(name, sent["payment_intent"])
            case ("POST", "terminal", "readers", name, "cancel_action"):
                self._there()
                self.action = None
                return self._reader(name)
        raise Fault(404, "route_unknown")

    def _intent(self, sent: dict[str, str]) -> dict[str, Any]:
        if sent["payment_method_types[0]"] != "card_present" or sent["capture_method"] != "automatic":
            raise Fault(400, "parameter_invalid")
        if int(sent["amount"]) < 10:
            raise Fault(400, "amount_too_small", "amount")
        made = self._make("pi", sent, status="requires_payment_method", currency=sent["currency"])
        self.intents[made["id"]] = made
        return made

    def _refund(self, sent: dict[str, str]) -> dict[str, Any]:
        paid = self._one(self.intents, sent["payment_intent"])
        if paid["status"] != "succeeded":
            raise Fault(400, "charge_not_found", "payment_intent")
        given = sum(one["amount"] for one in self.refunds.values() if one["payment_intent"] == paid["id"])
        if given == paid["amount"]:
            raise Fault(400, "charge_already_refunded")
        if given + int(sent["amount"]) > paid["amount"]:
            raise Fault(400, "", "amount")
        status = "pending" if self.pending_refunds else "succeeded"
        made = self._make("re", sent, status=status, payment_intent=paid["id"])
        self.refunds[made["id"]] = made
        return made

    def _make(self, prefix: str, sent: dict[str, str], **more: str) -> dict[str, Any]:
        number = len(self.intents) + len(self.refunds) + 1
        metadata = {"handover_attempt": sent["metadata[handover_attempt]"]}
        kind = {"pi": "payment_intent", "re": "refund"}[prefix]
        made = {"id": f"{prefix}_{number}", "object": kind, "amount": int(sent["amount"])}
        return {**made, "metadata": metadata, "created": self.created, **more}

    def _process(self, reader: str, intent: str) -> dict[str, Any]:
        self._there()
        if self.action is not None and self.action["status"] == "in_progress":
            raise Fault(400, "terminal_reader_busy")
        self._one(self.intents, intent)
        inside = {"payment_intent": intent, "process_config": {"enable_customer_cancellation": True}}
        action = {"type": "process_payment_intent", "status": "in_progress", "process_payment_intent": inside}
        self.action = {**action, "failure_code": None, "failure_message": None}
        if self.at_once:
            self.card(self.at_once)
        return self._reader(reader)

    def _cancel(self, intent: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] in ("succeeded", "processing", "canceled"):
            raise Fault(400, "payment_intent_unexpected_state")
        intent["status"] = "canceled"
        return intent

    def _there(self) -> None:
        if not self.online:
            raise Fault(400, "terminal_reader_offline")

    def _reader(self, name: str) -> dict[str, Any]:
        if name != READER:
            raise Fault(404, "resource_missing", "reader")
        return {**ZERO, "status": "online" if self.online else "offline", "action": self.action}

    @staticmethod
    def _one(kept: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
        if name not in kept:
            raise Fault(404, "resource_missing", "payment_intent")
        return kept[name]

    @staticmethod
    def _list(kept: dict[str, dict[str, Any]], sent: dict[str, str]) -> dict[str, Any]:
        newest = [one for one in reversed(kept.values()) if one["created"] >= int(sent["created[gte]"])]
        ids = [one["id"] for one in newest]
        start = ids.index(sent["starting_after"]) + 1 if "starting_after" in sent else 0
        page = newest[start : start + int(sent["limit"])]
        return {"object": "list", "data": page, "has_more": start + len(page) < len(newest), "url": "/"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    stripe: FakeStripe

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        place = urlsplit(self.path)
        sent = dict(parse_qsl(place.query or body))
        stripe = self.stripe
        route = f"{method} {place.path.rsplit('/', 1)[-1] if method == 'POST' else place.path.split('/')[2]}"
        stripe.calls.append(route)
        waiting = stripe.faults.get(route) or [""]
        fault = waiting.pop(0)
        try:
            if self.headers["Authorization"] != f"Bearer {KEY}":
                raise Fault(401)
            if fault == "down":
                self.close_connection = True
                return
            if fault.isdigit():
                raise Fault(int(fault), kind="api_error")
            answer = 200, stripe.answer(method, place.path, sent, self.headers.get("Idempotency-Key") or "")
            if fault not in ("", "lost"):
                raise Fault(400, fault)
        except Fault as refused:
            answer = refused.status, refused.body
        if fault == "lost":
            self.close_connection = True
            return
        self._say(*answer)

    def _say(self, status: int, body: dict[str, Any]) -> None:
        written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


@contextmanager
def serving(stripe: FakeStripe) -> Iterator[str]:
    """The address of this Stripe while it is served."""
    handler = type("Handler", (_Handler,), {"stripe": stripe})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
