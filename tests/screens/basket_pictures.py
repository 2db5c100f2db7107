"""Pictures of a sale of several orders: `python -m tests.screens.basket_pictures DIRECTORY`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QApplication

from pos_app.hardware.printer_profile import PAPER_80
from pos_app.operations.desk import Desk
from pos_app.store.order_list import OrderFilter
from pos_app.ui import theme, wording
from site_sync.domain.documents.blocks import Document
from tests.desks import CASHIER
from tests.hardware.paper_pictures import drawn, sheet
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import settle
from tests.screens.test_basket_flow import ships, three_ways, way

Look = Callable[[str], None]


def play(counter: Counter, look: Look) -> None:
    """A jacket shipped, a bottle carried out, a tent collected elsewhere, paid at once."""
    three_ways(counter)
    look("basket-sale")
    way(counter, 3, "")
    look("basket-way")
    counter.till.window.navigation.back()
    counter.rest()
    counter.pay()
    look("basket-dialog")
    counter.tile("continue_to_payment")
    look("basket-amount")
    counter.press("Continue")
    counter.tile("cash")
    look("basket-paid")
    counter.press("Next customer")


def papers(desk: Desk) -> list[Document]:
    """What was printed: the receipt, then each order's confirmation."""
    rows = desk.store.lists.rows(OrderFilter(), limit=9)
    jobs = [job.document for row in rows for job in desk.store.print_jobs.of_order(row.id)]
    return sorted(jobs, key=lambda one: one.kind.value, reverse=True)


def main(arguments: list[str]) -> None:
    """Play and write the pictures."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.load_look(moving=False))
    wording.speak(wording.Language.ENGLISH, ZoneInfo("Europe/Copenhagen"))
    with tempfile.TemporaryDirectory() as place:
        counter = open_counter(Path(place), prepare=ships)
        counter.till.sign_in(CASHIER)

        def look(step: str) -> None:
            settle()
            counter.till.window.grab().save(str(folder / f"{step}.png"))

        play(counter, look)
        printed = [drawn(one, PAPER_80) for one in counter.ask(papers)]
        sheet(printed).save(folder / "basket-papers.png", optimize=True)
        counter.close()


if __name__ == "__main__":
    main(sys.argv[1:])
