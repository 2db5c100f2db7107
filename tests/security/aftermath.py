"""What every answer tells a browser, and what none of them may leave behind in database and log."""

from __future__ import annotations

import re

from site_sync.domain.codes import TOKEN_LENGTH
from tests.security.conftest import Played
from tests.security.left_behind import card_numbers, kept


def keeps_strangers_out(played: Played) -> None:
    """Every answer tells browsers to."""
    for name, (_, answer) in played.answers.items():
        told = answer.headers
        policy = told.get("content-security-policy", "")
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors" in policy, name
        assert "unsafe-eval" not in policy, name
        assert told.get("x-content-type-options") == "nosniff", name
        assert told.get("referrer-policy") in ("no-referrer", "same-origin"), name
        scripts = [part for part in policy.split("; ") if part.startswith("script-src")]
        assert scripts in ([], ["script-src 'self'"]), name


SHOWN_ONCE = re.compile(
    r'\b(hk_[0-9a-f]{64}|whsec_[A-Za-z0-9+/]{32}=*)|"token":\s?"(\w{64})"'
    r'|class="secret(?: long)?"[^>]*>\s*([^<\s][^<]{4,})<'
)
"""Keys, signing secrets, PINs, secrets of web shops, codes and tokens, as answers show them."""


def _given_out(played: Played) -> set[str]:
    """Secrets that were shown in the answers or given to callers."""
    found = set(played.world.secrets)
    for _, answer in played.answers.values():
        if answer.headers.get("content-type", "").startswith(("text/html", "application/json")):
            shown = [group for match in SHOWN_ONCE.finditer(answer.text) for group in match.groups() if group]
            found |= {one.strip().replace(" ", "") for one in shown if "//" not in one}
    for order in played.world.orders.values():
        page = played.world.links().page(order) or ""
        found.add(page[-TOKEN_LENGTH:])
    return found


def leaves_no_secret(played: Played) -> None:
    """Nothing that was given out stands in the database or the log."""
    secrets = _given_out(played)
    assert any(len(one) == 6 for one in secrets), "a PIN was given"
    assert len(secrets) > 25
    long = re.compile("|".join(sorted(re.escape(one) for one in secrets if len(one) > 6)))
    pins = re.compile("|".join(rf"\b{one}\b" for one in secrets if len(one) == 6))
    for table, text in kept(played.file):
        assert long.search(text) is None, table
        if table in ("staff", "settings_changes", "passwords", "changes"):
            assert pins.search(text) is None, table
        assert not card_numbers(text), (table, text)
    said = "\n".join(played.said)
    assert long.search(said) is None
    assert pins.search(said) is None
    assert not card_numbers(said)
