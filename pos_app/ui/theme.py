"""The till's look: colours, sizes and fonts read from one token file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QScreen
from PySide6.QtWidgets import QApplication

from pos_app.ui.resources import resource
from pos_app.ui.style_sheet import style_sheet

SMALLEST_TOUCH_MM = 9.0
_FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


class ThemeName(StrEnum):
    """The colour sets in the token file."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Look:
    """One choice of colours and scale; `scale` 1.0 means 16 px body text."""

    name: ThemeName
    colours: Mapping[str, str]
    sizes: Mapping[str, int]
    scale: float = 1.0
    moving: bool = True
    shortcut_hints: bool = True


class _Current:
    look: Look | None = None


@cache
def _tokens() -> dict[str, Any]:
    with resource("theme", "tokens.json").open(encoding="utf-8") as file:
        tokens: dict[str, Any] = json.load(file)
    return tokens


def load_look(
    name: ThemeName = ThemeName.LIGHT,
    *,
    scale_percent: int = 100,
    moving: bool = True,
    shortcut_hints: bool = True,
) -> Look:
    """The look of that name; the scale is held between 80 and 160 percent."""
    tokens = _tokens()
    return Look(
        name=name,
        colours=tokens["themes"][name],
        sizes={key: int(value) for key, value in tokens["sizes"].items()},
        scale=min(160, max(80, scale_percent)) / 100,
        moving=moving,
        shortcut_hints=shortcut_hints,
    )


def scale_for_screen(screen: QScreen, wished_percent: int) -> int:
    """The scale at which a 48 px target is at least 9 mm on this screen, never below the wish."""
    dots_per_mm = screen.physicalDotsPerInch() / screen.devicePixelRatio() / 25.4
    needed = round(100 * SMALLEST_TOUCH_MM * dots_per_mm / 48)
    return min(160, max(80, wished_percent, min(needed, 160)))


def apply(app: QApplication, look: Look) -> None:
    """Make this the look of the whole application; screens built later have it throughout."""
    _load_fonts()
    _Current.look = look
    app.setFont(font(look.sizes["text"]))
    app.setPalette(_palette())
    sheet = style_sheet(look.colours, px)
    if app.styleSheet() != sheet:  # setting it polishes every living widget anew
        app.setStyleSheet(sheet)


def current() -> Look:
    """The look in use; a bug when none was applied."""
    if _Current.look is None:
        raise RuntimeError("no look was applied to the application")
    return _Current.look


def colour(name: str) -> QColor:
    """A colour of the look in use by its token."""
    return QColor(current().colours[name])


def px(size: float) -> int:
    """A length of the design (pixels at 100 %) on this till."""
    return max(1, round(size * current().scale))


def size(name: str) -> int:
    """A named size of the token file on this till."""
    return px(current().sizes[name])


def font(points: float, weight: int = 400) -> QFont:
    """Inter at this many design pixels, with figures of equal width."""
    return QFont(_font(px(points), weight))


@cache
def _font(pixels: int, weight: int) -> QFont:
    """Made once, as every widget asks for some; whoever changes one changes a copy."""
    made = QFont("Inter")
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@cache
def _load_fonts() -> None:
    for name in _FONT_FILES:
        if QFontDatabase.addApplicationFont(str(resource("fonts", name))) < 0:
            raise RuntimeError(f"the font {name} cannot be read")


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "card",
        QPalette.ColorRole.AlternateBase: "ground",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.Button: "card",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.PlaceholderText: "ink-2",
        QPalette.ColorRole.Highlight: "info",
        QPalette.ColorRole.HighlightedText: "card",
        QPalette.ColorRole.ToolTipBase: "bar",
        QPalette.ColorRole.ToolTipText: "bar-ink",
    }
    for role, token in roles.items():
        palette.setColor(role, colour(token))
    return palette
