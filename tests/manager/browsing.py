"""A person at a browser without a screen: signs in, reads pages, sends the forms that the pages hold."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx

from tests.service.serving import client

PASSWORD = "a long sentence opens it"


@dataclass
class Form:
    """A form of a page: where it goes and what its fields hold, as a browser would send them."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select, self._area = "", ""
        self._first: str | None = None
        self._chosen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "select":
            self._select, self._chosen, self._first = given.get("name", ""), None, None
        elif tag == "option" and (self._chosen is None and ("selected" in given or self._first is None)):
            value = given.get("value", "")
            if "selected" in given:
                self._chosen = value
            else:
                self._first = value
        elif tag == "textarea":
            self._area = given.get("name", "")
            self._add(self._area, "")
        elif tag == "input" and "name" in given and self.forms:
            ticked = given.get("type") != "checkbox" or "checked" in given
            if ticked:
                self._add(given["name"], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].fields[-1] = (self._area, data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self._add(self._select, (self._first or "") if self._chosen is None else self._chosen)
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].fields.append((name, value))


def text_of(page: str) -> str:
    """What of a page people read, on one line."""
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(bare).split())


def forms_of(page: str) -> list[Form]:
    """The forms that a page holds."""
    found = _Forms()
    found.feed(page)
    return found.forms


class Browser:
    """One person's browser."""

    def __init__(self, address: str) -> None:
        self.http = client(address, follow_redirects=True)

    def open(self, path: str, status: int = 200, **asked: str) -> str:
        """The page at a path of Site Manager."""
        answer = self.http.get(f"/manager{path}", params=asked or None)
        assert answer.status_code == status, (answer.status_code, path)
        return answer.text

    def read(self, path: str, **asked: str) -> str:
        """What people read on a page."""
        return text_of(self.open(path, 200, **asked))

    def form(self, path: str, action: str) -> Form:
        """The form of a page that goes to an address which ends so."""
        return next(form for form in forms_of(self.open(path)) if form.action.endswith(action))

    def send(self, path: str, action: str = "", **changed: str | list[str]) -> httpx.Response:
        """Fill in a form of a page and send it."""
        form = self.form(path, action or path)
        kept = [(name, value) for name, value in form.fields if name not in changed]
        typed = [
            (name, value)
            for name, given in changed.items()
            for value in (given if isinstance(given, list) else [given])
        ]
        return self.http.post(form.action, content=urlencode(kept + typed), headers=FORM)

    def sign_in(self, staff: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in by the form."""
        return self.send("/sign-in", staff=staff, password=password)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
