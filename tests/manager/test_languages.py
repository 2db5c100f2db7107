"""Everything in Site Manager is said in three languages, and nothing beside the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment, nodes

from site_sync.domain.orders import Order
from site_sync.domain.retelling import Pattern
from site_sync.manager.rendering import TEMPLATES
from site_sync.manager.service_words import SECTION, retold
from site_sync.manager.speech import ENGLISH, LANGUAGES, section, speaking, wanted
from tests.manager.browsing import Browser
from tests.manager.catalogues import CODE, FOR_TILLS, catalogue, for_tills, gathered, untranslated

FOREIGN = [one for one in LANGUAGES if one != ENGLISH]
PLACES = re.compile(r"%\(\w+\)s|%%|\{\w+\}|<[^<>]+>")
NAMES = {"Handover", "Site Manager", "Excel", "CSV", "SKU", "PIN"}
"""What is called so in every language."""
SHOWN = {"data-label", "aria-label", "title", "placeholder", "alt"}
SILENT = {"style", "script", "code", "pre"}
NO_TEXT = re.compile(r'[\w-]+="[^"]*"|\S*/\S*')
"""Attributes that a macro gives, and addresses."""
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z][a-z]+|[A-Za-z,;]+ [a-z]")
TECHNICAL = re.compile(
    r"attachment;|[\w-]+=|^[A-Z][\w-]*(-[A-Z][\w-]*)+$|^[A-Z]\w*/|default-src|^\S*[/:=<>{}]\S*$|^<|:root|MMM"
)
BRANDS = {
    "Edge", "Edg", "Opera", "Firefox", "Chrome", "Safari", "iPhone", "iPad", "Android", "Windows", "Mac OS",
    "Mac", "CrOS", "Chromebook", "Linux", "WooCommerce", "Shopify", "Standard Webhooks", "English",
    "Deutsch", "Dansk", "Site Manager", "Vary", "Right",
}  # fmt: skip
"""Names of others, and of headers of HTTP."""
LOGGED = {"_log.warning", "_log.error", "_log.info", "super().__init__", "TypeVar", "NotAllowed"}
SAYS = {"say", "say_count", "later"}
PRINTED = re.compile(r"{{(.*?)}}", re.DOTALL)
BESIDE = re.compile(r"{%.*?%}|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(r"{%-?\s*trans\b.*?endtrans\s*-?%}", re.DOTALL)


@pytest.mark.parametrize("language", FOREIGN)
def test_every_text_is_translated_and_no_translation_is_left_over(language: str) -> None:
    """`python -m tests.manager.catalogues` adds what is missing and drops what is not said any more."""
    fresh, kept = gathered(language), catalogue(language)
    assert untranslated(fresh) == []
    assert {(one.id, one.context) for one in kept} == {(one.id, one.context) for one in fresh}


def _texts(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


def _places(text: str) -> list[str]:
    return sorted(PLACES.findall(text))


def _faults(one: Message) -> Iterator[str]:
    """What is wrong with a translation: facts and marks that differ, and quotes that end an attribute."""
    english, told = _texts(one.id), _texts(one.string)
    if not all(told):
        return
    if _places(told[-1]) != _places(english[-1]):
        yield f"other places: {told[-1]}"
    if not set(_places(told[0])) <= set(_places(english[0])) | set(_places(english[-1])):
        yield f"unknown places: {told[0]}"
    if any(('"' in text) and ('"' not in english[0]) for text in told):
        yield f"a straight quote: {told[0]}"


@pytest.mark.parametrize("language", FOREIGN)
def test_translations_hold_the_same_facts(language: str) -> None:
    assert [fault for one in catalogue(language) if one.id for fault in _faults(one)] == []


class _Beside(HTMLParser):
    """Texts of a template that stand beside the catalogues."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that people read."""
        self._silent += tag in SILENT
        self.found += [text for name, text in attrs if name in SHOWN and text and WORD.search(text)]

    def handle_endtag(self, tag: str) -> None:
        """An element has ended."""
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        """Text between marks."""
        bare = NO_TEXT.sub("", data)
        for name in sorted(NAMES, key=len, reverse=True):
            bare = bare.replace(name, "")
        if not self._silent and WORD.search(bare):
            self.found.append(" ".join(data.split()))


def _literal(printed: nodes.Node) -> Iterator[str]:
    """The texts that an expression may come to as they stand in it, without those it is made of otherwise."""
    match printed:
        case nodes.Const(value=str() as text) if "@" not in text:
            yield text
        case nodes.Or(left=one, right=other) | nodes.CondExpr(expr1=one, expr2=nodes.Node() as other):
            yield from _literal(one)
            yield from _literal(other)
        case nodes.CondExpr(expr1=one):
            yield from _literal(one)


