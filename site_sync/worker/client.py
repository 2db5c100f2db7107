"""The site's sync interface over HTTP: what a call answers, or how it failed."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests
import urllib3
from pydantic import BaseModel, ValidationError
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from site_sync.protocol.balances import (
    BalancesAnswer,
    BalancesWanted,
    ClaimAnswer,
    HoldAnswer,
    HoldWanted,
    ReceiptAnswer,
    Release,
    Released,
    ReturnClaim,
)
from site_sync.protocol.changes import Changes, Enrol, Enrolled, Start, Started
from site_sync.protocol.checks import Sums
from site_sync.protocol.enquiry import FoundOrders
from site_sync.protocol.envelope import PROTOCOL, Envelope, Push, PushAnswer
from site_sync.protocol.presence import Others, Presence
from site_sync.worker.partial_file import FileBroken, FileCut, PartialFile
from site_sync.worker.worker import FailureKind

SERVICE_HEADER = "X-Handover-Service"
CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
SEARCH_SECONDS = 8.0
LONGEST_WAIT = 120.0
ARRIVING_BYTES = 1 << 16
"""Of a large answer so much is kept at a time; of what came after that nothing is left when it breaks off."""

Words = TypeVar("Words", bound=BaseModel)

_STOP = frozenset({401, 403, 426})
_KINDS: Mapping[str, FailureKind] = {
    "incarnation_old": FailureKind.START_AGAIN,
    "epoch_changed": FailureKind.START_AGAIN,
    "cursor_gone": FailureKind.LOAD_AGAIN,
}


@dataclass(frozen=True, slots=True)
class _Request:
    """One call; `read` is how long its answer may take in seconds."""

    method: str
    path: str
    body: BaseModel | None = None
    query: Mapping[str, str] | None = None
    read: float = READ_SECONDS
    headers: Mapping[str, str] = field(default_factory=dict)


class CallFailed(Exception):
    """A call came to nothing: what that means for the next one, the code, seconds the site asked to wait."""

    def __init__(self, kind: FailureKind, code: str, wait: float = 0.0) -> None:
        super().__init__(f"{kind.value}: {code}")
        self.kind = kind
        self.code = code
        self.wait = wait


_KEEP_ALIVE = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), seconds)
        for name, seconds in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
        if hasattr(socket, name)
    ),
]
"""A network that dies without a word is noticed in half a minute, also while the till only waits."""


class _Sockets:
    """The open sockets of a session, so that a call that waits can be ended from another thread."""

    def __init__(self) -> None:
        self._open: set[socket.socket] = set()
        self._shut = False

    def add(self, opened: socket.socket | None) -> None:
        self._open = {known for known in self._open if known.fileno() >= 0}
        if opened is not None:
            self._open.add(opened)
        if self._shut:
            self.shut()

    def shut(self) -> None:
        """End every call, also one that only begins now."""
        self._shut = True
        for known in tuple(self._open):
            try:
                known.shutdown(socket.SHUT_RDWR)
            except OSError:
                # Closed meanwhile: that is all that was wanted.
                continue


def _tracking(plain: type[HTTPConnection], sockets: _Sockets) -> type[HTTPConnection]:
    class Tracked(plain):  # type: ignore[misc,valid-type]
        default_socket_options = [*plain.default_socket_options, *_KEEP_ALIVE]

        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

    return Tracked


class _Adapter(HTTPAdapter):
    """One connection kept open; no tries of its own, as the worker's pace is the only one."""

    def __init__(self, sockets: _Sockets) -> None:
        self._sockets = sockets
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        plain, secure = _tracking(HTTPConnection, self._sockets), _tracking(HTTPSConnection, self._sockets)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


