"""People go out of orders and of what is told of them; goods, money and staff stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from site_sync.domain.customers import Address, Collector, Customer
from site_sync.domain.erasure import Needles, erased, is_erased, scrubbed, words_of
from site_sync.domain.order_parts import Delivery, Note
from site_sync.domain.orders import Order
from site_sync.protocol.codec import ORDER
from tests import builders
from tests.builders import NOW

WHO = Customer("c1", "Maria Jensen", "+4520112233", "maria@example.com", "M-1", "da")


def known() -> Order:
    line = replace(builders.line(to_pick=0, collected=2), note="for Maria")
    return replace(
        builders.order(line),
        customer=WHO,
        collector=Collector("Dev Nair", "+4530112233"),
        delivery=Delivery(address=Address("Nygade 1", "1000", "Koebenhavn", "DK"), tracking="TRACK-9"),
        comment_staff="a regular",
        comment_customer="ring twice",
        notes=(Note(NOW, "Anna", "Maria called"),),
        page_hash="p",
        code_hash="q",
        collector_hash="r",
        closed_at=NOW + timedelta(days=1),
    )


def test_an_erased_order_keeps_goods_and_money_alone() -> None:
    order = known()
    after = erased(order)
    text = ORDER.text(after)
    assert not [
        word for word in ("Maria", "4520", "Dev", "Nygade", "regular", "ring", "TRACK") if word in text
    ]
    assert after.customer == Customer("c1", language="da")
    assert (after.number, after.version) == (order.number, order.version + 1)
    assert after.lines[0].quantities.collected == 2
    assert is_erased(after)
    assert not is_erased(order)
    assert not is_erased(replace(after, lines=(builders.line(to_pick=1),)))


def test_words_that_tell_of_people_are_gathered() -> None:
    told = [
        {"customer": {"name": "Maria Jensen", "phone": "+4520112233", "email": "", "id": "c1"}},
        {"event": {"identity": {"collector": "Dev Nair", "by": "code"}}, "by": {"name": "Anna"}},
        {"delivery": {"address": {"street": "Nygade 1", "city": "Koebenhavn"}}, "collector": None},
    ]
    assert words_of(told) == {"Maria Jensen", "+4520112233", "Dev Nair", "Nygade 1"}


def test_what_people_said_and_are_called_goes_out_of_plain_values() -> None:
    told = {
        "customer": {"id": "c1", "name": "Maria Jensen", "language": "da"},
        "collector": {"name": "Dev"},
        "address": None,
        "notes": [{"text": "x"}],
        "note": {"at": "t", "by": "Anna", "text": "Maria called", "for_customer": False},
        "reason": "Maria asked; MARIA JENSEN is moving",
        "facts": {"text": "called", "item": "Trail jacket", "units": 2},
        "by": {"id": "anna", "name": "Anna"},
        "lines": [{"note": "for Maria", "sku": "JKT"}],
    }
    assert scrubbed(told, {"Maria Jensen"}) == {
        "customer": {"id": "c1", "language": "da"},
        "collector": None,
        "address": None,
        "notes": [],
        "note": {"at": "t", "by": "Anna", "text": "", "for_customer": False},
        "reason": "– asked; – is moving",
        "facts": {"text": "", "item": "Trail jacket", "units": 2},
        "by": {"id": "anna", "name": "Anna"},
        "lines": [{"note": "", "sku": "JKT"}],
    }


def test_parts_of_names_go_out_of_what_staff_wrote_alone() -> None:
    needles = Needles({"Maria Jensen", "Al"})
    assert needles.out_of("Maria's tent for maria jensen") == "Maria's tent for –"
    assert needles.out_of("Maria's tent, Mariane, Al", spoken=True) == "–'s tent, Mariane, Al"
    assert Needles(()).out_of("Maria", spoken=True) == "Maria"
