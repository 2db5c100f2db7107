"""What the service says to people, gathered from its code as patterns with {places}."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "site_sync"
FOLDERS = ("service", "domain")
SAYS = {
    "said": 0, "UpkeepRefused": 1, "NoLogo": 0, "Unreadable": 0, "DocumentOdd": 1, "ShopTrouble": 0,
    "EndpointRefused": 0, "BackupDamaged": 0, "Unsealable": 0, "ShapeWrong": 0, "NotTaken": 0,
    "MailRefused": 1, "PhraseBroken": 2, "SecurityError": 0,
}  # fmt: skip
"""Calls that make a sentence, and which of their arguments it is."""
BEFORE = {"DocumentOdd": "{pointer} "}
"""What such a call puts before it."""
TYPED = {"scales.py": {"ValueError": 0}}
"""The same for single modules."""


def patterns() -> Iterator[tuple[str, str]]:
    """Every sentence with the module that says it."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for call in ast.walk(tree):
                if isinstance(call, ast.Call):
                    for text in _said(call, SAYS | TYPED.get(path.name, {})):
                        yield path.name, text


def _said(call: ast.Call, says: dict[str, int]) -> Iterator[str]:
    name = ast.unparse(call.func)
    place = says.get(name)
    if place is None or place >= len(call.args):
        return
    text = _pattern(call.args[place])
    if any(char.isalpha() for char in _bare(text)):
        yield BEFORE.get(name, "") + text


def _bare(text: str) -> str:
    """A pattern without its places."""
    return "".join(part.partition("}")[2] if at else part for at, part in enumerate(text.split("{")))


def _pattern(said: ast.expr) -> str:
    """The text of an expression, with a place for each fact; empty where it is no text."""
    match said:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            names: list[str] = []
            return "".join(_part(part, names) for part in parts)
    return ""


def _part(part: ast.expr, names: list[str]) -> str:
    if not isinstance(part, ast.FormattedValue):
        return str(part.value) if isinstance(part, ast.Constant) else ""
    found = [one for one in ast.walk(part.value) if isinstance(one, ast.Name | ast.Attribute)]
    name = next((one.attr if isinstance(one, ast.Attribute) else one.id for one in found), "fact").lower()
    names.append(name)
    again = names.count(name)
    return f"{{{name}{again if again > 1 else ''}}}"
