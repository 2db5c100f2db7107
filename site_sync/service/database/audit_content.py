"""What of an entry of the audit its hash covers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

HASHED = ("at", "staff", "name", "kind", "key", "act", "before", "after", "why")


def chained(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of an entry after the one whose hash is `previous`, as hexadecimal SHA-256."""
    values = [row["at"].astimezone(UTC).isoformat(), *(row[name] for name in HASHED[1:])]
    text = json.dumps([previous, *values], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
