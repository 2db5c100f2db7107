"""What must hold of every answer: no mistake of the site, and a refusal that says something."""

from __future__ import annotations

import json

import httpx

from site_sync.protocol.problems import CONTENT_TYPE
from tests.manager.browsing import text_of

FEWEST_LETTERS = 15


def fault(answer: httpx.Response, method: str) -> str:
    """What is wrong with the answer to a call by a method, empty when nothing is."""
    if answer.status_code >= 500:
        return f"the site made a mistake: {answer.status_code} {answer.text[:300]}"
    if answer.status_code < 400 or method == "HEAD":
        return ""
    kind = answer.headers.get("content-type", "")
    if kind.startswith(CONTENT_TYPE):
        return _document_fault(answer)
    if not kind.startswith("text/html"):
        return f"a refusal ({answer.status_code}) as {kind or 'nothing'}: {answer.text[:200]}"
    return "" if len(text_of(answer.text)) >= FEWEST_LETTERS else f"a page without words: {answer.text[:200]}"


def _document_fault(answer: httpx.Response) -> str:
    try:
        told = json.loads(answer.content)
    except ValueError:
        return "a problem that is no JSON"
    if (
        not {"type", "title", "status", "detail", "code"} <= told.keys()
        or told["status"] != answer.status_code
    ):
        return f"a problem that says too little: {answer.text[:200]}"
    return ""
