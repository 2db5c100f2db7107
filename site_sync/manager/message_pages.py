"""Messages to customers: what each says and in whose words, tests of it, and what did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.domain.shop import DeliveryMethod, Store
from site_sync.manager import guarding, seen_marks
from site_sync.manager.rendering import options, page, shops
from site_sync.manager.seen_marks import MEANWHILE, ChangedMeanwhile
from site_sync.manager.service_words import retold
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.manager.wording import word
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.jobs.messages import gateway_of
from site_sync.service.mail_settings import has_server, mail_server, sender_of
from site_sync.service.notify import message_desk, phrase_book, sample
from site_sync.service.notify.letter import Envelope, NoAddress, letter_page, write_letter
from site_sync.service.notify.message_outbox import MESSAGES, Channel, MessageKind, SmsWhen
from site_sync.service.notify.phrase_book import OwnPhrase
from site_sync.service.notify.phrases import (
    FACTS,
    PHRASED,
    Phrase,
    PhraseBroken,
    Place,
    check,
    facts_of,
    shipped,
    written,
)
from site_sync.service.notify.post import NotTaken, hand_in, mail_session
from site_sync.service.notify.text_message import TextMessage, hand_in_text
from site_sync.service.order_view import OrderView
from site_sync.service.settings_audit import Facts, Subject
from site_sync.service.shop_words import LANGUAGES

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
Errors = dict[str, str]
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "da": "Dansk"}


def _methods(visit: Visit) -> list[DeliveryMethod]:
    found: list[DeliveryMethod] = visit.read(lambda db: records.every(db, RecordKind.DELIVERY_METHOD))
    return found


@routes.get("/messages")
def show(visit: Looking) -> Response:
    """Every message with its languages, what is the shop's own, when texts go out, what did not arrive."""
    return _all(visit)


def _all(visit: Visit, errors: Errors | None = None) -> Response:
    own = {one.place for one in visit.read(phrase_book.own_phrases)}
    settings = visit.site.settings
    return page(
        visit,
        "messages.html",
        status=422 if errors else 200,
        section="/messages",
        kinds=PHRASED,
        channels=list(Channel),
        languages=LANGUAGE_NAMES,
        own=own,
        place=lambda channel, kind, language: Place(channel, kind, language),
        own_methods=sorted((one for one in own if one.method), key=str),
        method_names=dict(options(_methods(visit))),
        sms_when=visit.read(phrase_book.sms_when),
        seen=seen_marks.mark_of(visit.read(sms_facts)),
        errors=errors or {},
        sms_options=[(when.value, word("sms_when", when)) for when in SmsWhen],
        has_mail=visit.read(lambda db: has_server(db, settings)),
        has_sms=bool(settings.sms_url),
        dead=visit.read(message_desk.undelivered),
    )


def sms_facts(db: Executor) -> Facts:
    """When text messages go out, as it is written down."""
    return {"sms_when": phrase_book.sms_when(db).value}


@routes.post("/messages/sms")
def set_sms(change: Acting) -> Response:
    """Say when text messages go out."""
    chosen = change.text("sms_when")
    if chosen not in set(SmsWhen):
        raise Missing

    def kept(tx: Transaction) -> None:
        seen_marks.check(change, sms_facts(tx))
        phrase_book.set_sms_when(tx, SmsWhen(chosen))

    try:
        change.visit.write_noted(Subject("message", "sms"), sms_facts, kept)
    except ChangedMeanwhile:
        return _all(change.visit, {"form": say(MEANWHILE)})
    return RedirectResponse(f"{PREFIX}/messages?done=saved_here", 303)


@routes.post("/messages/again")
def again(change: Acting) -> Response:
    """Let a message that was given up go out once more, to the same address."""
    visit, message = change.visit, change.text("message")
    if not visit.write(lambda tx: MESSAGES.replay(tx, message, visit.now())):
        raise Missing
    return RedirectResponse(f"{PREFIX}/messages?done=replayed", 303)


def _place(visit: Visit, given: dict[str, str]) -> Place:
    """The message that an address or a form names; Missing when there is none such."""
    methods = {"", *(method.code for method in _methods(visit))}
    channel, kind, language, method = (given[name] for name in ("channel", "kind", "language", "method"))
    if channel not in set(Channel) or kind not in set(PHRASED) or language not in LANGUAGES:
        raise Missing
    if method not in methods:
        raise Missing
    return Place(Channel(channel), MessageKind(kind), language, method)


_NAMES = ("channel", "kind", "language", "method")


def _asked(visit: Visit) -> Place:
    return _place(visit, {name: visit.asked(name) for name in _NAMES})


def _sent(change: Change) -> tuple[Place, Phrase]:
    place = _place(change.visit, {name: change.text(name) for name in _NAMES})
    text = change.text("text").replace("\r\n", "\n")
    return place, Phrase(text, change.text("subject"), change.text("title"))


def _editor(visit: Visit, place: Place, phrase: Phrase | None = None, **facts: Any) -> Response:
    """The page on which one message is written."""
    own = visit.read(lambda db: phrase_book.own(db, place))
    current = phrase or visit.read(lambda db: phrase_book.phrase_for(db, place))
    return page(
        visit,
        "message.html",
        status=422 if facts.get("errors") else 200,
        section="/messages",
        place=place,
        phrase=current,
        own=own,
        seen=seen_marks.mark_again(
            visit, visit.read(lambda db: words_of(db, place)), typed=phrase is not None
        ),
        shipped=shipped(place),
        facts=FACTS,
        languages=LANGUAGE_NAMES,
        method_options=options(_methods(visit)),
        **({"errors": {}, "tested": "", "to": ""} | facts),
    )


