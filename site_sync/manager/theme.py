"""The design's colours as CSS, from the one file that the till is painted with too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from fastapi.responses import Response

from site_sync.manager.rendering import RESOURCES

TOKENS = RESOURCES / "till" / "theme" / "tokens.json"


def _rules(tokens: Mapping[str, str], indent: str = "  ") -> str:
    return "\n".join(f"{indent}--{name}: {colour};" for name, colour in tokens.items())


@cache
def _css() -> str:
    themes = json.loads(TOKENS.read_text(encoding="utf-8"))["themes"]
    light, dark, contrast = themes["light"], themes["dark"], themes["contrast"]
    return (
        f":root {{\n  color-scheme: light dark;\n{_rules(light)}\n}}\n"
        f"@media (prefers-color-scheme: dark) {{\n  :root {{\n{_rules(dark, '    ')}\n  }}\n}}\n"
        f"@media (prefers-contrast: more) {{\n  :root {{\n    color-scheme: light;\n"
        f"{_rules(contrast, '    ')}\n  }}\n}}\n"
    )


def tokens_css() -> Response:
    """Light, dark and high contrast, as the browser's user prefers."""
    return Response(_css(), media_type="text/css")
