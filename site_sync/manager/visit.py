"""Who is asking: the session behind a request, what it may see and change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData

from site_sync.domain.codes import token_hash, token_matches
from site_sync.domain.particulars import Actor, ActorKind
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember
from site_sync.manager.guarding import UNREADABLE
from site_sync.manager.speech import speak
from site_sync.service import sessions, settings_audit
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.sessions import SEEN_EVERY, Browser, Session, Stage
from site_sync.service.settings_audit import Author, Facts, Subject
from site_sync.service.wiring import Site

T = TypeVar("T")
PREFIX = "/manager"
COOKIE = "handover_manager"
FORM_FIELDS = 400
MOST_FILE_BYTES = 1_000_000
MOST_TABLE_BYTES = 21_000_000
FORM_TYPE = "application/x-www-form-urlencoded"


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


class NotAllowed(Exception):
    """The person lacks a right; it is named where one is missing."""

    def __init__(self, right: Right | None = None) -> None:
        super().__init__(right.value if right else "not allowed")
        self.right = right


class FormExpired(Exception):
    """A form came without the token that this session gave it, or from another place."""


class Missing(Exception):
    """There is no such thing, or it is none of this person's."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in person."""

    site: Site
    session: Session
    request: Request

    @property
    def staff(self) -> StaffMember:
        """Who is signed in."""
        return self.session.staff

    @property
    def rights(self) -> frozenset[Right]:
        """What they may do."""
        return self.session.rights

    @property
    def actor(self) -> Actor:
        """The person as orders name them."""
        return Actor(ActorKind.STAFF, self.staff.id, self.staff.name)

    @property
    def author(self) -> Author:
        """The person as changes of settings name them, now."""
        return Author(self.staff.id, self.staff.name, self.rights, self.now())

    @property
    def entered(self) -> Mapping[str, object]:
        """What a form that was sent holds, for a page that refuses it to show again."""
        found: Mapping[str, object] = getattr(self.request.state, "entered", {})
        return found

    @property
    def within(self) -> frozenset[str] | None:
        """The stores whose orders they may see, None for all."""
        if not self.staff.stores or Right.ORDER_VIEW_ALL in self.rights:
            return None
        return frozenset(self.staff.stores)

    def runs(self, store: str) -> bool:
        """Whether the tills of a store are theirs to let in and withdraw.

        Who works in some stores only runs those, unless all settings are theirs to change, as with staff.
        """
        stores = self.staff.stores
        return not stores or store in stores or self.may(Right.SETTINGS_MANAGE)

    @property
    def live(self) -> bool:
        """Whether a part of a page is asked for, to be put into the page that is open."""
        headers = self.request.headers
        return "hx-request" in headers and "hx-history-restore-request" not in headers

    def asked(self, name: str) -> str:
        """What the address asks for under a name, cut to a sensible length."""
        return self.request.query_params.get(name, "").strip()[:100]

    @property
    def page_number(self) -> int:
        """The page of a list that is asked for, the first one when it is no number."""
        text = self.asked("page")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1

    def may(self, right: Right) -> bool:
        """Whether they hold a right."""
        return right in self.rights

    def now(self) -> datetime:
        """The site's clock."""
        return self.site.now()

    def read(self, work: Callable[[Executor], T]) -> T:
        """Read from the database."""
        return self.site.database.read(work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Write to the database, all or nothing."""
        return self.site.database.write(work)

    def write_noted(
        self, subject: Subject, look: Callable[[Executor], Facts | None], work: Callable[[Transaction], T]
    ) -> T:
        """The same, writing down what a look at the thing finds before and after."""

        return self.write(lambda tx: settings_audit.noted(tx, self.author, subject, look, work))


@dataclass(frozen=True, slots=True)
class Change:
    """A form that a signed-in person sent."""

    visit: Visit
    form: FormData

    def text(self, name: str) -> str:
        """A field as text without blanks around it, empty when it is missing."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""


def site_of(request: Request) -> Site:
    """The site that the application serves."""
    site: Site = request.app.state.site
    return site


def _visit(request: Request) -> Visit:
    site = site_of(request)
    token = request.cookies.get(COOKIE, "")
    now = site.now()
    session = site.database.read(lambda db: sessions.session_of(db, token, now)) if token else None
    if session is None:
        raise SignInNeeded
    speak(session.staff.language)
    visit = Visit(site, session, request)
    unseen = now - session.seen_at
    if not visit.live and not timedelta() <= unseen < SEEN_EVERY:
        # A page left open that refreshes itself keeps nobody signed in.
        site.database.write(lambda tx: sessions.touch_session(tx, token, now))
    return visit


def browser_of(request: Request) -> Browser:
    """What the browser says of itself, and where it calls from."""
    return Browser(request.headers.get("user-agent", ""), request.client.host if request.client else "")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person on their way in, at one of the stages before they are inside; with a form if they sent one."""

    site: Site
    session: Session
    token: str
    request: Request
    form: FormData

    def text(self, name: str) -> str:
        """A field as it was typed, cut to a sensible length; a password keeps its blanks."""
        value = self.form.get(name, "")
        return value[:1024] if isinstance(value, str) else ""


def _arrival(request: Request, stage: Stage, form: FormData) -> Arrival:
    site, token = site_of(request), request.cookies.get(COOKIE, "")
    session = site.database.read(lambda db: sessions.session_of(db, token, site.now(), stage))
    if session is None:
        raise SignInNeeded
    speak(session.staff.language)
    return Arrival(site, session, token, request, form)


def arriving(stage: Stage) -> Callable[[Request], Arrival]:
    """A dependency that lets in whoever is at that stage of coming in."""

    def admitted(request: Request) -> Arrival:
        return _arrival(request, stage, FormData())

    return admitted


def arriving_with_form(stage: Stage) -> Callable[[Request, FormData], Arrival]:
    """The same for the form of that stage, which must hold the token it was given."""

    def admitted(request: Request, form: Annotated[FormData, Depends(posted)]) -> Arrival:
        arrival = _arrival(request, stage, form)
        if not from_here(request) or not same(arrival.text("csrf"), arrival.session.csrf):
            raise FormExpired
        return arrival

    return admitted


def from_here(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this site.

    A proxy may call the site by a name of its own; browsers know it by its public address then.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin != "null":
        if origin == site_of(request).settings.public_address:
            return True
        try:
            return urlsplit(origin).netloc == request.headers.get("host", "")
        except ValueError:  # nothing that a browser would say
            return False
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def posted(request: Request) -> FormData:
    """The fields of a form, without signs that no database takes; files are not taken."""
    if not request.headers.get("content-type", "").lower().startswith(FORM_TYPE):
        raise FormExpired
    form = await request.form(max_files=0, max_fields=FORM_FIELDS)
    return FormData([(name, str(value).replace("\x00", UNREADABLE)) for name, value in form.multi_items()])


class PostedWithFile:
    """The fields of a form with one file up to a size, which is gone when the answer is."""

    def __init__(self, most: int) -> None:
        self._most = most

    async def __call__(self, request: Request) -> AsyncIterator[FormData]:
        """The form; an empty one when it is too large or none of this kind."""
        length = request.headers.get("content-length", "")
        small = length.isascii() and length.isdigit() and int(length) <= self._most
        if not small or not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            yield FormData()  # without its token: refused once it is known who asks
            return
        async with request.form(max_files=1, max_fields=5) as form:
            yield form


posted_with_file = PostedWithFile(MOST_FILE_BYTES)
posted_with_table = PostedWithFile(MOST_TABLE_BYTES)


def needs(right: Right | None = None) -> Callable[[Request], Visit]:
    """A dependency that lets in whoever is signed in and holds the right."""

    def admitted(request: Request) -> Visit:
        visit = _visit(request)
        if right is not None and not visit.may(right):
            raise NotAllowed(right)
        return visit

    return admitted


def changes(right: Right | None = None) -> Callable[[Request, FormData], Change]:
    """A dependency that takes a form from whoever is signed in, holds the right and was given the form."""

    def admitted(request: Request, form: Annotated[FormData, Depends(posted)]) -> Change:
        return _admitted(request, form, right)

    return admitted


def changes_with_file(right: Right | None = None) -> Callable[[Request, FormData], Change]:
    """The same for a form that brings a file."""

    def admitted(request: Request, form: Annotated[FormData, Depends(posted_with_file)]) -> Change:
        return _admitted(request, form, right)

    return admitted


def changes_with_table(right: Right | None = None) -> Callable[[Request, FormData], Change]:
    """The same for a form that brings a table of goods, which is larger than a picture."""

    def admitted(request: Request, form: Annotated[FormData, Depends(posted_with_table)]) -> Change:
        return _admitted(request, form, right)

    return admitted


def _admitted(request: Request, form: FormData, right: Right | None) -> Change:
    visit = needs(right)(request)
    given = form.get("csrf", "")
    if not from_here(request) or not isinstance(given, str) or not same(given, visit.session.csrf):
        raise FormExpired
    request.state.entered = form
    return Change(visit, form)


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing."""
    return token_matches(given, token_hash(wanted))
