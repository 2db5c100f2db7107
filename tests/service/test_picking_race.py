"""Two tills pick one order at the same moment over real HTTP: no unit is picked twice."""

from __future__ import annotations

import threading
from collections import Counter

from site_sync.domain.commands import Command, Pick
from site_sync.protocol.envelope import PushAnswer, Result, ResultKind
from site_sync.service import reservations
from site_sync.service.wiring import Site
from site_sync.worker.client import SiteClient
from tests.service.floor import Floor
from tests.service.shop import ANNA, JACKET, new_line
from tests.service.test_customer_page import now
from tests.service.tills import Till, enrol

UNITS = 8


def sealed(till: Till, order_id: str, number: str) -> None:
    """Every unit of the order as picked at this till, one command each."""
    for unit in range(UNITS):
        act = Pick(1, 1, int(number))
        at = till.site.now()
        till.seal(Command(f"{number}-{unit}", order_id, at, ANNA, act, store="S01", till=number))


def pushed(address: str, till: Till, start: threading.Barrier, answers: list[PushAnswer]) -> None:
    """Send them one by one, at the same moment as the other till."""
    client = SiteClient(address, till.token, till.site.identity.service)
    start.wait()
    answers.extend(client.push((envelope,)) for envelope in till.sent)
    client.close()


def test_a_unit_is_picked_at_one_of_two_tills(site: Site, address: str) -> None:
    order = Floor(site).ordered(lines=(new_line(JACKET, UNITS),))
    tills = enrol(site, till="02"), enrol(site, till="03")
    for till, number in zip(tills, ("02", "03"), strict=True):
        sealed(till, order.id, number)
    start, answers = threading.Barrier(2), list[PushAnswer]()
    threads = [threading.Thread(target=pushed, args=(address, till, start, answers)) for till in tills]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    results: list[Result] = [result for answer in answers for result in answer.results]
    kinds = Counter(result.kind for result in results)
    assert kinds[ResultKind.APPLIED] == UNITS
    assert len(results) == 2 * UNITS
    after = now(site, order)
    assert (after.lines[0].quantities.picked, after.lines[0].quantities.to_pick) == (UNITS, 0)
    assert sum(count for bag in after.bags for _, count in bag.contents) == UNITS
    levels = site.database.read(lambda db: reservations.levels(db, [("S01", JACKET.sku)]))
    assert levels["S01", JACKET.sku].reserved == UNITS
    assert site.database.read(reservations.drifts) == []
