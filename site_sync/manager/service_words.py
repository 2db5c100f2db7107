"""Sentences of the service, kept and logged in English, in the language that is spoken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from site_sync.manager import speech

SECTION = "service"
"""Under which the catalogues keep what the service says."""
BETWEEN = "; "
"""Parts sentences of the same kind that are kept as one."""
LONGEST = 1000
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with places for facts: its fixed parts, and the names of what stands between them."""

    parts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Pattern:
        """The pattern of a text with {places}."""
        return cls(tuple(_PLACE.split(text)[::2]), tuple(_PLACE.findall(text)))

    @property
    def weight(self) -> int:
        """How much of it is fixed: the more, the surer it is meant."""
        return sum(map(len, self.parts))

    def facts(self, text: str) -> dict[str, str] | None:
        """What stands at the places of a text that reads so; None when it reads otherwise."""
        first, *rest = self.parts
        if not rest:
            return {} if text == first else None
        last = rest.pop()
        if not (text.startswith(first) and text.endswith(last) and len(text) > len(first) + len(last)):
            return None
        left, found = text[len(first) : len(text) - len(last)], []
        for part in rest:
            before, between, left = left.partition(part)
            if not between:
                return None
            found.append(before)
        return dict(zip(self.names, [*found, left], strict=True))


@cache
def _patterns(language: str) -> tuple[tuple[Pattern, str], ...]:
    """What the service says and how it is said in a language, the surest first."""
    known = [(Pattern.of(text), told) for text, told in speech.section(language, SECTION)]
    return tuple(sorted(known, key=lambda one: -one[0].weight))


def retold(text: str) -> str:
    """A sentence of the service in the language that is spoken; what is none of its own stays as it is."""
    if not text or len(text) > LONGEST:
        return text
    for pattern, told in _patterns(speech.language()):
        facts = pattern.facts(text)
        if facts is not None:
            return told.format_map(_retold_facts(facts))
    parts = text.split(BETWEEN)
    return BETWEEN.join(map(retold, parts)) if len(parts) > 1 else text


def retold_in(language: str, text: str) -> str:
    """The same in another language than the one that is spoken, for who reads it on no page."""
    with speech.speaking(language):
        return retold(text)


def _retold_facts(facts: Mapping[str, str]) -> dict[str, str]:
    """A fact may be a sentence of its own: why something else failed."""
    return {name: retold(fact) for name, fact in facts.items()}
