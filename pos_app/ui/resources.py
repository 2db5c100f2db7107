"""Where the till finds its fonts, icons, sounds, words and colours."""

from __future__ import annotations

from pathlib import Path

TILL_RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "till"


def resource(*parts: str) -> Path:
    """The file below resources/till; it must exist."""
    path = TILL_RESOURCES.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"the till's resource {path} is missing")
    return path
