"""The mail server: where messages are handed in and who they come from, and a letter to try it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager import seen_marks
from site_sync.manager.rendering import page, shops
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.service_words import retold
from site_sync.manager.speech import language, later, say
from site_sync.manager.visit import PREFIX, Change, Visit, changes, needs
from site_sync.service import mail_settings
from site_sync.service.database.transaction import Transaction
from site_sync.service.mail_settings import USUAL_PORTS, Asked, MailRefused, MailSettings
from site_sync.service.notify import message_desk, sample
from site_sync.service.notify.letter import Envelope, NoAddress, write_letter
from site_sync.service.notify.message_outbox import MessageKind
from site_sync.service.notify.post import NotTaken, Patience, hand_in, mail_session
from site_sync.service.settings import MailSecurity, Settings

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
Errors = dict[str, str]
TRIALS_PER_MINUTE = 5
TRIAL = Patience(next_words=8.0, session=25.0)
"""How long somebody before a page waits for the answer."""
SECURITY = {
    MailSecurity.STARTTLS: later("STARTTLS, usually port 587"),
    MailSecurity.TLS: later("TLS from the start, usually port 465"),
    MailSecurity.NONE: later("None, for a server of your own network"),
}
FIELDS = ("host", "port", "security", "user", "sender", "sender_name")


@dataclass(frozen=True, slots=True)
class Tried:
    """A letter that was sent to try the server: to whom, and what the server answered."""

    to: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the environment says: its name on the page, the variable, the value."""

    name: str
    variable: str
    value: str


def _server_told(settings: Settings) -> list[Told]:
    """The connection as the environment says it; of the password only whether there is one."""
    if not mail_settings.server_told(settings):
        return []
    password = say("set") if settings.smtp_password.get_secret_value() else "–"
    return [
        Told(say("Server"), "HANDOVER_SMTP_HOST", settings.smtp_host),
        Told(say("Port"), "HANDOVER_SMTP_PORT", str(settings.smtp_port)),
        Told(say("Security"), "HANDOVER_SMTP_SECURITY", say(SECURITY[settings.smtp_security])),
        Told(say("User name"), "HANDOVER_SMTP_USER", settings.smtp_user or "–"),
        Told(say("Password"), "HANDOVER_SMTP_PASSWORD", password),
    ]


def _sender_told(settings: Settings) -> list[Told]:
    if not mail_settings.sender_told(settings):
        return []
    return [Told(say("Sender"), "HANDOVER_MAIL_FROM", settings.mail_from)]


def _shown(present: MailSettings) -> dict[str, str]:
    """The settings as the fields of the form."""
    return {name: str(getattr(present, name)) for name in FIELDS}


def _page(visit: Visit, errors: Errors, *, tried: Tried | None = None, to: str = "") -> Response:
    """The settings as they are, or what was typed to be put right."""
    present, settings = visit.read(mail_settings.kept), visit.site.settings
    typed = "sender" in visit.entered or "host" in visit.entered
    typed = typed and bool(errors) and "form" not in errors
    kept = _shown(present)
    given = {name: str(visit.entered.get(name, kept[name])) for name in FIELDS} if typed else kept
    return page(
        visit,
        "mail.html",
        status=422 if errors else 200,
        section="/messages",
        server_told=_server_told(settings),
        sender_told=_sender_told(settings),
        given=given,
        has_password=bool(present.sealed),
        is_kept=present != MailSettings(),
        has_server=visit.read(lambda db: mail_settings.has_server(db, settings)),
        security_options=[(one.value, say(name)) for one, name in SECURITY.items()],
        seen=seen_marks.mark_again(visit, present.facts(), typed=typed),
        waiting=visit.read(message_desk.waiting_letters),
        tried=tried,
        to=to,
        errors=errors,
    )


@routes.get("/messages/mail")
def show(visit: Looking) -> Response:
    """The mail server as it is set, without its password."""
    return _page(visit, {})


def _asked(change: Change) -> Asked:
    """What the form asks for; an empty port is the usual one, one that is no number no port."""
    told = {name: change.text(name) for name in FIELDS}
    if told["security"] not in set(MailSecurity):
        told["security"] = MailSecurity.STARTTLS.value
    security = MailSecurity(told["security"])
    digits = told["port"] or str(USUAL_PORTS[security])
    port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    wanted = MailSettings(
        told["host"], port, security, told["user"], sender=told["sender"], sender_name=told["sender_name"]
    )
    typed = change.form.get("password", "")
    return Asked(wanted, typed if isinstance(typed, str) else "")


@routes.post("/messages/mail")
def save(change: Acting) -> Response:
    """Keep the server and the sender; they count from the next message on."""
    visit, asked = change.visit, _asked(change)

    def work(tx: Transaction) -> None:
        seen_marks.check(change, mail_settings.kept(tx).facts())
        mail_settings.keep(tx, visit.site, visit.author, asked)

    try:
        visit.write(work)
    except ChangedMeanwhile:
        return _page(visit, {"form": say(MEANWHILE)})
    except MailRefused as refused:
        return _page(visit, {refused.field: retold(str(refused))})
    return RedirectResponse(f"{PREFIX}/messages/mail?done=saved_here", 303)


@routes.post("/messages/mail/remove")
def remove(change: Acting) -> Response:
    """Take the server, the password and the sender away."""
    visit = change.visit

    def work(tx: Transaction) -> None:
        seen_marks.check(change, mail_settings.kept(tx).facts())
        mail_settings.forget(tx, visit.author)

    try:
        visit.write(work)
    except ChangedMeanwhile:
        return _page(visit, {"form": say(MEANWHILE)})
    return RedirectResponse(f"{PREFIX}/messages/mail?done=removed", 303)


@routes.post("/messages/mail/test")
def trial(change: Acting) -> Response:
    """Send a letter at once and say what the server answered; not many in a minute."""
    visit, to = change.visit, change.text("to")
    if visit.request.app.state.attempts.take("mail", TRIALS_PER_MINUTE):
        return _page(visit, {"to": say("Wait a minute before the next test.")}, to=to)
    try:
        answer = _send(visit, to)
    except NoAddress:
        return _page(visit, {"to": say("This cannot be written to.")}, to=to)
    except NotTaken as error:
        return _page(visit, {"trial": _refused(error)}, to=to)
    return _page(visit, {}, tried=Tried(to, answer), to=to)


def _refused(error: NotTaken) -> str:
    """Why the letter was not taken, with the server's own words where it said something."""
    answer = retold(error.answer)
    if error.words:
        return say("It was not taken: {answer}. In its own words: {words}", answer=answer, words=error.words)
    return say("It was not taken: {answer}.", answer=answer)


def _send(visit: Visit, to: str) -> str:
    """Hand in the confirmation of an order that never was; what the server said. NoAddress or NotTaken."""
    site, store = visit.site, next(iter(shops(visit).values()), None)
    view = sample.of_kind(MessageKind.CREATED, language(), store or sample.STORE, visit.now())
    sender = visit.read(lambda db: mail_settings.sender_of(db, site.settings, store))
    letter = write_letter(Envelope(site.new_id(), MessageKind.CREATED, to, visit.now()), view, sender)
    with mail_session(visit.read(lambda db: mail_settings.mail_server(db, site)), TRIAL) as session:
        return hand_in(session, letter)
