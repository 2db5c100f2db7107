"""Passes for the phone's wallet with the order's own code inside: Apple's signed file, Google's link."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7
from cryptography.x509 import load_pem_x509_certificate
from PIL import Image, ImageDraw

from site_sync.service.settings import Settings

APPLE, GOOGLE = "apple", "google"
APPLE_TYPE = "application/vnd.apple.pkpass"
GOOGLE_SAVE = "https://pay.google.com/gp/v/save/"
_GROUND = "rgb(13,112,79)"
_ICONS = {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87}


@dataclass(frozen=True, slots=True)
class PassFacts:
    """What stands on a pass, as texts; `code` is the text of its QR code, `expires` ends its life."""

    serial: str
    number: str
    shop: str
    store: str
    address: str
    status: str
    labels: tuple[str, str, str]
    collect_by: str
    code: str
    expires: datetime | None
    place: tuple[float, float] | None


class WalletNotSet(Exception):
    """The site has no certificate or account to make such a pass with."""


class Wallet:
    """Makes passes with what the settings name; offers only what it can make."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def offered(self) -> tuple[str, ...]:
        """The wallets passes can be made for."""
        told = self._settings
        apple = (
            told.wallet_apple_certificate,
            told.wallet_apple_key,
            told.wallet_apple_wwdr,
            told.wallet_apple_pass_type,
            told.wallet_apple_team,
        )
        google = told.wallet_google_issuer, told.wallet_google_account
        found = ((APPLE, all(apple)), (GOOGLE, all(google)))
        return tuple(name for name, complete in found if complete)

    def apple(self, facts: PassFacts) -> bytes:
        """A .pkpass file: the pass, its icons, their hashes, and the signature of these."""
        if APPLE not in self.offered():
            raise WalletNotSet(APPLE)
        files = {"pass.json": json.dumps(self._apple_pass(facts), ensure_ascii=False).encode()}
        files |= {name: _icon(size) for name, size in _ICONS.items()}
        manifest = {name: _sha1(body) for name, body in files.items()}
        files["manifest.json"] = json.dumps(manifest).encode()
        files["signature"] = self._signature(files["manifest.json"])
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in files.items():
                archive.writestr(name, body)
        return out.getvalue()

    def _apple_pass(self, facts: PassFacts) -> dict[str, Any]:
        where, until, order = facts.labels
        made: dict[str, Any] = {
            "formatVersion": 1,
            "passTypeIdentifier": self._settings.wallet_apple_pass_type,
            "teamIdentifier": self._settings.wallet_apple_team,
            "serialNumber": facts.serial,
            "organizationName": facts.shop or facts.store,
            "description": f"{order} {facts.number}",
            "logoText": facts.shop or facts.store,
            "backgroundColor": _GROUND,
            "foregroundColor": "rgb(255,255,255)",
            "labelColor": "rgb(228,244,237)",
            "barcodes": [
                {
                    "format": "PKBarcodeFormatQR",
                    "message": facts.code,
                    "messageEncoding": "iso-8859-1",
                    "altText": facts.number,
                }
            ],
            "generic": {
                "primaryFields": [{"key": "status", "label": facts.number, "value": facts.status}],
                "secondaryFields": [{"key": "until", "label": until, "value": facts.collect_by or "–"}],
                "auxiliaryFields": [{"key": "where", "label": where, "value": facts.store}],
                "backFields": [{"key": "address", "label": where, "value": facts.address or facts.store}],
            },
        }
        if facts.expires is not None:
            made["expirationDate"] = facts.expires.isoformat(timespec="seconds")
        if facts.place is not None:
            made["locations"] = [{"latitude": facts.place[0], "longitude": facts.place[1]}]
        return made

    def _signature(self, manifest: bytes) -> bytes:
        told = self._settings
        certificate = load_pem_x509_certificate(Path(told.wallet_apple_certificate).read_bytes())
        between = load_pem_x509_certificate(Path(told.wallet_apple_wwdr).read_bytes())
        password = told.wallet_apple_key_password.get_secret_value().encode() or None
        key = load_pem_private_key(Path(told.wallet_apple_key).read_bytes(), password)
        if not isinstance(key, RSAPrivateKey):
            raise WalletNotSet("the key of the pass certificate must be an RSA key")
        builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
        builder = builder.add_signer(certificate, key, hashes.SHA256()).add_certificate(between)
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
        return builder.sign(Encoding.DER, options)

    def google(self, facts: PassFacts, now: datetime) -> str:
        """A link that saves the pass: everything is in its signed token, nothing is sent beforehand."""
        if GOOGLE not in self.offered():
            raise WalletNotSet(GOOGLE)
        account = self._google_account
        claims = {
            "iss": account["client_email"],
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(now.timestamp()),
            "payload": self._google_pass(facts),
        }
        header = {"alg": "RS256", "typ": "JWT", "kid": account.get("private_key_id", "")}
        signed = ".".join(_base64(json.dumps(part, ensure_ascii=False).encode()) for part in (header, claims))
        key = load_pem_private_key(str(account["private_key"]).encode(), None)
        if not isinstance(key, RSAPrivateKey):
            raise WalletNotSet("the key of the service account must be an RSA key")
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{GOOGLE_SAVE}{signed}.{_base64(signature)}"

    @cached_property
    def _google_account(self) -> dict[str, Any]:
        account: dict[str, Any] = json.loads(Path(self._settings.wallet_google_account).read_text("utf-8"))
        return account

    def _google_pass(self, facts: PassFacts) -> dict[str, Any]:
        issuer = self._settings.wallet_google_issuer
        where, until, _ = facts.labels
        group = f"{issuer}.collect"
        made: dict[str, Any] = {
            "id": f"{issuer}.{facts.serial}",
            "classId": group,
            "state": "ACTIVE",
            "hexBackgroundColor": "#0d704f",
            "cardTitle": _words(facts.shop or facts.store),
            "subheader": _words(facts.number),
            "header": _words(facts.status),
            "barcode": {"type": "QR_CODE", "value": facts.code, "alternateText": facts.number},
            "textModulesData": [
                {"id": "until", "header": until, "body": facts.collect_by or "–"},
                {"id": "where", "header": where, "body": facts.address or facts.store},
            ],
        }
        if facts.expires is not None:
            made["validTimeInterval"] = {"end": {"date": facts.expires.isoformat(timespec="seconds")}}
        return {"genericClasses": [{"id": group}], "genericObjects": [made]}


def _sha1(body: bytes) -> str:
    """The hash a pass's manifest asks for; the signature over the manifest is what protects it."""
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


def _words(text: str) -> dict[str, Any]:
    return {"defaultValue": {"language": "en", "value": text}}


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _icon(size: int) -> bytes:
    """A white bag on the pass's ground."""
    image = Image.new("RGB", (size, size), (13, 112, 79))
    draw, unit = ImageDraw.Draw(image), size / 29
    draw.rectangle((7 * unit, 11 * unit, 22 * unit, 24 * unit), fill="white")
    draw.arc(
        (10 * unit, 5 * unit, 19 * unit, 17 * unit), 180, 360, fill="white", width=max(2, round(2 * unit))
    )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
