"""Every sentence the till asks for exists, in every language, with the same facts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from pos_app.ui.wording import Language, catalogue
from site_sync.domain.errors import Code

UI = Path(__file__).resolve().parents[2] / "pos_app" / "ui"


def _asked() -> Iterator[tuple[str, str, bool]]:
    """(where, key or its beginning, whether it is only the beginning) of every say("…") in the code."""
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"):
                continue
            key = node.args[0] if node.args else None
            where = f"{path.relative_to(UI)}:{node.lineno}"
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield where, key.value, False
            elif isinstance(key, ast.IfExp):
                for part in (key.body, key.orelse):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield where, part.value, False
            elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                yield where, str(key.values[0].value), True


def test_every_sentence_asked_for_exists() -> None:
    known = catalogue().keys()
    missing = [
        f"{where} {key}"
        for where, key, beginning in _asked()
        if not (any(name.startswith(key) for name in known) if beginning else key in known)
    ]
    assert missing == []


def test_the_code_asks_for_sentences_at_all() -> None:
    assert sum(1 for _ in _asked()) > 300


def test_every_refusal_has_words() -> None:
    assert [code.value for code in Code if f"refusal.{code.value}" not in catalogue()] == []


def _placeholders(words: object) -> set[str]:
    texts = words.values() if isinstance(words, dict) else [words]
    return {name for text in texts for _, name, _, _ in Formatter().parse(str(text)) if name}


@pytest.mark.parametrize("language", list(Language))
def test_every_sentence_is_there_in_each_language_with_the_same_facts(language: Language) -> None:
    wrong = [
        key
        for key, words in catalogue().items()
        if language not in words or _placeholders(words[language]) != _placeholders(words["en"])
    ]
    assert wrong == []
