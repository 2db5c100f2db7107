"""The first contact with a site: its authority, believed only if it bears the mark of the code."""

from __future__ import annotations

import hmac
import http.client
import os
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from site_sync.domain.invitations import mark_of
from site_sync.worker.client import CONNECT_SECONDS, CallFailed
from site_sync.worker.worker import FailureKind

LARGEST = 20_000
AUTHORITY_FILE = "authority.pem"
"""Beside the till's database: whom the site's certificate must come from. It is no secret."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def fetch(site_url: str, mark: str) -> str:
    """The certificate (PEM) that bears the mark; CallFailed when there is none, or another one."""
    text = _text(site_url)
    try:
        certificate = ssl.PEM_cert_to_DER_cert(text)
    except ValueError as error:
        raise CallFailed(FailureKind.STOP, "authority_wrong") from error
    if not hmac.compare_digest(mark_of(certificate), mark):
        raise CallFailed(FailureKind.STOP, "authority_wrong")
    return text


def _text(site_url: str) -> str:
    """What the site says its authority is; nothing secret is sent, and nothing is believed yet."""
    parts = urlsplit(site_url)
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    asking = http.client.HTTPSConnection(
        parts.hostname or "", parts.port or 443, timeout=CONNECT_SECONDS, context=unverified
    )
    try:
        asking.request("GET", f"{parts.path.rstrip('/')}/sync/v1/authority")
        answer = asking.getresponse()
        body = answer.read(LARGEST)
    except (OSError, http.client.HTTPException) as error:
        raise CallFailed(FailureKind.AGAIN, "unreachable") from error
    finally:
        asking.close()
    if answer.status != http.client.OK:
        raise CallFailed(FailureKind.STOP, "authority_missing")
    return body.decode("ascii", "replace")


def check_address(site_url: str) -> None:
    """Refuse an address whose traffic others could read; this machine's own is fine without TLS."""
    parts = urlsplit(site_url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise CallFailed(FailureKind.STOP, "insecure_address")


class Trust:
    """Whom a till believes that asks in: the authority of its code's mark, else the system's."""

    def __init__(self, folder: Path, site_url: str, mark: str) -> None:
        self._file, self._new = folder / AUTHORITY_FILE, folder / f"{AUTHORITY_FILE}.new"
        self._site_url, self._mark = site_url, mark

    def begin(self) -> str:
        """The file to check the site with (empty: the system's); CallFailed when it is not right."""
        check_address(self._site_url)
        self._new.unlink(missing_ok=True)
        if not self._mark:
            return ""
        text = fetch(self._site_url, self._mark)
        with self._new.open("w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return str(self._new)

    def keep(self) -> None:
        """The site let the till in: this is whom it believes from now on."""
        if self._mark:
            self._new.replace(self._file)
        else:
            self._file.unlink(missing_ok=True)
