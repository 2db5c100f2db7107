"""The state of the till: parts with their facts and what can be done about them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from pos_app.ui.screens.status import StatusScreen
from tests.screens import sample_till
from tests.screens.hand import heard, key, named, press, settle, strike
from tests.screens.show import Show


def _shown(show: Show) -> StatusScreen:
    screen = sample_till.status()
    show(screen)
    return screen


def test_every_act_names_its_part(show: Show) -> None:
    screen = _shown(show)
    acts, left = heard(screen.act_pressed), heard(screen.back_pressed)
    press(key(screen, "Try now"))
    press(key(screen, "Move to label"))
    press(screen.keys["printer:label", "test"])
    strike(screen, Qt.Key.Key_Escape)
    assert acts == [("sync", "now"), ("printer:receipt", "move:label"), ("printer:label", "test")]
    assert left == [()]


def test_facts_stand_whole_at_the_right_edge_of_their_card(show: Show) -> None:
    screen = _shown(show)
    short, long = named(screen, "3"), named(screen, "The site does not answer")
    assert short.geometry().right() == long.geometry().right()
    assert named(screen, "Order S01-02-000318-4").property("text") == "Order S01-02-000318-4"


def test_news_that_change_nothing_leave_the_keys_where_they_are(show: Show) -> None:
    screen = _shown(show)
    before = screen.keys["sync", "now"]
    screen.show_parts(sample_till.PARTS)
    assert screen.keys["sync", "now"] is before
    screen.show_parts([replace(sample_till.PARTS[0], badge="Synced", tone="ok"), *sample_till.PARTS[1:]])
    settle()
    assert named(screen, "Synced").isVisible()
