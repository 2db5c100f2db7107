"""How a problem reads at the till."""

from __future__ import annotations

from pos_app.operations.problems import Case, Choice
from pos_app.store.problems import Problem
from pos_app.ui.flows.problems_flow import problem_view
from tests.builders import NOW


def test_money_for_an_ended_order_was_not_refused_but_is_to_be_settled() -> None:
    facts = {"number": "S01-02-000318-4", "amount": 5_000, "currency": "EUR"}
    told = Problem("c1:late", NOW, "", "order-1", "take_payment", "money_for_ended", facts)
    view = problem_view(Case(told, "S01-02-000318-4", (Choice.ACCEPT,)), NOW)
    assert "50.00 was taken for an order that was cancelled or is over" in view.words.replace("€", "")
    assert view.detail == "Since today 11:00"
    assert (view.badge, view.choices) == ("to settle", ((Choice.ACCEPT, "This is settled"),))
