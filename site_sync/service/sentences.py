"""Sentences that the service makes and people read on a page."""

from __future__ import annotations


def said(text: str) -> str:
    """Marks a sentence that is kept and logged in English: Site Manager says it in the reader's language."""
    return text
