"""What was missed and has nothing in its place."""

from dataclasses import replace

from site_sync.domain.left_out import left_out
from site_sync.domain.substitutes import Answer, Substitution
from tests.builders import NOW, line, order


def test_what_something_stands_for_is_not_left_out() -> None:
    alone, swapped, refused = line(1, short=2), line(2, short=1), line(3, short=1)
    sent = replace(line(5, store="S02"), sku="SKU4")
    found = replace(
        order(alone, swapped, refused, line(4, short=2, picked=1), sent, line(6), line(7)),
        substitutions=(
            Substitution(6, 2, 1, NOW, Answer.WAITING),
            Substitution(7, 3, 1, NOW, Answer.NO),
        ),
    )
    assert left_out(found) == {1: 2, 3: 1, 4: 1}


def test_nothing_is_left_out_where_all_was_found() -> None:
    assert left_out(order(line(1, picked=2))) == {}
