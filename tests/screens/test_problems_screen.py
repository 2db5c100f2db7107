"""Problems end only by somebody's choice."""

from __future__ import annotations

from PySide6.QtCore import Qt

from pos_app.ui.screens.problems import ProblemsScreen
from tests.screens import sample_floor
from tests.screens.hand import heard, key, named, press, strike
from tests.screens.show import Show


def _shown(show: Show) -> ProblemsScreen:
    screen = sample_floor.problems()
    show(screen)
    return screen


def test_every_choice_names_its_problem(show: Show) -> None:
    screen = _shown(show)
    chosen = heard(screen.choice_pressed)
    for pressed in screen.keys:
        press(screen.keys[pressed])
    assert chosen == [("p1", "send_again"), ("p1", "accept"), ("p1", "discard"), ("p2", "accept")]


def test_a_problem_says_what_happened_and_who_made_it(show: Show) -> None:
    screen = _shown(show)
    for words in (
        "S01-02-000318-4",
        "The last head torch was sold while this till was offline: 1 wanted, 0 free at S01.",
        "Made by Anna K. at 11:20, told at 12:00",
    ):
        assert named(screen, words).isVisible()


def test_without_problems_there_is_nothing_to_press(show: Show) -> None:
    screen = _shown(show)
    left = heard(screen.back_pressed)
    screen.show_problems(())
    assert screen.keys == {}
    press(key(screen, "Back"))
    strike(screen, Qt.Key.Key_Escape)
    assert left == [(), ()]
