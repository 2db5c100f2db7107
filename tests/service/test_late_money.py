"""Money that comes for an ended order: told to its store, and closed when it is given back."""

from __future__ import annotations

import pytest

from site_sync.domain.commands import Act, Cancel, Command, RefundPayment, TakePayment
from site_sync.domain.lifecycle import Decision
from site_sync.domain.money import Money
from site_sync.domain.particulars import Refunded, Tendered
from site_sync.service import orders, problems
from site_sync.service.database.engine import Database
from tests.service.shop import ALL_RIGHTS, Commands

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def apply(database: Database, command: Command, *, late: bool) -> None:
    """Apply a command that must not be refused; a late one happened elsewhere already."""
    done = database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at, recorded=late))
    assert isinstance(done, Decision), done


def test_money_for_a_cancelled_order_is_a_problem_until_it_is_given_back(database: Database) -> None:
    commands = Commands()
    create = commands.create()
    paid = TakePayment((Tendered("p1", "cash", Money(5_000, "EUR")),))
    back = [RefundPayment((Refunded(name, "p1", "cash", Money(2_500, "EUR")),)) for name in ("r1", "r2")]
    acts: tuple[Act, ...] = (Cancel("no longer wanted"), paid, *back)
    given = [commands.give(create.order_id, act) for act in acts]
    told = []
    for command in (create, *given):
        apply(database, command, late=command.act is paid)
        told.append([one.code for one in database.read(problems.open_problems)])
    assert told == [[], [], ["money_for_ended"], ["money_for_ended"], []]
    problem = database.read(lambda db: problems.find(db, f"{given[1].id}:late"))
    assert problem is not None
    assert (problem.store, problem.facts["amount"], problem.open) == ("S01", 5_000, False)
