"""Shipped functions with one line written otherwise, for as long as a planted bug is looked for."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Edit:
    """One text of one function, and what stands there instead."""

    function: Callable[..., Any]
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Bug:
    """A named way to be wrong; all its edits together."""

    name: str
    edits: tuple[Edit, ...]


def bug(name: str, function: Any, old: str, new: str, *more: tuple[Any, str, str]) -> Bug:
    """A bug of one edit, or of some."""
    return Bug(name, (Edit(function, old, new), *(Edit(*edit) for edit in more)))


def _plain(function: Any) -> Any:
    inner = getattr(function, "fget", None) or getattr(function, "__wrapped__", None) or function
    return getattr(inner, "__func__", inner)


@cache
def codes_of(wrong: Bug) -> tuple[tuple[Any, Any], ...]:
    """Each function of a bug with its code object as it is with all the bug's edits of it."""
    edits: dict[Any, list[Edit]] = {}
    for edit in wrong.edits:
        edits.setdefault(_plain(edit.function), []).append(edit)
    return tuple((function, _code(function, each)) for function, each in edits.items())


def _code(function: Any, edits: list[Edit]) -> Any:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    while not lines[0].startswith(("def ", "async def ")):
        lines.pop(0)
    source = "\n".join(lines)
    for edit in edits:
        if edit.old not in source:
            raise LookupError(f"{function.__qualname__} no longer says {edit.old!r}")
        source = source.replace(edit.old, edit.new)
    made: dict[str, Any] = {}
    text = "from __future__ import annotations\n" + source
    exec(compile(text, f"<planted in {function.__qualname__}>", "exec"), function.__globals__, made)
    return made[function.__name__].__code__


@contextmanager
def planted(wrong: Bug) -> Iterator[None]:
    """The shipped code with the bug in it."""
    codes = codes_of(wrong)
    kept = [(function, function.__code__) for function, _ in codes]
    for function, code in codes:
        function.__code__ = code
    try:
        yield
    finally:
        for function, code in reversed(kept):
            function.__code__ = code
