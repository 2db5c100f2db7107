"""The awkward days in the order of the user guide."""

from __future__ import annotations

from collections.abc import Callable

from tests.screens.awkward_days import goods, money, network, places
from tests.screens.awkward_days.town import Look, Town

DAYS: tuple[Callable[[Town, Look], None], ...] = (
    places.another_store,
    places.half_now_half_later,
    money.card_back_in_cash,
    money.price_rose,
    goods.line_short,
    money.three_drawers,
    network.network_down,
    network.half_then_cancelled,
    goods.by_mistake,
    goods.never_fetched,
    network.same_order_twice,
)
