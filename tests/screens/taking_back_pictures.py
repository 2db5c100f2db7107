"""Pictures of taking back and repricing: `python -m tests.screens.taking_back_pictures DIRECTORY`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QApplication

from pos_app.ui import theme, wording
from pos_app.ui.flows.order_more import OrderMore
from tests.desks import BOSS
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import press, settle
from tests.screens.test_taking_back import BOTTLE, JACKET, dearer, handed_over

Look = Callable[[str], None]


def play(counter: Counter, look: Look) -> None:
    """Prices recalculated, a hand-over with its undo, what else can be done, goods returned."""
    order = counter.saved_with_deposit(JACKET, BOTTLE)
    counter.ask(dearer)
    counter.recall(order)
    counter.more("reprice")
    look("recalculate-prices")
    counter.till.at.sale.clear()
    counter.till.window.navigation.home("sale")
    counter.till.window.notices.put_away()
    order = handed_over(counter)
    look("undo-hand-over")
    counter.till.window.notices.put_away()
    counter.press("Next customer")
    OrderMore(counter.till.at, lambda: None).begin(order.id)
    counter.rest()
    look("more")
    counter.tile("return")
    press(counter.screen.keys[1, 1])
    counter.rest()
    look("return-goods")
    counter.press("Take these back")
    look("return-reason")


def main(arguments: list[str]) -> None:
    """Play and write the pictures."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.load_look(moving=False))
    wording.speak(wording.Language.ENGLISH, ZoneInfo("Europe/Copenhagen"))
    with tempfile.TemporaryDirectory() as place:
        counter = open_counter(Path(place))
        counter.till.sign_in(BOSS)

        def look(step: str) -> None:
            settle()
            counter.till.window.grab().save(str(folder / f"{step}.png"))

        play(counter, look)
        counter.close()


if __name__ == "__main__":
    main(sys.argv[1:])
