"""What the site writes onto orders in English, in the language of who is signed in."""

from __future__ import annotations

from functools import cache

from pos_app.ui.wording import Language, catalogue, language
from site_sync.domain.retelling import Retellings, retellings, retold

SUBJECT = "site."
"""Begins the keys of such sentences; their English is what stands on the order."""


@cache
def _known(spoken: Language) -> Retellings:
    told = [words for key, words in catalogue().items() if key.startswith(SUBJECT)]
    return retellings((str(words[Language.ENGLISH]), str(words[spoken])) for words in told)


def in_words(text: str) -> str:
    """A text on an order as the till says it; what somebody wrote themselves stays as it is."""
    return retold(text, _known(language()))
