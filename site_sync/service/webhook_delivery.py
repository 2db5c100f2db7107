"""Sending one outgoing webhook: signed by Standard Webhooks, without following redirects."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook

TIMEOUT_SECONDS = 10.0
KEPT_ANSWER = 300
"""Characters of an endpoint's answer that are kept to be looked at."""


class EndpointRefused(ValueError):
    """The endpoint's address is one that is never called."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one try: whether the endpoint took it, whether it is gone for good, what it said."""

    taken: bool
    gone: bool
    answer: str


def check_url(url: str) -> None:
    """Refuse addresses without a host, with credentials, or that no endpoint can have (metadata services)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EndpointRefused("not an address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or port == 0:
        raise EndpointRefused("an endpoint is http or https with a host and without credentials")
    _check_host(parts.hostname)


def _check_host(host: str) -> None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        raise EndpointRefused(f"{host} cannot be an endpoint")


def headers(secrets: tuple[str, ...], event_id: str, at: datetime, body: str) -> dict[str, str]:
    """Standard Webhooks headers; while a secret is replaced both sign."""
    signatures = [Webhook(secret).sign(event_id, at, body) for secret in secrets if secret]
    return {
        "content-type": "application/json",
        "user-agent": "Handover-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _connect(host: str, port: int) -> socket.socket:
    """A connection to a host, whose resolved address is checked as well, so that a name cannot hide one."""
    last: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        _check_host(str(address[0]))
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(TIMEOUT_SECONDS)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
            continue
        return connection
    raise last or OSError(f"{host} has no address")


def deliver(url: str, body: str, signed: dict[str, str]) -> Attempt:
    """Post a webhook; every way it can fail is an answer, never an exception."""
    try:
        check_url(url)
        parts = urlsplit(url)
        host = parts.hostname or ""
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        raw = _connect(host, port)
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        )
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body.encode(), signed)
            answer = connection.getresponse()
            text = answer.read(KEPT_ANSWER * 4).decode("utf-8", "replace")[:KEPT_ANSWER]
        finally:
            connection.close()
    except EndpointRefused as error:
        return Attempt(False, True, str(error))
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return Attempt(False, False, f"{type(error).__name__}: {error}"[:KEPT_ANSWER])
    said = f"{answer.status} {text}".replace("\x00", "").strip()
    return Attempt(200 <= answer.status < 300, answer.status == 410, said)
