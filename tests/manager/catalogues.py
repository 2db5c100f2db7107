"""Gathers what Site Manager says into its catalogues; run it after writing new texts."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from pos_app.ui.resources import resource
from site_sync.manager.rendering import TEMPLATES
from site_sync.manager.service_words import SECTION
from site_sync.manager.speech import CATALOGUES, ENGLISH, LANGUAGES
from site_sync.manager.wording import WORDS
from tests.manager import service_sentences

CODE = Path(__file__).parents[2] / "site_sync" / "manager"
SPOKEN = ("say", "later", "say_count")
TEMPLATE_OPTIONS = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
ON_ORDERS = (
    "customer_acts.py", "deadlines.py", "messages.py", "post.py", "text_message.py", "web_order_words.py",
)  # fmt: skip
"""Modules of the service that write onto orders, where tills read it."""
FOR_TILLS = resource("translations") / "site.json"
Message = tuple[str, str | tuple[str, str], str]
"""Where it is said, the English text (one and many where it counts), and its section of the words."""


def _templates() -> Iterator[Message]:
    for path in sorted(TEMPLATES.glob("*.html")):
        with path.open("rb") as file:
            for _, _, text, _ in babel_extract(file, ("_", "gettext", "ngettext"), (), TEMPLATE_OPTIONS):
                yield path.name, _told(text), ""


def _code() -> Iterator[Message]:
    for path in sorted(CODE.glob("*.py")):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Call) and ast.unparse(one.func) in SPOKEN:
                texts = [part.value for part in one.args if isinstance(part, ast.Constant)]
                if texts:
                    yield path.name, _told(tuple(texts)), ""


def _service() -> Iterator[Message]:
    """What the service says, which is known again by its pattern."""
    for place, text in service_sentences.patterns():
        yield place, text, SECTION


def _words() -> Iterator[Message]:
    sections: dict[str, dict[str, str]] = json.loads(WORDS.read_text(encoding="utf-8"))
    for section, words in sections.items():
        for text in words.values():
            yield WORDS.name, text, section


def _told(text: object) -> str | tuple[str, str]:
    """A text, or both texts of one that counts; what else a call holds is no text."""
    if isinstance(text, tuple):
        parts = [part for part in text if part]
        return (parts[0], parts[1]) if len(parts) > 1 else parts[0]
    return str(text)


@cache
def said() -> tuple[Message, ...]:
    """Everything that is said in English, read once."""
    return (*_templates(), *_code(), *_service(), *_words())


def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is kept."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def gathered(language: str) -> Catalog:
    """The catalogue with all that is said, translated as far as it was, and nothing else."""
    known, fresh = catalogue(language), Catalog(locale=language)
    for place, text, section in said():
        one = text if isinstance(text, str) else text[0]
        before = known.get(one, section or None)
        kept = before.string if before and isinstance(before.string, str) == isinstance(text, str) else None
        fresh.add(text, kept, [(place, None)], context=section or None)  # type: ignore[list-item]
    return fresh


def for_tills() -> str:
    """What the service writes onto orders, as the till keeps its words."""
    texts = sorted({text for place, text in service_sentences.patterns() if place in ON_ORDERS})
    told: dict[str, dict[str, str]] = {
        "_".join(re.findall(r"[a-z]+", text.lower())): {ENGLISH: text} for text in texts
    }
    for language in (one for one in LANGUAGES if one != ENGLISH):
        kept = catalogue(language)
        for words in told.values():
            found = kept.get(words[ENGLISH], SECTION)
            words[language] = str(found.string) if found else ""
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def untranslated(found: Catalog) -> list[str]:
    """The English texts that have no translation."""
    waiting = []
    for one in found:
        told = one.string if isinstance(one.string, list | tuple) else [one.string]
        if one.id and not (told and all(told)):
            waiting.append(str(one.id))
    return waiting


def written(found: Catalog, language: str) -> str:
    """A catalogue as its file."""
    out = BytesIO()
    write_po(out, found, width=0, omit_header=True, include_lineno=False, sort_output=True)
    return HEADER.format(language=language) + out.getvalue().decode("utf-8")


def main() -> None:
    """Write the catalogues and what of them tills need, and say how many texts wait for a translator."""
    for language in (one for one in LANGUAGES if one != ENGLISH):
        found = gathered(language)
        (CATALOGUES / f"{language}.po").write_text(written(found, language), encoding="utf-8")
        missing = len(untranslated(found))
        print(f"{language}: {len(found)} texts, {missing} to be translated")
    FOR_TILLS.write_text(for_tills(), encoding="utf-8")


if __name__ == "__main__":
    main()
