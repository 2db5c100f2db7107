"""A new code is issued at the till by clicks: it is printed, the old one is refused, the new one opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.hardware.sounds import Sound
from site_sync.domain.codes import collect_code
from site_sync.domain.documents.blocks import Code as PrintedCode
from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.orders import ClosedAs, Order
from site_sync.domain.tokens import COLLECT, derive_token
from tests.desks import BOSS, KEY
from tests.screens.counter import Counter, open_counter
from tests.screens.hand import heard
from tests.screens.test_taking_back import BOTTLE, more


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A till with the manager at work."""
    opened = open_counter(tmp_path)
    opened.till.sign_in(BOSS)
    yield opened
    opened.close()


def code_of(order: Order, issue: int) -> str:
    """The text of the customer's code of that issue."""
    return collect_code(order.number, derive_token(KEY, COLLECT, order.id, issue))


def hold_out(counter: Counter, code: str) -> None:
    """The customer shows a code at the counter."""
    counter.till.window.navigation.navigate("collect")
    counter.rest()
    counter.devices.scans.take(code)
    counter.rest()


def printed(counter: Counter, order: Order, kind: DocumentKind) -> list[str]:
    """The codes on the newest paper of a kind."""
    jobs = counter.ask(lambda desk: desk.store.print_jobs.of_order(order.id))
    papers = [job.document for job in jobs if job.document.kind is kind]
    return [block.data for block in papers[-1].blocks if isinstance(block, PrintedCode)]


def test_the_old_code_is_refused_as_replaced_and_the_new_one_opens(counter: Counter) -> None:
    order = counter.saved_with_deposit(BOTTLE)
    more(counter, order, "mark_ready")
    counter.tile("C2")
    more(counter, order, "issue_code")
    assert counter.said()[-1] == f"{order.number} has a new code; the one before is void"
    record = counter.record(order)
    assert (record.order.code_issue, record.history[-2].code) == (2, "code_issued")
    assert record.history[-1].code == "message_asked"
    assert printed(counter, order, DocumentKind.ORDER_CONFIRMATION) == [code_of(order, 2)]
    sounds = heard(counter.till.at.sounded)
    hold_out(counter, code_of(order, 1))
    words = f"A new code was issued for {order.number}; this one is void."
    assert counter.till.said()[-1].startswith(words)
    assert (Sound.REFUSED,) in sounds
    hold_out(counter, code_of(order, 2))
    counter.screen.hand_over_pressed.emit()
    counter.rest()
    counter.tile("cash")
    assert counter.record(order).order.closed_as is ClosedAs.COLLECTED
