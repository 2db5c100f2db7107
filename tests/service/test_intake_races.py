"""Commands of two tills that meet at a row neither finds: the later one is decided again, not parked."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

from site_sync.protocol.envelope import ResultKind
from site_sync.service import problems, reservations
from site_sync.service.database.transaction import Transaction
from site_sync.service.wiring import Site
from tests.service import shop
from tests.service.meeting import look_until_waiting
from tests.service.sites import Clock, make_site
from tests.service.test_intake import sale
from tests.service.tills import enrol


def stocks_it_first(site: Site, sent: threading.Event) -> None:
    """Another till's transaction, which ends once the later one waits for its row."""

    def work(tx: Transaction) -> None:
        reservations.ensure(tx, [("S01", "NEW")], {})
        sent.set()
        look_until_waiting(site.database, 1)

    site.database.write(work)


def test_a_sale_of_goods_that_another_till_just_stocked_first_is_booked(
    empty_postgres: str, tmp_path: Path
) -> None:
    site = make_site(empty_postgres, tmp_path, Clock())
    site.database.write(shop.fill)
    till, sent = enrol(site), threading.Event()
    line = replace(sale().lines[0], sku="NEW")
    first = threading.Thread(target=stocks_it_first, args=(site, sent))
    first.start()
    sent.wait(10)
    result = till.result(till.seal_sale(replace(sale(), lines=(line,))))
    first.join(10)
    assert result.kind is ResultKind.APPLIED
    assert site.database.read(problems.open_problems) == []
    level = site.database.read(lambda db: reservations.levels_of(db, "NEW"))
    assert [one.on_hand for one in level] == [-2]
    site.close()
