"""Writes a picture of every screen: DIRECTORY [WIDTH HEIGHT [THEME [LANGUAGE]]]."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from pos_app.ui import theme, wording
from pos_app.ui.navigation import Page
from pos_app.ui.widgets.top_bar import Counter, Dot
from pos_app.ui.window import Window
from tests.screens import sample, sample_floor, sample_list, sample_orders, sample_problems, sample_till

SCREENS: dict[str, Callable[[], QWidget]] = {
    "sign_in": sample.sign_in,
    "sale": sample.sale,
    "sale_with_order": sample.sale_with_order,
    "sale_searching": sample.sale_searching,
    "sale_editing": sample.sale_editing,
    "customer": sample_orders.customer,
    "customer_form": sample_orders.customer_form,
    "order_details": sample_orders.order_details,
    "payment_actions": sample_orders.payment_actions,
    "payment_actions_amount": sample_orders.payment_actions_amount,
    "payment_actions_approval": sample_orders.payment_actions_approval,
    "payment": sample_orders.payment,
    "payment_card": sample_orders.payment_card,
    "payment_card_unknown": sample_orders.payment_card_unknown,
    "payment_done": sample_orders.payment_done,
    "orders": sample_floor.orders,
    "orders_filtered": sample_list.orders_filtered,
    "orders_reported": sample_list.orders_reported,
    "orders_elsewhere": sample_list.orders_elsewhere,
    "shipping": sample_list.shipping,
    "sale_mixed": sample_list.sale_mixed,
    "pick_queue": sample_floor.pick_queue,
    "pick_walk": sample_floor.pick_walk,
    "pick_short": sample_floor.pick_short,
    "pick_bags": sample_floor.pick_bags,
    "collect": sample_floor.collect,
    "collect_part": sample_floor.collect_part,
    "collect_signing": sample_floor.collect_signing,
    "collect_waiting": sample_floor.collect_waiting,
    "collect_identity": sample_floor.collect_identity,
    "put_back": sample_floor.put_back,
    "problems": sample_problems.problems,
    "problems_ended": sample_problems.problems_ended,
    "shift": sample_till.shift,
    "shift_cash": sample_till.shift_cash,
    "shift_count": sample_till.shift_count,
    "shift_compare": sample_till.shift_compare,
    "shift_approval": sample_till.shift_approval,
    "shift_closed": sample_till.shift_closed,
    "status": sample_till.status,
    "set_up": sample_till.set_up,
    "set_up_joining": sample_till.set_up_joining,
    "set_up_printer": sample_till.set_up_printer,
    "set_up_camera": sample_till.set_up_camera,
    "set_up_card": sample_till.set_up_card,
    "set_up_scanner": sample_till.set_up_scanner,
}


def window_with(build: Callable[[], QWidget], width: int, height: int) -> Window:
    """A window of the shop with one screen in it."""
    window = Window()
    window.resize(width, height)
    bar = window.top_bar
    bar.show_place("S01 Harbour Street · Till 2")
    say = wording.say
    bar.show_counters(
        [
            Counter("to_pick", say("bar.to_pick"), 4),
            Counter("to_collect", say("bar.to_collect"), 12),
            Counter("put_back", say("bar.put_back"), 2, "warn"),
        ]
    )
    bar.show_dots([Dot(code, say(f"bar.{code}"), "ok") for code in ("synced", "printer", "scanner")])
    bar.show_staff("Anna K.")
    bar.show_time("14:32")
    window.navigation.register("screen", lambda: Page(build()))
    window.show()
    window.navigation.home("screen")
    for _ in range(4):
        QApplication.processEvents()
    return window


def main(arguments: list[str]) -> None:
    """Write all pictures."""
    folder = Path(arguments[0])
    width, height = (int(arguments[1]), int(arguments[2])) if len(arguments) > 2 else (1366, 768)
    look = theme.ThemeName(arguments[3]) if len(arguments) > 3 else theme.ThemeName.LIGHT
    spoken = wording.Language(arguments[4]) if len(arguments) > 4 else wording.Language.ENGLISH
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.load_look(look, moving=False))
    wording.speak(spoken, ZoneInfo("Europe/Copenhagen"))
    for name, build in SCREENS.items():
        window = window_with(build, width, height)
        window.grab().save(str(folder / f"{name}.png"))
        window.close()


if __name__ == "__main__":
    main(sys.argv[1:])