class SiteClient:
    """One HTTP session, for one thread; only `abort` may be called from another one.

    `service` is the id the answers must carry: anything else on this address (a hotel's sign-in page, another
    site) is not the site. Empty accepts any, as at enrolment.
    """

    def __init__(self, site_url: str, token: str, service: str, *, authority: str = "") -> None:
        self._base = site_url.rstrip("/")
        self._service = service
        self._sockets = _Sockets()
        self._session = requests.Session()
        self._session.trust_env = False
        if authority:
            self._session.verify = authority
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._sockets))
        self._session.headers.update({"Accept": "application/json", "X-Handover-Protocol": str(PROTOCOL)})
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def abort(self) -> None:
        """End the call that is waiting and any later one; they fail as unreachable."""
        self._sockets.shut()

    def enrol(self, words: Enrol) -> Enrolled:
        """Become a till of the site with a one-time code."""
        return self._call(_Request("POST", "/sync/v1/enrol", words), Enrolled)

    def start(self, words: Start) -> Started:
        """Begin with a new incarnation."""
        return self._call(_Request("POST", "/sync/v1/start", words), Started)

    def push(self, envelopes: tuple[Envelope, ...]) -> PushAnswer:
        """Send envelopes."""
        return self._call(_Request("POST", "/sync/v1/commands", Push(envelopes=envelopes)), PushAnswer)

    def changes(self, cursor: str, wait: int, nonce: str, waiting: int = 0) -> Changes:
        """What changed after the cursor; waits up to `wait` seconds (at most 25) for something.

        The site is told how many commands are `waiting` here.
        """
        asked = {"cursor": cursor, "wait": str(wait), "nonce": nonce, "waiting": str(waiting)}
        request = _Request("GET", "/sync/v1/changes", query=asked, read=wait + READ_SECONDS)
        answer = self._call(request, Changes)
        if answer.nonce != nonce:
            raise CallFailed(FailureKind.AGAIN, "not_the_site")
        return answer

    def sums(self, cursor: str, nonce: str) -> Sums:
        """How much of each kind the till should hold at its place in the feed."""
        asked = {"cursor": cursor, "nonce": nonce}
        answer = self._call(_Request("GET", "/sync/v1/sums", query=asked), Sums)
        if answer.nonce != nonce:
            raise CallFailed(FailureKind.AGAIN, "not_the_site")
        return answer

    def snapshot(self, target: Path, epoch: str, kinds: Iterable[str] = (), cursor: str = "") -> None:
        """Fetch the snapshot and unpack it to `target`, which appears only when it is whole.

        What came before a break is kept, also over a restart, and only the rest is asked for. `kinds` fetches
        those alone, as of the cursor or later.
        """
        part = PartialFile(target, epoch)
        try:
            if not part.is_whole:
                self._fetch(part, {"kinds": ",".join(sorted(kinds)), "cursor": cursor})
            part.unpack()
        except FileCut as error:
            raise CallFailed(FailureKind.AGAIN, "snapshot_cut") from error
        except FileBroken as error:
            raise CallFailed(FailureKind.AGAIN, "snapshot_broken") from error
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            part.discard()
            raise CallFailed(FailureKind.AGAIN, "disk_full") from error

    def _fetch(self, part: PartialFile, query: Mapping[str, str]) -> None:
        headers = {"Range": f"bytes={part.size}-", "If-Range": f'"{part.sha256}"'} if part.sha256 else {}
        wanted = {name: value for name, value in query.items() if value}
        response = self._send(
            _Request("GET", "/sync/v1/snapshot", query=wanted, headers=headers), stream=True
        )
        self._check(response)
        tag = response.headers.get("ETag", "").strip('"')
        if response.status_code != requests.codes.partial_content:
            part.begin(tag, int(response.headers.get("Content-Length", "0")))
        elif tag != part.sha256:
            raise FileBroken
        try:
            with response:
                part.append(response.iter_content(ARRIVING_BYTES))
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise FileCut from error

    def search_orders(self, typed: str) -> FoundOrders:
        """Orders of all stores that fit what was typed; somebody waits for it, so not for long."""
        query = {"query": typed}
        return self._call(_Request("GET", "/sync/v1/orders", query=query, read=SEARCH_SECONDS), FoundOrders)

    def presence(self, words: Presence) -> Others:
        """Say which order is in the sale here; who else changes one now."""
        return self._call(_Request("POST", "/sync/v1/presence", words, read=SEARCH_SECONDS), Others)

    def balances(self, words: BalancesWanted) -> BalancesAnswer:
        """What gift cards, credits and accounts hold now."""
        return self._call(_Request("POST", "/sync/v1/balances", words, read=SEARCH_SECONDS), BalancesAnswer)

    def hold(self, words: HoldWanted) -> HoldAnswer:
        """Set money of a balance aside for one payment; may be asked again."""
        return self._call(_Request("POST", "/sync/v1/holds", words, read=SEARCH_SECONDS), HoldAnswer)

    def release(self, words: Release) -> Released:
        """Let go of what was set aside or claimed."""
        return self._call(_Request("POST", "/sync/v1/holds/release", words, read=SEARCH_SECONDS), Released)

    def receipt(self, number: str) -> ReceiptAnswer:
        """A receipt of any till, with what came back of it."""
        asked = {"number": number}
        request = _Request("GET", "/sync/v1/receipts", query=asked, read=SEARCH_SECONDS)
        return self._call(request, ReceiptAnswer)

    def claim_return(self, words: ReturnClaim) -> ClaimAnswer:
        """Claim units of a receipt to take them back; may be asked again."""
        return self._call(_Request("POST", "/sync/v1/returns", words, read=SEARCH_SECONDS), ClaimAnswer)

    def _call(self, request: _Request, words: type[Words]) -> Words:
        response = self._send(request)
        self._check(response)
        if not response.headers.get("Content-Type", "").startswith("application/json"):
            raise CallFailed(FailureKind.AGAIN, "not_the_site")
        try:
            return words.model_validate_json(response.content)
        except ValidationError as error:
            raise CallFailed(FailureKind.AGAIN, "answer_malformed") from error

    def _send(self, request: _Request, *, stream: bool = False) -> requests.Response:
        headers = dict(request.headers)
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._session.request(
                request.method,
                self._base + request.path,
                params=request.query,
                data=request.body.model_dump_json().encode() if request.body is not None else None,
                headers=headers,
                timeout=(CONNECT_SECONDS, request.read),
                stream=stream,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError as error:
            raise CallFailed(FailureKind.AGAIN, "certificate_wrong") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise CallFailed(FailureKind.AGAIN, "unreachable") from error

    def _check(self, response: requests.Response) -> None:
        """Refuse answers that are not the site's, then those that say no."""
        service = response.headers.get(SERVICE_HEADER, "")
        if not service or (self._service and service != self._service):
            raise CallFailed(FailureKind.AGAIN, "not_the_site")
        if response.ok and response.status_code < 300:
            return
        code = _problem_code(response)
        if code in _KINDS:
            raise CallFailed(_KINDS[code], code)
        if response.status_code in _STOP:
            raise CallFailed(FailureKind.STOP, code)
        raise CallFailed(FailureKind.AGAIN, code, _asked_wait(response.headers.get("Retry-After", "")))


def _problem_code(response: requests.Response) -> str:
    """The problem's code, or the status where the body is no problem document."""
    try:
        document = response.json()
    except requests.JSONDecodeError:
        return f"http_{response.status_code}"
    code = document.get("code") if isinstance(document, dict) else None
    return code if isinstance(code, str) else f"http_{response.status_code}"


def _asked_wait(text: str) -> float:
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else 0.0


def enrol(site_url: str, words: Enrol, *, authority: str = "") -> Enrolled:
    """Enrol at a site; CallFailed when it does not let the till in."""
    client = SiteClient(site_url, "", "", authority=authority)
    try:
        return client.enrol(words)
    finally:
        client.close()
