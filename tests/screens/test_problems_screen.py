"""Problems in groups of one order, the chosen one with its meaning and ways; they end only by a choice."""

from __future__ import annotations

from PySide6.QtCore import Qt

from pos_app.ui.screens.problems import ProblemsScreen
from tests.screens import sample_problems
from tests.screens.hand import heard, key, named, press, strike
from tests.screens.show import Show


def _shown(show: Show) -> ProblemsScreen:
    screen = sample_problems.problems()
    show(screen)
    return screen


def test_the_chosen_problem_says_what_happened_what_it_means_and_how_it_ends(show: Show) -> None:
    screen = _shown(show)
    for words in (
        "New order · Anna K.",
        "Anna K., till S01-02, today 10:05",
        "Not enough of Head torch 400 at S01: 1 wanted, 0 free. Choose another store, or fewer.",
        "€20.00 + €45.00 was taken from the customer and is booked on no order.",
        "No stock is reserved for it.",
    ):
        assert named(screen, words).isVisible()
    again, give_up = screen.keys["p1", "try_again"], screen.keys["p1", "give_up"]
    assert again.accessibleDescription().startswith("2 free now.")
    assert "Pay back €20.00 from the drawer now." in give_up.accessibleDescription()


def test_every_way_names_its_problem(show: Show) -> None:
    screen = _shown(show)
    chosen = heard(screen.choice_pressed)
    press(screen.rows["p5"])
    for pressed in list(screen.keys):
        press(screen.keys[pressed])
    assert chosen == [("p5", "try_again"), ("p5", "keep_note"), ("p5", "give_up")]


def test_orders_come_newest_first_and_within_one_the_cause_before_what_waits_for_it(show: Show) -> None:
    screen = _shown(show)
    assert list(screen.rows) == ["p10", "p9", "p7", "p8", "p5", "p6", "p4", "p1", "p2", "p3"]


def test_a_problem_that_is_gone_gives_way_to_the_first(show: Show) -> None:
    screen = _shown(show)
    left = [view for view in screen.views if view.problem_id != "p1"]
    screen.show_problems(left)
    assert screen.rows["p10"].isChecked()
    assert {problem for problem, _ in screen.keys} == {"p10"}


def test_what_was_dealt_with_says_by_whom_where_and_how(show: Show) -> None:
    screen = sample_problems.problems_ended()
    show(screen)
    assert named(screen, "Try again · Bea Holm, till S01-02, today 11:00").isVisible()
    press(screen.rows["p4"])
    assert named(screen, "Keep as a note · Bea Holm in Site Manager, today 11:00").isVisible()
    assert screen.keys == {}


def test_without_problems_there_is_nothing_to_press(show: Show) -> None:
    screen = _shown(show)
    left = heard(screen.back_pressed)
    screen.show_problems(())
    assert screen.keys == {}
    press(key(screen, "Back"))
    strike(screen, Qt.Key.Key_Escape)
    assert left == [(), ()]
