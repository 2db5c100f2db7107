"""What a save comes down to: money alone is a payment that no change meanwhile can refuse."""

from pos_app.operations.drafting import least
from site_sync.domain.commands import Amend, Reprice, TakePayment
from site_sync.domain.particulars import LineChange, LinePrice, Tendered
from tests.builders import euro

MONEY = (Tendered("p1", "cash", euro(500)),)


def test_money_alone_is_a_payment() -> None:
    assert least(Amend(payments=MONEY)) == TakePayment(MONEY)


def test_what_changes_more_stays_what_it_is() -> None:
    for act in (Amend(change=(LineChange(1, 2),), payments=MONEY), Amend(void=(1,)), Amend()):
        assert least(act) is act


def test_prices_alone_are_recalculated() -> None:
    prices = (LinePrice(1, euro(900)),)
    assert least(Amend(reprice=prices)) == Reprice(prices)
