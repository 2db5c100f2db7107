"""Putting back: by shelf, one by one or all, with wrong scans refused."""

from __future__ import annotations

from PySide6.QtCore import Qt

from pos_app.ui.screens.put_back import PutBackScreen
from tests.screens import sample_floor
from tests.screens.hand import heard, key, named, press, strike
from tests.screens.show import Show


def _shown(show: Show) -> PutBackScreen:
    screen = sample_floor.put_back()
    show(screen)
    return screen


def test_each_row_is_put_back_by_its_own_key(show: Show) -> None:
    screen = _shown(show)
    pressed = heard(screen.row_pressed)
    press(key(screen, "Gas 230 g is put back"))
    press(screen.keys["o6:1"])
    assert pressed == [("o5:2",), ("o6:1",)]


def test_all_of_it_by_key_and_by_f12_the_list_and_the_way_back(show: Show) -> None:
    screen = _shown(show)
    everything, paper, left = (
        heard(screen.all_pressed),
        heard(screen.list_pressed),
        heard(screen.back_pressed),
    )
    press(screen.all)
    strike(screen, Qt.Key.Key_F12)
    press(key(screen, "Print the list"))
    strike(screen, Qt.Key.Key_Escape)
    assert (everything, paper, left) == ([(), ()], [()], [()])


def test_from_which_shelf_to_which_is_readable(show: Show) -> None:
    screen = _shown(show)
    assert named(screen, "D3-1").font().pixelSize() >= 24
    assert named(screen, "4 × Gas 230 g").isVisible()


def test_a_wrong_scan_is_loud_and_an_empty_list_is_friendly(show: Show) -> None:
    screen = _shown(show)
    screen.show_refusal("Steel bottle 0.75 is not on this list.")
    wrong = named(screen, "Steel bottle 0.75 is not on this list.")
    screen.show_refusal("")
    assert not wrong.isVisible()
    screen.show_rows(())
    everything = heard(screen.all_pressed)
    strike(screen, Qt.Key.Key_F12)
    press(screen.paper)
    assert everything == []
    assert screen.keys == {}
