"""Tables taken away: filtered as their pages, of one's own stores alone, and never a formula."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from site_sync.domain.customers import Customer
from site_sync.domain.orders import Delivery, Order
from site_sync.service import export_rows
from site_sync.service.sheets import csv_file
from site_sync.service.sheets.csv_file import form_of
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.service import shop
from tests.service.shop import Commands, new_line

EVIL = '=HYPERLINK("http://x")'


def table(browser: Browser, path: str, **asked: str) -> list[tuple[object, ...]]:
    """The rows of a CSV that is taken away."""
    answer = browser.http.get(f"/manager{path}", params=asked)
    assert answer.status_code == 200
    assert all(not line.startswith((b"=", b"+", b"@")) for line in answer.content.splitlines())
    return [row.cells for row in csv_file.rows_of(answer.content, form_of(answer.content))]


def test_orders_go_out_as_they_are_filtered_and_never_as_formulas(
    root: Browser, order: Order, give: Callable[..., Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_rows, "AT_ONCE", 2)
    commands = Commands(till="08")
    for n in range(4):
        give(commands.create(customer=Customer(name=f"{EVIL}{n}", phone="+4512345678")))
    head, *rows = table(root, "/export/orders.csv", q="=hyper")
    assert len(rows) == 4
    assert len({row[0] for row in rows}) == 4
    told = dict(zip(head, rows[-1], strict=True))
    assert (told["Customer"], told["Phone"], told["Total"]) == (f"{EVIL}0", "+4512345678", "129.00")
    raw = root.http.get("/manager/export/orders.csv", params={"q": "=hyper"}).text
    assert f'"\'{EVIL.replace(chr(34), chr(34) * 2)}0"' in raw
    assert len(table(root, "/export/orders.csv")) == 6
    assert "/export/orders.csv?q=%3Dhyper" in root.open("/orders", q="=hyper")
    book = openpyxl.load_workbook(io.BytesIO(root.http.get("/manager/export/orders.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert any(cell.value == f"{EVIL}0" for cell in cells)
    audit = root.read("/audit", kind="export")
    assert "orders.csv" in audit
    assert "=hyper" not in audit  # nobody could take a customer's name out of it again


def test_only_ones_own_stores_go_out(browser: Browser, order: Order, give: Callable[..., Order]) -> None:
    own = give(Commands("S02", till="07").create(new_line(shop.JACKET), delivery=Delivery(store="S02")))
    browser.sign_in("bert")
    assert [row[0] for row in table(browser, "/export/orders.csv")[1:]] == [own.number]
    assert {row[1] for row in table(browser, "/export/journals.csv")[1:]} == {own.number}
    assert {row[2] for row in table(browser, "/export/stock.csv")[1:]} == {"S02"}
    assert browser.http.get("/manager/export/audit.csv").status_code == 403


def test_journals_stock_goods_and_audit_go_out(
    root: Browser, order: Order, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_rows, "AT_ONCE", 2)
    journal = table(root, "/export/journals.csv", store="S01", state="open")
    assert [(row[3], row[6], row[8]) for row in journal[1:]] == [
        ("JKT", "-2", "created"),
        ("STV", "-1", "created"),
    ]
    assert table(root, "/export/journals.csv", state="posted")[1:] == []
    assert [row[:4] for row in table(root, "/export/stock.csv")[1:3]] == [
        ("JKT", "Trail jacket", "S01", "10"),
        ("JKT", "Trail jacket", "S02", "10"),
    ]
    assert len(table(root, "/export/goods.csv")) == 4
    root.send("/stores/S01", name="=Harbour")
    audit = table(root, "/export/audit.csv", kind="store")
    assert [row[3:9] for row in audit[1:]] == [("store", "S01", "changed", "name", "Shop S01", "=Harbour")]
    root.open("/export/goods.pdf", 404)
