"""Wallet passes: signed as their makers ask, with the order's own code, and only where they are set."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from PIL import Image

from site_sync.service.code_pictures import png
from site_sync.service.wallet import GOOGLE_SAVE
from site_sync.service.wiring import Site
from tests.service.floor import Floor, links
from tests.service.shop import NOON
from tests.service.test_customer_page import open_page, path, with_settings
from tests.service.web_shop import served


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """One key for every certificate and account of these tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(key: rsa.RSAPrivateKey, name: str) -> bytes:
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOON - timedelta(days=3_000))
        .not_valid_after(NOON + timedelta(days=3_000))
    )
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def wallet_settings(folder: Path, key: rsa.RSAPrivateKey | None = None) -> dict[str, str]:
    """Certificates and an account in a folder, and the settings that name them."""
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    account = {"client_email": "us@example.com", "private_key": private.decode()}
    files = {
        "pass.pem": _certificate(key, "pass"),
        "wwdr.pem": _certificate(key, "between"),
        "key.pem": private,
        "account.json": json.dumps(account).encode(),
    }
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return {
        "wallet_apple_certificate": str(folder / "pass.pem"),
        "wallet_apple_key": str(folder / "key.pem"),
        "wallet_apple_wwdr": str(folder / "wwdr.pem"),
        "wallet_apple_pass_type": "pass.com.example.collect",
        "wallet_apple_team": "TEAM",
        "wallet_google_issuer": "3388",
        "wallet_google_account": str(folder / "account.json"),
    }


@pytest.fixture
def with_wallets(site: Site, key: rsa.RSAPrivateKey, tmp_path: Path) -> Site:
    """The site with certificates and an account."""
    return with_settings(site, **wallet_settings(tmp_path, key))


def _unpacked(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _decoded(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _read_back(text: str) -> str:
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png(text))))
    return code.text


def test_without_certificates_nothing_is_offered(site: Site, address: str) -> None:
    order = Floor(site).ready()
    assert "Wallet" not in open_page(site, address, order)
    for wallet in ("apple", "google"):
        assert httpx.get(f"{address}{path(site, order)}/wallet/{wallet}").status_code == 404


def test_an_apple_pass_is_signed_whole_and_carries_the_orders_code(
    with_wallets: Site, tmp_path: Path
) -> None:
    order = Floor(with_wallets).ready()
    with served(with_wallets) as address:
        assert "Add to Apple Wallet" in open_page(with_wallets, address, order)
        answer = httpx.get(f"{address}{path(with_wallets, order)}/wallet/apple")
        unknown = httpx.get(f"{address}/o/{'A' * 26}/wallet/apple")
        assert (unknown.status_code, "<h1>" in unknown.text) == (404, True)
    assert answer.headers["content-type"] == "application/vnd.apple.pkpass"
    files = _unpacked(answer.content)
    told = json.loads(files["pass.json"])
    assert _read_back(told["barcodes"][0]["message"]) == links(with_wallets).code(order)
    manifest = json.loads(files["manifest.json"])
    hashed = {name: hashlib.sha1(files[name], usedforsecurity=False).hexdigest() for name in manifest}
    assert manifest == hashed
    assert set(files) == {*manifest, "manifest.json", "signature"}
    for name in ("manifest.json", "signature"):
        (tmp_path / name).write_bytes(files[name])
    check = ["openssl", "smime", "-verify", "-inform", "DER", "-in", "signature", "-content", "manifest.json"]
    trust = ["-noverify", "-binary", "-out", "said"]
    subprocess.run([*check, *trust], cwd=tmp_path, check=True, capture_output=True, timeout=20)
    assert (tmp_path / "said").read_bytes() == files["manifest.json"]


def test_a_google_link_is_signed_by_the_account_and_carries_the_orders_code(
    with_wallets: Site, key: rsa.RSAPrivateKey
) -> None:
    order = Floor(with_wallets).ready()
    with served(with_wallets) as address:
        answer = httpx.get(f"{address}{path(with_wallets, order)}/wallet/google")
    header, claims, signature = answer.headers["location"].removeprefix(GOOGLE_SAVE).split(".")
    signed = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    key.public_key().verify(signed, f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    made = _decoded(claims)["payload"]["genericObjects"][0]
    assert _read_back(made["barcode"]["value"]) == links(with_wallets).code(order)
    assert _decoded(header)["alg"] == "RS256"


def test_what_is_collected_has_no_pass_any_more(with_wallets: Site) -> None:
    floor = Floor(with_wallets)
    order = floor.collected(floor.ready())
    with served(with_wallets) as address:
        assert httpx.get(f"{address}{path(with_wallets, order)}/wallet/apple").status_code == 404
