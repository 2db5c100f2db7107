"""A Shopify shop's order and refund documents, in the shapes its webhooks carry."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.service.connectors.woo import Doc


def money(amount: Any, digits: int = 2) -> str:
    """An amount as Shopify writes it."""
    return str(Decimal(str(amount)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def both(amount: Any, currency: str = "EUR") -> Doc:
    """A price set."""
    part = {"amount": money(amount), "currency_code": currency}
    return {"shop_money": part, "presentment_money": part}


def item(sku: str = "JKT", quantity: int = 1, price: Any = "129.00", **more: Any) -> Doc:
    """A line: `price` per piece as the order's taxes say, `off` off the line, `tax` charged on it."""
    off, tax, line = more.pop("off", 0), more.pop("tax", None), more.pop("line", 466157049)
    share = Decimal(str(price)) * quantity - Decimal(str(off))
    tax = share / 5 if tax is None else Decimal(str(tax))
    allocations = [{"amount": money(off), "amount_set": both(off), "discount_application_index": 0}]
    taxes = [{"title": "Moms", "price": money(tax), "rate": 0.25, "price_set": both(tax)}]
    return {
        "id": line,
        "variant_id": 39072856,
        "product_id": 632910392,
        "title": f"Product {sku}",
        "name": f"Product {sku} - M",
        "sku": sku,
        "quantity": quantity,
        "current_quantity": quantity,
        "fulfillable_quantity": quantity,
        "price": money(price),
        "price_set": both(price),
        "total_discount": "0.00",
        "taxable": True,
        "gift_card": False,
        "requires_shipping": True,
        "properties": [],
        "discount_allocations": allocations if off else [],
        "tax_lines": taxes if tax else [],
        **more,
    }


def shipping(title: str = "Shop S01", price: Any = 0, **more: Any) -> Doc:
    """A shipping line; of an order to collect it bears the location's name."""
    taxes = [{"title": "Moms", "price": money(Decimal(str(price)) / 5), "rate": 0.25}] if price else []
    return {
        "id": 369256396,
        "title": title,
        "code": title,
        "source": "shopify",
        "price": money(price),
        "price_set": both(price),
        "discount_allocations": [],
        "tax_lines": taxes,
        **more,
    }


ADDRESS = {
    "first_name": "Søren",
    "last_name": "🎈 Holm",
    "address1": "Vesterbrogade 7",
    "address2": None,
    "city": "København V",
    "zip": "1620",
    "country_code": "DK",
    "phone": None,
    "company": None,
}


ASIDE: Doc = {
    "order_number": 1001,
    "cancel_reason": None,
    "presentment_currency": "EUR",
    "fulfillment_status": None,
    "tax_lines": [],
    "discount_codes": [],
    "discount_applications": [],
    "note": None,
    "location_id": None,
}
"""What comes along and means nothing here, or is empty."""


def _total(lines: list[Doc], shipments: list[Doc], *, including: bool) -> Decimal:
    total = Decimal(0)
    for line in (*lines, *shipments):
        total += Decimal(line["price"]) * line.get("quantity", 1)
        total -= sum((Decimal(part["amount"]) for part in line["discount_allocations"]), Decimal(0))
        total += (
            Decimal(0) if including else sum((Decimal(t["price"]) for t in line["tax_lines"]), Decimal(0))
        )
    return total


def order(*items: Doc, **more: Any) -> Doc:
    """An order to collect: `minute` is when it was changed; other words replace fields."""
    minute, shipments = more.pop("minute", 1), more.pop("shipping_lines", [shipping()])
    lines, including = list(items or (item(),)), more.get("taxes_included", True)
    total = _total(lines, shipments, including=including)
    return {
        "id": 450789469,
        "name": "#1001",
        "created_at": "2026-11-20T12:01:00+01:00",
        "updated_at": f"2026-11-20T12:{minute:02d}:00+01:00",
        "cancelled_at": None,
        "currency": "EUR",
        "financial_status": "paid",
        "taxes_included": including,
        "total_price": money(total),
        "current_total_price": money(total),
        "total_outstanding": "0.00",
        "total_tip_received": "0.00",
        "email": "soren@example.com",
        "phone": None,
        "customer_locale": "da-DK",
        "note_attributes": [],
        "customer": {
            "id": 207119551,
            "first_name": "Søren",
            "last_name": "Holm",
            "email": "soren@example.com",
        },
        "billing_address": ADDRESS,
        "shipping_address": None,
        "line_items": lines,
        "shipping_lines": shipments,
        "refunds": [],
        **ASIDE,
        **more,
    }


def refund(amount: Any, refund_id: int = 509562969, **units: int) -> Doc:
    """A refund within an order; `item_ID=n` names units that are no longer wanted."""
    return {
        "id": refund_id,
        "order_id": 450789469,
        "created_at": "2026-11-20T12:30:00+01:00",
        "note": "",
        "restock": bool(units),
        "refund_line_items": [
            {"id": n, "line_item_id": int(name[5:]), "quantity": count, "restock_type": "cancel"}
            for n, (name, count) in enumerate(units.items(), start=1)
        ],
        "transactions": [
            {"id": 1, "kind": "refund", "status": "success", "amount": money(amount), "currency": "EUR"}
        ],
        "order_adjustments": [],
    }
