"""Where messages are handed in and who they come from: as the environment says, else as the shop set it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any

from site_sync.domain.receipt_mail import is_address
from site_sync.domain.shop import Store
from site_sync.service import sealing, settings_audit
from site_sync.service.company import fact, keep_fact
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.notify.letter import Sender
from site_sync.service.notify.message_desk import try_letters_now
from site_sync.service.notify.post import NO_SERVER, UNOPENED, MailServer, NotTaken
from site_sync.service.outgoing_hosts import LOOPBACK, EndpointRefused, check_host
from site_sync.service.sealing import Owner, Unsealable, Vault
from site_sync.service.settings import MailSecurity, Settings
from site_sync.service.settings_audit import Author, Subject
from site_sync.service.wiring import Site

FACT = "mail_server"
DEFAULT_SENDER = "orders@localhost"
USUAL_PORTS = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}
MOST_PORT = 65_535
LONGEST = 200
_HOST = re.compile(r"[\w.:-]{1,253}")
_SUBJECT = Subject(FACT, "")


class MailRefused(ValueError):
    """What was asked for cannot be kept; `field` is what is wrong, the text says why."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What the shop set: its server, empty while it set none, and who messages come from.

    `sealed` is the password, sealed for just this server and user, so that no other one is ever given it.
    """

    host: str = ""
    port: int = USUAL_PORTS[MailSecurity.STARTTLS]
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    sealed: str = field(default="", repr=False)
    sender: str = ""
    sender_name: str = ""

    @property
    def owner(self) -> str:
        """Whose the password is."""
        return Owner.MAIL_SERVER.of(f"{self.security.value}://{self.user}@{self.host}:{self.port}")

    def facts(self) -> dict[str, Any]:
        """What of it may be written down: of the password a fingerprint alone."""
        told = asdict(self)
        return told | {"secret": told.pop("sealed")}


def kept(db: Executor) -> MailSettings:
    """What the shop set, as it is now."""
    found = fact(db, FACT)
    if found is None:
        return MailSettings()
    return MailSettings(**(found | {"security": MailSecurity(found["security"])}))


def server_told(settings: Settings) -> bool:
    """Whether the environment says which server: then all of the connection is as it says."""
    return bool(settings.smtp_host)


def sender_told(settings: Settings) -> bool:
    """Whether the environment says who messages come from."""
    return bool(settings.mail_from)


def has_server(db: Executor, settings: Settings) -> bool:
    """Whether messages have somewhere to go."""
    return server_told(settings) or bool(kept(db).host)


def mail_server(db: Executor, site: Site) -> MailServer:
    """The server that counts now; NotTaken when there is none, or when its password cannot be opened."""
    settings = site.settings
    if server_told(settings):
        password = settings.smtp_password.get_secret_value()
        return MailServer(
            settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, password
        )
    own = kept(db)
    if not own.host:
        raise NotTaken(NO_SERVER, final=False)
    near = own.security is MailSecurity.NONE
    return MailServer(own.host, own.port, own.security, own.user, _password(site, own), near)


def _password(site: Site, own: MailSettings) -> str:
    try:
        return sealing.unseal(site.keys.seal_key, own.sealed, own.owner) if own.sealed else ""
    except Unsealable as error:
        raise NotTaken(UNOPENED, final=False) from error


def sender_of(db: Executor, settings: Settings, store: Store | None) -> Sender:
    """Who a message comes from: as set, else the shop as it calls itself on its receipts."""
    if sender_told(settings):
        name, address = parseaddr(settings.mail_from)
    else:
        own = kept(db)
        name, address = own.sender_name, own.sender
    return Sender(name or shop_name(store), address or DEFAULT_SENDER)


def shop_name(store: Store | None) -> str:
    """What the shop calls itself."""
    if store is None:
        return ""
    return store.receipt_header[0] if store.receipt_header else store.name


def checked(settings: Settings, asked: MailSettings, password: str, present: MailSettings) -> MailSettings:
    """What is to be kept, with the password sealed before where it stays; MailRefused when it cannot be.

    What the environment says is not asked for and stays as it was kept.
    """
    if server_told(settings):
        server = present
    else:
        _check_server(asked, password)
        server = _with_password(asked, password, present)
    if sender_told(settings):
        return replace(server, sender=present.sender, sender_name=present.sender_name)
    _check_sender(asked)
    return replace(server, sender=asked.sender, sender_name=asked.sender_name)


def _check_server(asked: MailSettings, password: str) -> None:
    if not _HOST.fullmatch(asked.host):
        raise MailRefused("host", "The server's name or address alone, as mail.example.com.")
    try:
        check_host(asked.host, near=asked.security is MailSecurity.NONE)
    except EndpointRefused as error:
        raise MailRefused("host", str(error)) from error
    if not 1 <= asked.port <= MOST_PORT:
        raise MailRefused("port", f"A whole number from 1 to {MOST_PORT}.")
    for name, text in (("user", asked.user), ("password", password)):
        if len(text) > LONGEST or not text.isascii() or not text.isprintable():
            raise MailRefused(name, f"At most {LONGEST} letters, digits and signs, without accents.")
    if asked.user and asked.security is MailSecurity.NONE and asked.host not in LOOPBACK:
        raise MailRefused("security", "A password goes over TLS only, except to this computer itself.")


def _with_password(asked: MailSettings, password: str, present: MailSettings) -> MailSettings:
    """The server with the password that was kept for it; one that was typed is sealed when it is kept."""
    if not asked.user:
        if password:
            raise MailRefused("user", "Say whose password this is, or leave the password empty.")
        return replace(asked, sealed="")
    if password:
        return replace(asked, sealed="")
    if not present.sealed:
        raise MailRefused("password", "Type the password of this user.")
    if asked.owner != present.owner:
        raise MailRefused("password", "Type the password again: the one that is kept is for another server.")
    return replace(asked, sealed=present.sealed)


def _check_sender(asked: MailSettings) -> None:
    if not _is_sender(asked.sender):
        raise MailRefused("sender", "An e-mail address, as orders@example.com.")
    if len(asked.sender_name) > LONGEST or not asked.sender_name.isprintable():
        raise MailRefused("sender_name", f"At most {LONGEST} signs that can be printed.")


def _is_sender(text: str) -> bool:
    """Whether messages can bear an address as their sender."""
    if not is_address(text) or not text.isascii():
        return False
    try:
        Address(addr_spec=text)
    except ValueError:  # as two dots in a row, which no server takes
        return False
    return True


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants kept: the settings, and a password where they typed one."""

    settings: MailSettings
    password: str = field(default="", repr=False)


def keep(tx: Transaction, site: Site, author: Author, asked: Asked) -> None:
    """Keep other settings, the password sealed, and write down what changed; MailRefused says why not."""
    present = kept(tx)
    fresh = checked(site.settings, asked.settings, asked.password, present)
    if asked.password and not server_told(site.settings):
        vault = Vault(site.keys, site.around.random_bytes)
        fresh = replace(fresh, sealed=sealing.seal(vault.key, vault.nonce(), asked.password, fresh.owner))
    _save(tx, author, present, fresh)
    try_letters_now(tx, author.at)


def forget(tx: Transaction, author: Author) -> None:
    """Take away what the shop set, its password with it."""
    _save(tx, author, kept(tx), MailSettings())


def _save(tx: Transaction, author: Author, before: MailSettings, after: MailSettings) -> None:
    gone = MailSettings()
    keep_fact(tx, FACT, None if after == gone else asdict(after))
    shown = tuple(None if one == gone else one.facts() for one in (before, after))
    if shown != (None, None):
        settings_audit.note(tx, author, _SUBJECT, (shown[0], shown[1]))
