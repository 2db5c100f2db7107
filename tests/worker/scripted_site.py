"""An HTTP server that answers as scripted, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NONCE = "<the nonce asked with>"


@dataclass(frozen=True)
class Answer:
    """One answer; a body that is no bytes goes out as JSON, the connection breaks after `cut` bytes."""

    body: Any = field(default_factory=dict)
    status: int = 200
    content_type: str = "application/json"
    service: str = "site"
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None


@dataclass(frozen=True)
class Asked:
    """One call: method, path, query, headers, JSON body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class ScriptedSite:
    """Answers in the order scripted; an unscripted call is answered 500."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = deque(answers)
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site._answer(self)

            def do_POST(self) -> None:
                site._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def _answer(self, call: BaseHTTPRequestHandler) -> None:
        length = int(call.headers.get("Content-Length", 0))
        raw = call.rfile.read(length)
        parts = urlsplit(call.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        headers = {key.lower(): value for key, value in call.headers.items()}
        body = json.loads(raw) if raw else None
        self.asked.append(Asked(call.command, parts.path, query, headers, body))
        answer = self.answers.popleft() if self.answers else Answer(status=500)
        data = answer.body
        if not isinstance(data, bytes):
            data = json.dumps(data).replace(json.dumps(NONCE), json.dumps(query.get("nonce", ""))).encode()
        call.send_response(answer.status)
        call.send_header("Content-Type", answer.content_type)
        call.send_header("Content-Length", str(len(data)))
        if answer.service:
            call.send_header("X-Handover-Service", answer.service)
        for name, value in answer.headers:
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(data[: answer.cut])
        call.close_connection = call.close_connection or answer.cut is not None

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