def _beside(path: Path, templates: Environment) -> list[str]:
    """Texts of a template between its marks and in what it prints, where people read them."""

    def printed(found: re.Match[str]) -> str:
        (output,) = templates.parse(found.group()).find_all(nodes.Output)
        return "0".join(["", *(text for node in output.nodes for text in _literal(node)), ""])

    text = path.read_text(encoding="utf-8")
    text = re.sub(r"<code>.*?</code>", "", text)
    parser = _Beside()
    parser.feed(BESIDE.sub("0", PRINTED.sub(printed, TRANSLATED.sub("0", text))))
    return parser.found


def _unsaid(path: Path, templates: Environment) -> list[str]:
    """Texts within the expressions of a template that go through no catalogue."""
    tree = templates.parse(path.read_text(encoding="utf-8"))
    said = {
        id(text)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for text in call.find_all(nodes.Const)
    }
    return [
        one.value
        for one in tree.find_all(nodes.Const)
        if isinstance(one.value, str) and id(one) not in said and SENTENCE.search(one.value)
        and not TECHNICAL.search(one.value) and "{%" not in one.value and one.value not in NAMES
    ]  # fmt: skip


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.stem)
def test_a_template_says_nothing_beside_the_catalogues(path: Path) -> None:
    templates = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    assert _beside(path, templates) == []
    assert _unsaid(path, templates) == []


def _spoken(tree: ast.AST) -> set[int]:
    """The texts of a module that are said, logged, or describe what stands before them."""
    known: set[int] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            known.add(id(one.value))
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "__all__":
            known |= {id(part) for part in ast.walk(one)}
        if isinstance(one, ast.Call) and ast.unparse(one.func) in SAYS | LOGGED:
            known |= {id(part) for part in ast.walk(one)}
    return known


@pytest.mark.parametrize("path", sorted(CODE.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_says_nothing_beside_the_catalogues(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spoken = _spoken(tree)
    texts = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in spoken]
    found = [one.value for one in texts if isinstance(one.value, str)]
    assert [
        text for text in found
        if SENTENCE.search(text) and not TECHNICAL.search(text) and text not in BRANDS | NAMES
    ] == []  # fmt: skip


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("de", "de"), ("da-DK,da;q=0.9,en;q=0.8", "da"), ("fr,de;q=0.3,en;q=0.2", "de"),
        ("fr", "en"), ("de;q=0", "en"), ("de;q=x, da", "da"), (",;q=,;;", "en"),
    ],
)  # fmt: skip
def test_a_browser_names_its_languages(header: str, language: str) -> None:
    assert wanted(header) == language


def test_the_door_speaks_the_language_of_the_browser(browser: Browser) -> None:
    browser.http.headers["Accept-Language"] = "de-AT,de;q=0.9"
    page = browser.open("/sign-in")
    assert '<html lang="de">' in page
    assert "Personal-Id" in page
    refused = browser.sign_in("root", "wrong")
    assert "passen nicht zusammen" in refused.text


def test_a_person_chooses_a_language_and_keeps_it(root: Browser, order: Order) -> None:
    root.http.headers["Accept-Language"] = "de"
    assert '<html lang="en">' in root.open(f"/orders/{order.id}")  # the person comes before the browser
    answer = root.send(f"/orders/{order.id}", "/language", language="da")
    assert answer.url.path == f"/manager/orders/{order.id}"
    page = root.read(f"/orders/{order.id}")
    for text in ("Skal plukkes", "129,00", "Annuller ordren", "Bestilt af"):
        assert text in page
    assert "Åben" in root.read("/journals")  # as it is, not "Åbn", as somebody is told to
    assert '<html lang="da">' in root.open("/orders/none", 404)
    assert root.send("/", "/language", language="xx").status_code == 404


@pytest.mark.parametrize("language", FOREIGN)
def test_what_the_service_says_is_known_again_with_its_facts(language: str) -> None:
    """No pattern hides another: filled in with facts, each is told as its own translation says."""
    wrong = []
    with speaking(language):
        for english, told in section(language, SECTION):
            facts = {name: f"{name.upper()}-7" for name in Pattern.of(english).names}
            if retold(english.format(**facts)) != told.format(**facts):
                wrong.append((english, retold(english.format(**facts))))
    assert wrong == []


def test_tills_have_the_words_of_what_the_service_writes_onto_orders() -> None:
    """`python -m tests.manager.catalogues` writes them for the till."""
    assert FOR_TILLS.read_text(encoding="utf-8") == for_tills()


def test_a_sentence_within_a_sentence_is_told_too() -> None:
    text = "the shop did not answer (A secret goes over https only.)"
    with speaking("de"):
        assert retold(text) == "der Shop hat nicht geantwortet (Ein Geheimnis wird nur über https gesendet.)"
        assert retold("unknown item A; unknown store (B)") == "unbekannter Artikel A; unbekannte Filiale (B)"
        assert retold("550 5.1.1 no such user") == "550 5.1.1 no such user"
    assert retold(text) == text
