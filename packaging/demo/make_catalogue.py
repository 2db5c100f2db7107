"""Write the demo shop's items and opening stock from the families in families.toml, the same every time."""

from __future__ import annotations

import json
import tomllib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "resources" / "demo"
STORES = {"S01": (10, 6), "S02": (5, 18), "S03": (7, 14)}
"""Per store: how much it keeps, and of how many items in a hundred it has none."""
UNITS = {"pcs": 0, "kg": 3, "m": 2}
STANDARD_RATE = 2500

Family = dict[str, Any]
Row = dict[str, Any]


def dice(text: str, sides: int) -> int:
    """A number below `sides` that looks thrown but belongs to the text for ever."""
    return zlib.crc32(text.encode()) // 7 % sides


def ean13(digits: str) -> str:
    """Twelve digits and their EAN-13 check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def size_text(size: str) -> str:
    """A size as people write it: ranges with a dash."""
    if size in {"SM", "ML"}:
        return "/".join(size)
    return size.replace("-", "–")


def variants(family: Family, colours: dict[str, list[str]]) -> Iterator[tuple[str, str, int, str]]:
    """SKU, name, price and colour code of every item of a family."""
    code, name, own_colour = family["code"], family["name"], family.get("colour", "")
    joint = ", " if family.get("comma") else ": " if family.get("colon") else " "
    if "variants" in family:
        for suffix, label, price in family["variants"]:
            worded = label[0].islower() and not label.startswith(("for ", "with "))
            between = ", " if worded and joint == " " else joint
            yield f"{code}-{suffix}", f"{name}{between}{label}", price, own_colour
        return
    for colour in family.get("colours", [""]):
        for size in family.get("sizes", [""]):
            words = " ".join(part for part in (colours[colour][0] if colour else "", size_text(size)) if part)
            text = f"{name}{', ' if colour else ' '}{words}" if words else name
            yield "-".join(filter(None, (code, colour, size))), text, family["price"], colour or own_colour


def barcodes(sku: str, number: int, family: Family) -> list[str]:
    """The item's codes: weighed goods and services carry in-store ones, some goods an old one as well."""
    if family.get("kind", "goods") == "comment":
        return []
    if family.get("unit") == "kg":
        return [ean13(f"20{number:05d}00000")]
    if family.get("kind", "goods") != "goods" or family.get("unit") == "m" or sku == "BAG-CARRIER":
        return [ean13(f"2900000{number:05d}")]
    codes = [ean13(f"5799{41000000 + number * 37:08d}")]
    if dice(f"old {sku}", 12) == 0:
        codes.append(ean13(f"5799{37000000 + number * 37:08d}"))
    return codes


def shelves(sku: str, aisle: int, family: Family) -> dict[str, str]:
    """Where the item lies in each store, such as A12-3: aisle, bay, board."""
    if family.get("kind", "goods") != "goods":
        return {}
    bay = dice(family["code"], 18) + 1
    letters = {"S01": aisle, "S02": aisle // 2, "S03": aisle * 2 // 3}
    return {
        store: f"{'ABCDEFGHKLMN'[letter]}{(bay + place * 5) % 18 + 1}-{dice(sku + store, 5) + 1}"
        for place, (store, letter) in enumerate(letters.items())
    }


def items(source: dict[str, Any]) -> list[Row]:
    """Every item of every family, in the order of the file."""
    tiles = {sku: (place, label) for place, (sku, label) in enumerate(source["favourites"]["order"], 1)}
    aisles = {
        code: place for place, code in enumerate(dict.fromkeys(f["category"] for f in source["family"]))
    }
    rows: list[Row] = []
    for family in source["family"]:
        for sku, name, price, colour in variants(family, source["colours"]):
            unit = family.get("unit", "pcs")
            place, label = tiles.get(sku, (None, ""))
            rows.append({
                "sku": sku,
                "name": name,
                "family": family["code"],
                "category": family["category"],
                "kind": family.get("kind", "goods"),
                "unit": {"code": unit, "decimals": UNITS[unit]},
                "price": price,
                "price_mode": family.get("price_mode", "fixed"),
                "tax_rate": family.get("tax_rate", STANDARD_RATE),
                "barcodes": barcodes(sku, len(rows) + 1, family),
                "shelves": shelves(sku, aisles[family["category"]], family),
                "picture": family["picture"],
                "colour": source["colours"][colour][1],
                "weight_grams": family["weight_grams"],
                "favourite": place,
                "tile_name": label,
            })  # fmt: skip
    return rows


def usual_stock(item: Row, store: str) -> list[int]:
    """On hand, safety and back order that a store of that size would have of the item."""
    keeps, empty = STORES[store]
    throw = f"{store} {item['sku']}"
    if dice(f"empty {throw}", 100) < empty:
        return [0, 0, 2 if dice(f"back order {throw}", 4) == 0 else 0]
    price = item["price"]
    usual = 2 if price >= 15000 else 4 if price >= 5000 else 9 if price >= 1500 else 24
    pieces = max(1, (usual * keeps + dice(throw, usual * 4)) // 10)
    scale = 10 ** item["unit"]["decimals"]
    measured = 1 if scale == 1 else 3 if scale == 1000 else 40
    return [pieces * scale * measured // (1 if scale == 1 else 6), 1 if pieces >= 8 and scale == 1 else 0, 0]


def stock(source: dict[str, Any], catalogue: list[Row]) -> list[Row]:
    """Opening stock of all goods in all stores."""
    rows = []
    for store in STORES:
        for item in catalogue:
            if item["kind"] != "goods":
                continue
            told = source["stock"].get(item["sku"], {}).get(store)
            on_hand, safety, back_order = told or usual_stock(item, store)
            levels = {"on_hand": on_hand, "safety": safety, "back_order": back_order}
            rows.append({"store": store, "sku": item["sku"], **levels})
    return rows


def render() -> dict[str, str]:
    """The text of each file by its name, one row per line."""
    source = tomllib.loads((HERE / "families.toml").read_text(encoding="utf-8"))
    catalogue = items(source)
    files = {"items.json": catalogue, "stock.json": stock(source, catalogue)}
    return {
        name: "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
        for name, rows in files.items()
    }


if __name__ == "__main__":
    for name, text in render().items():
        (DEMO / name).write_text(text, encoding="utf-8")