@routes.get("/messages/edit")
def edit(visit: Looking) -> Response:
    """One message: what it says now, how it looks."""
    return _editor(visit, _asked(visit))


def _wrong(place: Place, phrase: Phrase) -> Errors:
    """What is wrong with a phrase, by field, with line and reason."""
    found = check(phrase, place.channel, sample.samples(place.language))
    return {
        one.field: say("Line {line}: {reason}", line=one.line, reason=retold(one.reason))
        for one in reversed(found)
    }


@routes.post("/messages/save")
def save(change: Acting) -> Response:
    """Keep a phrase that can be written out; a broken one is refused with line and reason."""
    visit = change.visit
    place, phrase = _sent(change)
    if errors := _wrong(place, phrase):
        return _editor(visit, place, phrase, errors=errors)
    own = OwnPhrase(place, phrase, visit.now(), visit.staff.id)
    return _noted(change, place, lambda tx: phrase_book.keep(tx, own), "saved_here")


def words_of(db: Executor, place: Place) -> dict[str, object]:
    """The words that a message's page shows, and whether they are the shop's own for just that place."""
    own = phrase_book.own(db, place)
    return asdict(phrase_book.phrase_for(db, place)) | {"own": own is not None}


def _noted(change: Change, place: Place, work: Callable[[Transaction], object], done: str) -> Response:
    """Change the words of a message and write down which; the page as it is now when it was an old one."""

    def facts(db: Executor) -> Facts | None:
        own = phrase_book.own(db, place)
        return None if own is None else asdict(own.phrase)

    def seen(tx: Transaction) -> None:
        seen_marks.check(change, words_of(tx, place))
        work(tx)

    visit, named = change.visit, (place.channel.value, place.kind.value, place.language, place.method)
    try:
        visit.write_noted(Subject("message", "/".join(part for part in named if part)), facts, seen)
    except ChangedMeanwhile:
        return _editor(visit, place, errors={"form": say(MEANWHILE)})
    return RedirectResponse(f"{_address(place)}&done={done}", 303)


def _address(place: Place) -> str:
    named = f"channel={place.channel.value}&kind={place.kind.value}&language={place.language}"
    return f"{PREFIX}/messages/edit?{named}&method={place.method}"


@routes.post("/messages/reset")
def reset(change: Acting) -> Response:
    """Go back to the words that count without the shop's own."""
    place, _ = _sent(change)
    return _noted(change, place, lambda tx: phrase_book.drop(tx, place), "removed")


def _sample(visit: Visit, place: Place) -> tuple[OrderView, Store | None]:
    """An order that never was, at the first of the shop's own stores."""
    stores = shops(visit)
    store = next(iter(stores.values()), None)
    return sample.of_kind(place.kind, place.language, store or sample.STORE, visit.now()), store


def _look(visit: Visit, place: Place, phrase: Phrase) -> Response:
    """The message as it would read, in a frame of its own that runs nothing."""
    view, store = _sample(visit, place)
    sender = visit.read(lambda db: sender_of(db, visit.site.settings, store))
    try:
        if place.channel is Channel.EMAIL:
            envelope = Envelope("sample", place.kind, "maria@example.com", visit.now())
            html = letter_page(envelope, view, sender, phrase)
        else:
            text = " ".join(written(phrase, facts_of(view, sender.shop)).text.split())
            html = message_desk.phone_page(text)
    except PhraseBroken as broken:
        html = message_desk.phone_page(
            say("Line {line}: {reason}", line=broken.line, reason=retold(broken.reason))
        )
    return HTMLResponse(html, headers=guarding.PREVIEW)


@routes.get("/messages/preview")
def preview(visit: Looking) -> Response:
    """The message as it counts now."""
    place = _asked(visit)
    return _look(visit, place, visit.read(lambda db: phrase_book.phrase_for(db, place)))


@routes.post("/messages/preview")
def preview_draft(change: Acting) -> Response:
    """The message as it would be with what was typed."""
    place, phrase = _sent(change)
    return _look(change.visit, place, phrase)


@routes.post("/messages/test")
def send_test(change: Acting) -> Response:
    """Send what was typed, with the sample order, to an address of one's own."""
    visit, to = change.visit, change.text("to")
    place, phrase = _sent(change)
    if errors := _wrong(place, phrase):
        return _editor(visit, place, phrase, errors=errors, to=to)
    try:
        _send(visit, place, phrase, to)
    except NoAddress:
        return _editor(visit, place, phrase, errors={"to": say("This cannot be written to.")}, to=to)
    except NotTaken as error:
        return _editor(
            visit,
            place,
            phrase,
            errors={"to": say("It was not taken: {answer}", answer=retold(error.answer))},
            to=to,
        )
    return _editor(visit, place, phrase, tested=to)


def _send(visit: Visit, place: Place, phrase: Phrase, to: str) -> None:
    """Hand a test in; NoAddress or NotTaken when that fails."""
    site = visit.site
    view, store = _sample(visit, place)
    sender = visit.read(lambda db: sender_of(db, site.settings, store))
    if place.channel is Channel.EMAIL:
        server = visit.read(lambda db: mail_server(db, site))
        letter = write_letter(Envelope(site.new_id(), place.kind, to, visit.now()), view, sender, phrase)
        with mail_session(server) as session:
            hand_in(session, letter)
        return
    gateway = gateway_of(site.settings)
    if gateway is None:
        raise NotTaken(say("no gateway for text messages is set up"), final=True)
    if not message_desk.is_number(to):
        raise NoAddress(to)
    text = " ".join(written(phrase, facts_of(view, sender.shop)).text.split())
    hand_in_text(gateway, TextMessage(site.new_id(), to, text))
