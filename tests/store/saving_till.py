"""A till that saves orders one after the other and says each id once it is durable; run to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from pos_app.operations import orders
from pos_app.operations.cart import Cart, with_customer
from pos_app.operations.desk import Changed
from pos_app.operations.selling import add_item, new_cart
from tests.desks import MARIA, SKUS, acting, open_bench


def main(folder: Path) -> None:
    """Save until killed."""
    bench = open_bench(folder)
    for sku in SKUS:
        bench.put_on_shelf(sku, "S01", 1_000_000)
    who = acting(reason="load")
    details = orders.new_details(bench.desk)
    while True:
        cart = new_cart(bench.desk)
        for sku in SKUS:
            more = add_item(bench.desk, cart, sku)
            assert isinstance(more, Cart)
            cart = more
        done = orders.save(bench.desk, who, with_customer(cart, MARIA), details)
        assert isinstance(done, Changed), done
        print(done.order.id, done.command.id, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
