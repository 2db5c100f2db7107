"""A new code at the site: the message with it goes out, old codes and links are named as replaced."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from site_sync.domain.commands import Amend, Collect, NameCollector
from site_sync.domain.customers import Collector
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.protocol.envelope import ResultKind
from site_sync.protocol.web_shop import WebhookEvent
from site_sync.service import erasure, problems
from site_sync.service.database import tables as t
from site_sync.service.webhook_events import webhook_events
from site_sync.service.wiring import Site
from tests.fixtures.mail import Mailbox
from tests.service.floor import Floor, links
from tests.service.shop import Commands
from tests.service.test_customer_page import path
from tests.service.test_messages import drain, mailing, part
from tests.service.tills import Till

__all__ = ["mailing"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_message_goes_again_with_the_new_code_and_link(mailing: Site, smtp_server: Mailbox) -> None:
    floor = Floor(mailing)
    before = floor.ready()
    drain(mailing)
    after = floor.give(before.id, links(mailing).next_code(before))
    drain(mailing)
    first, second = (part(letter, "text/plain") for letter in smtp_server.messages[-2:])
    for letter, order in ((first, before), (second, after)):
        assert f"{links(mailing).code(order)}\n" in letter
        assert f"{links(mailing).page(order)}\n" in letter
    assert "the one you had is void" in second
    assert "void" not in first
    assert links(mailing).code(before) != links(mailing).code(after)
    assert webhook_events(before, after, ()) == (WebhookEvent.ORDER_CHANGED,)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_message_that_waits_takes_no_new_code_to_the_old_address(
    mailing: Site, smtp_server: Mailbox
) -> None:
    floor = Floor(mailing)
    order = floor.ordered()
    right = floor.give(order.id, Amend(customer=replace(order.customer, email="right@example.com")))
    floor.give(order.id, links(mailing).next_code(right))
    drain(mailing)
    assert [letter["To"].addresses[0].addr_spec for letter in smtp_server.messages] == ["right@example.com"]


def test_old_links_say_that_they_were_replaced_and_nothing_of_the_order(site: Site, address: str) -> None:
    floor = Floor(site)
    order = floor.ready()
    code_hash, issue = links(site).new_collector(order)
    order = floor.give(order.id, NameCollector(Collector("Ole"), code_hash, issue))
    old = f"{address}{path(site, order)}"
    theirs = (links(site).collector_page(order) or "").replace(site.settings.public_address, address)
    assert (httpx.get(old).status_code, httpx.get(theirs).status_code) == (200, 200)
    after = floor.give(order.id, links(site).next_code(order))
    for answer in (httpx.get(old), httpx.get(theirs), httpx.post(f"{old}/cancel")):
        assert answer.status_code == 410
        assert "This link was replaced" in answer.text
        assert not {order.number, "Maria", "Ole", "jacket"} & set(answer.text.split())
    danish = httpx.get(old, headers={"accept-language": "da-DK"})
    assert "Linket er erstattet" in danish.text
    assert httpx.get(f"{address}{path(site, after)}").status_code == 200
    assert httpx.get(f"{old[:-1]}{'A' if old[-1] != 'A' else 'B'}").status_code == 404


def test_a_hand_over_by_a_replaced_code_is_a_problem_that_says_so(site: Site, till: Till) -> None:
    commands, order = Commands(), Floor(site).ready()
    issued = links(site).next_code(order)
    assert till.give(commands.give(order.id, issued)).kind is ResultKind.APPLIED
    late = (
        (issued, "code_replaced"),
        (Collect(Identity(IdentityBy.CODE, order.code_hash)), "code_replaced"),
        (Collect(Identity(IdentityBy.CODE, "0" * 64)), "code_wrong"),
    )
    for act, why in late:
        refused = till.give(commands.give(order.id, act))
        assert (refused.kind, refused.code) == (ResultKind.REJECTED, why)
    told = site.database.read(lambda db: problems.open_problems(db, "S01"))
    assert [(one.code, one.facts.get("number")) for one in told[:2]] == [("code_replaced", order.number)] * 2


def test_void_tokens_are_forgotten_with_their_order(site: Site) -> None:
    floor = Floor(site)
    order = floor.ready()
    floor.give(order.id, links(site).next_code(order))
    kept = select(t.void_tokens.c.token_hash).where(t.void_tokens.c.order_id == order.id)
    there = site.database.read(lambda db: set(db.execute(kept).scalars()))
    assert there == {order.code_hash, order.page_hash}
    done = floor.collected(order)
    site.database.write(lambda tx: erasure.forget_orders(tx, (done,), frozenset(), site.now()))
    assert site.database.read(lambda db: db.execute(kept).all()) == []
