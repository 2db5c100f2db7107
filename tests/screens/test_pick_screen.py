"""Picking: the queue, one walk, what is short, and the bags' shelves."""

from __future__ import annotations

from PySide6.QtCore import Qt

from pos_app.ui.screens.pick import PickScreen
from pos_app.ui.widgets.keys import ActionTile
from tests.screens import sample_floor
from tests.screens.hand import heard, key, named, press, press_in, strike
from tests.screens.show import Show


def _shown(show: Show, screen: PickScreen) -> PickScreen:
    show(screen)
    return screen


def test_the_most_urgent_order_is_picked_unless_others_are_ticked(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_queue())
    claimed, slips = heard(screen.claim_pressed), heard(screen.slip_pressed)
    strike(screen, Qt.Key.Key_F12)
    screen.queue.table.choose("o2")
    press(key(screen, "Picking slip"))
    for order_id in ("o1", "o3"):
        screen.queue.table.orders.tick(order_id, ticked=True)
    press(key(screen, "Pick 2 orders in one walk"))
    assert claimed == [(["o1"],), (["o1", "o3"],)]
    assert slips == [(["o2"],)]


def test_an_empty_queue_says_so_and_starts_nothing(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_queue())
    claimed = heard(screen.claim_pressed)
    screen.show_queue(())
    strike(screen, Qt.Key.Key_F12)
    press(screen.queue.start)
    assert claimed == []
    assert screen.queue.empty.isVisible()


def test_every_key_of_the_walk_names_its_line(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_walk())
    acts = {
        name: heard(getattr(screen, name))
        for name in ("picked", "all_picked", "unpick_pressed", "short_pressed", "bag_pressed", "line_chosen")
    }
    press(screen.current.found)
    strike(screen, Qt.Key.Key_F12)
    press(screen.current.whole)
    press(screen.current.unpick)
    strike(screen, Qt.Key.Key_F8)
    press(screen.current.bag)
    press_in(screen.walk_list, screen.walk_list.place_of("o3:1").center())
    assert acts == {
        "picked": [("o1:1",), ("o1:1",)],
        "all_picked": [("o1:1",)],
        "unpick_pressed": [("o1:1",)],
        "short_pressed": [("o1:1",)],
        "bag_pressed": [("o1:1",)],
        "line_chosen": [("o3:1",)],
    }


def test_a_wrong_scan_is_refused_loudly_until_it_is_put_right(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_walk())
    wrong = named(screen, "Wrong item: Steel bottle 0.75 is not in this walk.")
    assert wrong.height() >= 24
    screen.show_refusal("")
    assert not wrong.isVisible()


def test_the_shelf_and_what_is_left_are_large(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_walk())
    assert screen.current.shelf.font().pixelSize() >= 50
    assert named(screen, "A12-3").isVisible()
    assert named(screen, "1 to find of 2").isVisible()


def test_the_walk_can_be_given_back_and_left(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_walk())
    released, left = heard(screen.release_pressed), heard(screen.back_pressed)
    press(key(screen, "Give back to the queue"))
    strike(screen, Qt.Key.Key_Escape)
    assert (released, left) == ([()], [()])


def test_a_short_line_offers_its_choices_and_says_why_not(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_short())
    chosen = heard(screen.choice_pressed)
    tiles = {tile.label: tile for tile in screen.findChildren(ActionTile) if tile.isVisible()}
    press(tiles["From S03 Airport"])
    press(tiles["Ship later"])
    assert chosen == [("other:S03",)]
    assert tiles["Ship later"].accessibleDescription() == "this order is collected, not shipped"


def test_bags_get_their_shelves_before_the_order_is_ready(show: Show) -> None:
    screen = _shown(show, sample_floor.pick_bags())
    shelves, confirmed = heard(screen.shelf_chosen), heard(screen.confirm_pressed)
    press(named(screen, "Put bag 2 on shelf C1"))
    strike(screen, Qt.Key.Key_F12)
    press(screen.ready)
    assert shelves == [("o1", 2, "C1")]
    assert confirmed == [(), ()]
    assert named(screen, "1 × Head torch 400 lm is short and will not be charged.").isVisible()
