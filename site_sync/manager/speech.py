"""In which language a request is answered, and what is said in it."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

CATALOGUES = Path(__file__).parents[2] / "resources" / "manager" / "translations"
ENGLISH = "en"
LANGUAGES = {"en": "English", "de": "Deutsch", "da": "Dansk"}
"""What can be spoken, each named in itself."""
_LOCALES = {"en": Locale("en", "GB"), "de": Locale("de", "DE"), "da": Locale("da", "DK")}


@dataclass(slots=True)
class _Answer:
    """One answer in the making; it is the same thing in every thread that works on it."""

    language: str


_answer: ContextVar[_Answer] = ContextVar("answer")


class Spoken:
    """Answers in the language that the browser asks for, until it is known who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http":
            _answer.set(_Answer(wanted(Headers(scope=scope).get("accept-language", ""))))
        await self._app(scope, receive, send)


def wanted(header: str) -> str:
    """The best of our languages that an `Accept-Language` header names, English when it names none."""
    ranked: list[tuple[float, str]] = []
    for part in header[:200].split(","):
        name, _, weight = part.partition(";q=")
        try:
            ranked.append((float(weight or "1"), name.strip()[:2].lower()))
        except ValueError:
            continue
    fine = [(weight, name) for weight, name in ranked if name in LANGUAGES and weight > 0]
    return max(fine, key=lambda one: one[0])[1] if fine else ENGLISH


def speak(language: str) -> None:
    """Answer this request in a person's language."""
    if answer := _answer.get(None):
        answer.language = language if language in LANGUAGES else ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say what is said meanwhile in another language, where it is one of ours."""
    given = _answer.set(_Answer(language if language in LANGUAGES else ENGLISH))
    try:
        yield
    finally:
        _answer.reset(given)


def language() -> str:
    """The language that is spoken."""
    answer = _answer.get(None)
    return answer.language if answer else ENGLISH


def locale() -> Locale:
    """How numbers, amounts and times are written in it."""
    return _LOCALES[language()]


@cache
def _written(spoken: str) -> Catalog:
    """The catalogue of a language as it is kept."""
    with (CATALOGUES / f"{spoken}.po").open("rb") as file:
        return read_po(file, locale=spoken)


@cache
def catalogue(spoken: str) -> gettext.NullTranslations:
    """All texts in a language, read once; English texts stand where they are said."""
    if spoken == ENGLISH:
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _written(spoken))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def section(spoken: str, name: str) -> list[tuple[str, str]]:
    """All texts of a section, in English and as they are said in a language; none for English itself."""
    kept = [] if spoken == ENGLISH else [one for one in _written(spoken) if one.context == name]
    return [(str(one.id), str(one.string)) for one in kept if one.string]


def say(text: str, /, **facts: Any) -> str:
    """A text of the program in the language that is spoken, with facts in its {places}."""
    found = catalogue(language()).gettext(text)
    return found.format(**facts) if facts else found


def say_count(one: str, many: str, number: int) -> str:
    """The same for a text that has {number} of something in it."""
    return plural(one, many, number).format(number=number)


def say_of(section: str, text: str) -> str:
    """The same for a word that means different things in different sections."""
    return catalogue(language()).pgettext(section, text)


def later(text: str) -> str:
    """Marks a text that is kept in English and said later."""
    return text


_NAMES = {"en": later("English"), "de": later("German"), "da": later("Danish")}


def spoken_languages() -> dict[str, str]:
    """The languages that people, papers and names may have, named in the one that is spoken."""
    return {code: say(name) for code, name in _NAMES.items()}


def named(names: dict[str, str], code: str) -> str:
    """The name that the shop gave to a record, in the language that is spoken, else in English."""
    return names.get(language()) or names.get(ENGLISH) or code


def plural(one: str, many: str, number: int) -> str:
    """The text for a number of something; templates put their facts in themselves."""
    return catalogue(language()).ngettext(one, many, number)
