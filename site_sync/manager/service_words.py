"""Sentences of the service, kept and logged in English, in the language that is spoken."""

from __future__ import annotations

from functools import cache

from site_sync.domain import retelling
from site_sync.domain.retelling import Retellings
from site_sync.manager import speech

SECTION = "service"
"""Under which the catalogues keep what the service says."""


@cache
def _known(language: str) -> Retellings:
    """What the service says and how it is said in a language."""
    return retelling.retellings(speech.section(language, SECTION))


def retold(text: str) -> str:
    """A sentence of the service in the language that is spoken; what is none of its own stays as it is."""
    return retelling.retold(text, _known(speech.language()))


def retold_in(language: str, text: str) -> str:
    """The same in another language than the one that is spoken, for who reads it on no page."""
    with speech.speaking(language):
        return retold(text)
