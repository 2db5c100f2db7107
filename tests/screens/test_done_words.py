"""What is said once an action of the payment-action dialog is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pos_app.operations.desk import Changed
from pos_app.ui.flows.payment_actions_doing import words_of
from site_sync.domain.commands import Extend
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Order
from tests.builders import NOW, command, line, order, quote


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (order(line(picked=1)), "is kept for {name} until tomorrow 11:00."),
        (quote(line()), "is valid until tomorrow 11:00."),
    ],
    ids=["order", "quote"],
)
def test_more_time_says_until_when(before: Order, said: str) -> None:
    given = command(before.id, Extend(NOW + timedelta(days=1)))
    words = words_of(Changed(OrderRecord(before, ()), given, ()))
    assert words.endswith(f"{before.number} {said.format(name=before.customer.name)}")
