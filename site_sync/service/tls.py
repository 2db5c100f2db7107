"""The site's own certificate authority and the certificate it serves tills with, as files beside the data."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from site_sync.domain.invitations import mark_of

AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=397)
RENEW_BEFORE = timedelta(days=30)
BACKDATED = timedelta(hours=1)
"""A till's clock may be behind."""
AUTHORITY, AUTHORITY_KEY, SERVER = "authority.pem", "authority.key", "server.pem"
"""The server file holds certificate and key together, so that they always belong together."""


class TlsRefused(ValueError):
    """What was asked for cannot be done; the text says why."""


@dataclass(frozen=True, slots=True)
class TlsState:
    """What the site serves with: for which names, until when, under which authority."""

    names: tuple[str, ...]
    until: datetime
    authority_until: datetime
    mark: str


def _names(given: Iterable[str]) -> list[x509.GeneralName]:
    """Names and addresses as a certificate lists them."""
    found: list[x509.GeneralName] = []
    for name in given:
        try:
            found.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            if not name or len(name) > 253 or not all(part.isascii() for part in name) or " " in name:
                raise TlsRefused(f"{name!r} is neither a name nor an address") from None
            found.append(x509.DNSName(name.lower()))
    return found


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, readable by whom it is for."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def init(folder: Path, names: Iterable[str], now: datetime) -> TlsState:
    """Make an authority and a first certificate for the names and addresses that tills reach the site by."""
    given = _names(names)
    if not given:
        raise TlsRefused("name at least one --name or --address that tills reach this site by")
    if (folder / AUTHORITY).exists():
        raise TlsRefused("there is an authority already; `tls renew` makes a new certificate under it")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    who = _subject("Handover site authority")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / AUTHORITY_KEY, _pem(key), 0o600)
    _certify(folder, key, certificate, (given, now))
    _write(folder / AUTHORITY, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return _known(folder)


def _certify(
    folder: Path,
    authority_key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    wanted: tuple[list[x509.GeneralName], datetime],
) -> None:
    """Make a certificate and its key for the server, in one file."""
    names, now = wanted
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_subject(str(names[0].value)))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(min(now + SERVER_LASTS, authority.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    chain = [certificate.public_bytes(serialization.Encoding.PEM), _pem(key)]
    _write(folder / SERVER, b"".join(chain), 0o600)


def _loaded(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _listed(certificate: x509.Certificate) -> list[x509.GeneralName]:
    return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def renew(folder: Path, now: datetime, names: Iterable[str] = ()) -> TlsState:
    """A new certificate under the same authority, which tills trust already."""
    if not (folder / AUTHORITY).exists():
        raise TlsRefused("there is no authority yet; begin with `tls init`")
    key = serialization.load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TlsRefused("the authority's key is of another kind")
    given = _names(names) or _listed(_loaded(folder / SERVER))
    _certify(folder, key, _loaded(folder / AUTHORITY), (given, now))
    return _known(folder)


def state(folder: Path) -> TlsState | None:
    """What the site serves with, None where it has no authority of its own."""
    return _known(folder) if (folder / AUTHORITY).exists() else None


def _known(folder: Path) -> TlsState:
    server, authority = _loaded(folder / SERVER), _loaded(folder / AUTHORITY)
    names = tuple(_text(name) for name in _listed(server))
    mark = mark_of(authority.public_bytes(serialization.Encoding.DER))
    return TlsState(names, server.not_valid_after_utc, authority.not_valid_after_utc, mark)


def _text(name: x509.GeneralName) -> str:
    value = name.value
    return f"[{value}]" if isinstance(value, IPv6Address) else str(value)


def names(folder: Path) -> tuple[str, ...]:
    """The names and addresses of the certificate; none where there is no authority."""
    known = state(folder)
    return known.names if known is not None else ()


def mark(folder: Path) -> str:
    """What codes for tills carry of the authority; empty where there is none."""
    known = state(folder)
    return known.mark if known is not None else ""


def fresh(folder: Path, now: datetime) -> TlsState | None:
    """What the site serves with, renewed if it ends within a month."""
    known = state(folder)
    if known is not None and known.until - now < RENEW_BEFORE:
        return renew(folder, now)
    return known


def authority_text(folder: Path) -> str | None:
    """The authority's certificate as PEM, None where there is none; it is public."""
    path = folder / AUTHORITY
    return path.read_text() if path.exists() else None
