"""Pictures of cancelling and voiding, step by step: `python -m tests.screens.five_cases DIRECTORY`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QApplication

from pos_app.ui import theme, wording
from tests.desks import CASHIER
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import settle

JACKET, BOTTLE, TENT = "JKT-1", "BTL-2", "TNT-3"
Look = Callable[[str], None]


def cancel_new_order(counter: Counter, look: Look) -> None:
    """Nothing was saved yet: it is forgotten."""
    counter.order(JACKET)
    look("actions")
    counter.press("Discard order")
    look("forgotten")


def cancel_recalled_order(counter: Counter, look: Look) -> None:
    """What becomes of the deposit, why, and the money back."""
    counter.recall(counter.saved_with_deposit(JACKET, BOTTLE))
    counter.pay()
    look("actions")
    counter.tile("cancel_order")
    look("deposit")
    counter.tile("refund")
    look("reason")
    counter.press("Customer changed their mind")
    look("pay-back")
    counter.tile("cash")
    look("done")
    counter.press("Next customer")


def void_line_on_new(counter: Counter, look: Look) -> None:
    """A line is taken out before the order is saved."""
    counter.customer()
    counter.scan(JACKET, BOTTLE)
    look("sale")
    counter.void(2)
    look("voided")
    counter.details()
    look("actions")
    counter.press("Discard order")


def void_line_with_deposit(counter: Counter, look: Look) -> None:
    """A line that carried most of the deposit goes, another comes: what is too much is paid back."""
    counter.recall(counter.saved_with_deposit(JACKET, TENT))
    counter.void(1)
    counter.void(2)
    counter.scan(BOTTLE)
    look("sale")
    counter.pay()
    look("actions")
    counter.tile("refund_surplus")
    look("pay-back")
    counter.tile("cash")
    look("done")
    counter.press("Next customer")


def void_all_and_pay_back(counter: Counter, look: Look) -> None:
    """Every line goes, and with them the whole deposit."""
    counter.recall(counter.saved_with_deposit(JACKET))
    counter.void(1)
    look("sale")
    counter.pay()
    look("actions")
    counter.tile("pay_back_deposit")
    look("pay-back")
    counter.tile("cash")
    look("done")
    counter.press("Next customer")


CASES = (
    cancel_new_order,
    cancel_recalled_order,
    void_line_on_new,
    void_line_with_deposit,
    void_all_and_pay_back,
)


def main(arguments: list[str]) -> None:
    """Play every case and write its pictures."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.load_look(moving=False))
    wording.speak(wording.Language.ENGLISH, ZoneInfo("Europe/Copenhagen"))
    with tempfile.TemporaryDirectory() as place:
        counter = open_counter(Path(place))
        counter.till.sign_in(CASHIER)
        for case in CASES:
            name = case.__name__.replace("_", "-")
            taken: list[str] = []

            def look(step: str, name: str = name, taken: list[str] = taken) -> None:
                settle()
                counter.till.window.notices.put_away()
                taken.append(step)
                counter.till.window.grab().save(str(folder / f"{name}-{len(taken)}-{step}.png"))

            case(counter, look)
        counter.close()


if __name__ == "__main__":
    main(sys.argv[1:])
