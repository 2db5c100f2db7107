"""Sentences that are kept in one language, known again by their fixed parts, to be said in another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


Retellings = tuple[tuple[Pattern, str], ...]
"""Sentences and how each is said, the surest first."""


def retellings(told: Iterable[tuple[str, str]]) -> Retellings:
    """Sentences with {places}, and the same in another language, ready to be known again."""
    return tuple(sorted(((Pattern.of(text), other) for text, other in told), key=lambda one: -one[0].weight))


def retold(text: str, known: Retellings) -> str:
    """A sentence in the other language; what is none of those that are known stays as it is."""
    if not text or len(text) > LONGEST:
        return text
    for pattern, told in known:
        facts = pattern.facts(text)
        if facts is not None:
            return told.format_map(_retold_facts(facts, known))
    parts = text.split(BETWEEN)
    return BETWEEN.join(retold(part, known) for part in parts) if len(parts) > 1 else text


def _retold_facts(facts: Mapping[str, str], known: Retellings) -> dict[str, str]:
    """A fact may be a sentence of its own: why something else failed."""
    return {name: retold(fact, known) for name, fact in facts.items()}
