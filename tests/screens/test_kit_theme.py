"""The look is readable in every colour set and holds its sizes."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication

from pos_app.ui import icons, theme
from pos_app.ui.resources import resource
from pos_app.ui.widgets.labels import Text

PAIRS = [
    *product(("ink", "ink-2"), ("ground", "card", "disabled", "ok-ground")),
    *((tone, f"{tone}-ground") for tone in ("bad", "ok", "info")),
    ("warn-deep", "warn-ground"),
    *product(("warn", "bad", "ok"), ("card",)),
    ("accent-ink", "accent"),
    ("chosen-ink", "chosen"),
    *product(("bar-ink", "bar-ink-2", "bar-count", "bar-warn"), ("bar", "bar-2")),
]


def _luminance(colour: QColor) -> float:
    shares = (colour.redF(), colour.greenF(), colour.blueF())
    parts = [c / 12.92 if c <= 0.03928 else float(((c + 0.055) / 1.055) ** 2.4) for c in shares]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", list(theme.ThemeName))
def test_text_can_be_read_on_its_ground(qapp: QApplication, name: theme.ThemeName) -> None:
    theme.apply(qapp, theme.load_look(name))
    weak = {
        pair: round(_contrast(theme.colour(pair[0]), theme.colour(pair[1])), 2)
        for pair in PAIRS
        if _contrast(theme.colour(pair[0]), theme.colour(pair[1])) < 4.5
    }
    assert weak == {}


def test_the_light_tokens_are_the_design(qapp: QApplication) -> None:
    tokens = theme.load_look().colours
    assert (tokens["ink"], tokens["ink-2"], tokens["line"]) == ("#16202b", "#5a6775", "#dfe4ea")
    assert (tokens["ground"], tokens["card"], tokens["accent"]) == ("#f2f4f7", "#ffffff", "#0b6e4f")


@pytest.mark.parametrize(("wished", "touch"), [(80, 38), (100, 48), (160, 77), (500, 77)])
def test_sizes_follow_the_scale_within_its_limits(qapp: QApplication, wished: int, touch: int) -> None:
    theme.apply(qapp, theme.load_look(scale_percent=wished))
    assert theme.px(48) == touch


def test_a_key_is_nine_millimetres_on_any_screen(qapp: QApplication) -> None:
    screen = qapp.primaryScreen()
    dots_per_mm = screen.physicalDotsPerInch() / screen.devicePixelRatio() / 25.4
    for wished in (80, 100, 160):
        scale = theme.scale_for_screen(screen, wished)
        assert wished <= scale <= 160
        assert scale == 160 or 48 * scale / 100 / dots_per_mm >= theme.SMALLEST_TOUCH_MM - 0.1


def test_figures_are_of_equal_width_in_the_shipped_font(qapp: QApplication) -> None:
    label = Text("1", size=20, weight=700)
    label.ensurePolished()
    metrics = label.fontMetrics()
    assert QFontInfo(label.font()).family() == "Inter"
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_every_shipped_icon_can_be_drawn(qapp: QApplication) -> None:
    names = [path.stem for path in resource("icons").glob("*.svg")]
    assert len(names) > 80
    for name in names:
        picture = icons.pixmap(name, 20, "accent").toImage()
        seen = [picture.pixelColor(x, y).alpha() for x in range(40) for y in range(40)]
        assert any(alpha > 128 for alpha in seen), name
