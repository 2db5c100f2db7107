"""A WooCommerce shop's order documents, in the shapes its webhooks carry."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Doc = dict[str, Any]


def text(amount: Decimal | int | str, digits: int = 2) -> str:
    """An amount as WooCommerce writes it."""
    return str(Decimal(amount).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def item(sku: str = "JKT", quantity: Any = 1, price: Any = "103.20", **more: Any) -> Doc:
    """A line: `price` net per piece, `off` net off the line, `rate` percent, `line` its id."""
    rate, digits, line = Decimal(more.pop("rate", 25)), more.pop("digits", 2), more.pop("line", 11)
    full = Decimal(str(price)) * Decimal(str(quantity))
    total = full - Decimal(str(more.pop("off", 0)))
    taxes = {name: text(value * rate / 100, digits) for name, value in (("subtotal", full), ("total", total))}
    return {
        "id": line,
        "name": f"Product {sku}",
        "product_id": 93,
        "variation_id": 0,
        "quantity": quantity,
        "tax_class": "",
        "subtotal": text(full, digits),
        "subtotal_tax": taxes["subtotal"],
        "total": text(total, digits),
        "total_tax": taxes["total"],
        "taxes": [{"id": 75, **taxes}] if rate else [],
        "meta_data": [],
        "sku": sku,
        "price": float(price),
        "image": {"id": "", "src": ""},
        "parent_name": None,
        **more,
    }


def pickup(place: str = "Shop S01", method: str = "pickup_location", **more: Any) -> Doc:
    """The shipping line of an order to collect."""
    return {
        "id": 31,
        "method_title": f"Pickup ({place})",
        "method_id": method,
        "instance_id": "0",
        "total": "0.00",
        "total_tax": "0.00",
        "taxes": [],
        "meta_data": [
            {"id": 301, "key": "pickup_location", "value": place, "display_key": "pickup_location"},
            {"id": 302, "key": "pickup_address", "value": "Strøget 1, 1160 København"},
        ],
        **more,
    }


def flat_rate(total: str = "4.00", tax: str = "1.00") -> Doc:
    """The shipping line of an order to ship."""
    return {
        "id": 32,
        "method_title": "Flat rate",
        "method_id": "flat_rate",
        "instance_id": "4",
        "total": total,
        "total_tax": tax,
        "taxes": [{"id": 75, "total": tax, "subtotal": ""}],
        "meta_data": [],
    }


PERSON = {
    "first_name": "Maria 🦊",
    "last_name": "Jensen",
    "company": "",
    "address_1": "Nørregade 5",
    "address_2": "2. th",
    "city": "København",
    "state": "",
    "postcode": "1165",
    "country": "DK",
    "email": "maria@example.com",
    "phone": "20 11 43 07",
}
NOWHERE = dict.fromkeys(PERSON, "")


ASIDE: Doc = {
    "order_key": "wc_order_58d2d042d1d",
    "created_via": "checkout",
    "version": "9.4.2",
    "payment_method": "stripe",
    "payment_method_title": "Card",
    "meta_data": [{"id": 13106, "key": "_source", "value": {"nested": [1, 2]}}],
    "currency_symbol": "€",
    "_links": {"self": [{"href": "https://shop.example.com/wp-json/wc/v3/orders/727"}]},
}
"""What comes along and means nothing here."""


def _total(doc: Doc, digits: int) -> str:
    parts = [*doc["line_items"], *doc["shipping_lines"], *doc["fee_lines"]]
    return text(sum((Decimal(p["total"]) + Decimal(p["total_tax"]) for p in parts), Decimal(0)), digits)


def order(*items: Doc, **more: Any) -> Doc:
    """An order: `minute` is when it was changed, `paid` whether it was paid; other words replace fields."""
    minute, paid, digits = more.pop("minute", 1), more.pop("paid", True), more.pop("digits", 2)
    lines = list(items or (item(),))
    stamp = f"2026-11-20T11:{minute:02d}:00"
    document: Doc = {
        "id": 727,
        "parent_id": 0,
        "number": "727",
        "status": "processing" if paid else "on-hold",
        "currency": "EUR",
        "date_created": "2026-11-20T12:01:00",
        "date_created_gmt": "2026-11-20T11:01:00",
        "date_modified": f"2026-11-20T12:{minute:02d}:00",
        "date_modified_gmt": stamp,
        "discount_total": "0.00",
        "prices_include_tax": True,
        "customer_id": 0,
        "customer_note": "",
        "billing": PERSON,
        "shipping": NOWHERE,
        "transaction_id": "pi_3Q" if paid else "",
        "date_paid": stamp if paid else None,
        "date_paid_gmt": stamp if paid else None,
        "line_items": lines,
        "tax_lines": [
            {"id": 21, "rate_id": 75, "rate_code": "DK-MOMS-1", "label": "Moms", "compound": False,
             "rate_percent": 25, "tax_total": "0.00", "shipping_tax_total": "0.00", "meta_data": []},
        ],
        "shipping_lines": [pickup()],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        **ASIDE,
        **more,
    }  # fmt: skip
    return {"total": _total(document, digits), **document}


def refund(amount: str, refund_id: int = 726) -> Doc:
    """A refund as it stands in an order."""
    return {"id": refund_id, "reason": "", "total": f"-{amount}"}
