"""The operator's command line for web shops whose webhooks come in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from site_sync.service import connector_register
from site_sync.service.connector_register import ItemMapping
from site_sync.service.connectors import polling, receipts, upkeep
from site_sync.service.connectors.receipts import Received
from site_sync.service.database.engine import open_database
from site_sync.service.settings import Settings
from site_sync.service.wiring import open_site
from site_sync.site import main, surroundings
from tests.service import shop
from tests.service.connectors import woo
from tests.service.connectors.senders import raw


@pytest.fixture
def url(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A database with the small shop in it."""
    url = f"sqlite:///{tmp_path / 'site.sqlite'}"
    assert main(["migrate", "--database", url]) == 0
    database = open_database(url)
    database.write(shop.fill)
    database.close()
    capsys.readouterr()
    return url


def connector(url: str, *words: str) -> int:
    """One command about connectors."""
    return main(["connector", *words, "--database", url])


def test_a_shop_is_added_mapped_and_worked_again(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert connector(url, "add", "woo", "--kind", "woocommerce", "--title", "My shop") == 0
    address, secret = capsys.readouterr().out.split()
    assert address.endswith("/webhooks/woocommerce/woo")
    assert len(secret) == 48
    database = open_database(url)
    received = Received("woo", {}, raw(woo.order(woo.item("OLD=9"))))
    database.write(lambda tx: receipts.store(tx, received, "r1", shop.NOON))
    row = database.write(lambda tx: receipts.take(tx, "r1", shop.NOON))
    missing = receipts.Outcome(receipts.ReceiptState.NEEDS_MAPPING, "727", "unknown item OLD=9")
    database.write(lambda tx: receipts.settle(tx, row, missing, shop.NOON))
    assert connector(url, "list") == 0
    shown = capsys.readouterr().out
    assert "woo  woocommerce  active  1 secret  My shop  needs_mapping:1" in shown
    assert "r1  woo  727  needs_mapping: unknown item OLD=9" in shown
    words = ["--item", "OLD=9=STV*3", "--place", "Downtown=S02", "--method", "bike=ship", "--store", "S01"]
    assert connector(url, "map", "woo", *words) == 0
    assert capsys.readouterr().out == "1 to be worked again\n"
    found = database.read(lambda db: connector_register.find(db, "woo"))
    assert found is not None
    assert found.settings.items == {"OLD=9": ItemMapping("STV", 3)}
    assert (found.settings.stores, found.settings.methods) == ({"Downtown": "S02"}, {"bike": "ship"})
    assert connector(url, "map", "woo", "--item", "OLD=9=", "--language", "da") == 0
    changed = database.read(lambda db: connector_register.find(db, "woo"))
    assert changed is not None
    assert (changed.settings.items, changed.settings.language, changed.settings.store) == ({}, "da", "S01")
    database.close()


def test_secrets_come_from_the_shop_or_are_made_and_two_are_live(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("given by the shop\n"))
    assert connector(url, "add", "sf", "--kind", "shopify", "--secret-stdin") == 0
    assert len(capsys.readouterr().out.split()) == 1
    assert connector(url, "secret", "sf") == 0
    newer = capsys.readouterr().out.strip()
    site = open_site(Settings(database=url), surroundings())
    found = site.database.read(lambda db: connector_register.find(db, "sf"))
    assert found is not None
    assert upkeep.live_secrets(site, found) == (newer, "given by the shop")
    assert "given by the shop" not in str(found.secrets), "kept sealed"
    assert connector(url, "secret", "sf", "--drop-previous") == 0
    assert connector(url, "off", "sf") == 0
    found = site.database.read(lambda db: connector_register.find(db, "sf"))
    assert found is not None
    assert (upkeep.live_secrets(site, found), found.active) == ((newer,), False)
    assert connector(url, "replay", "sf") == 0
    assert connector(url, "add", "std", "--kind", "standard") == 0
    assert "whsec_" in capsys.readouterr().out
    site.close()


def test_the_shops_own_api_is_set_up_and_asked(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connector(url, "add", "woo", "--kind", "woocommerce") == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("ck_1:cs_2\n"))
    words = ["--api-url", "https://shop.example", "--poll-minutes", "15", "--report", "ready=ready-pickup"]
    assert connector(url, "api", "woo", *words, "--secret-stdin") == 0
    assert connector(url, "reconcile", "woo") == 0
    database = open_database(url)
    found = database.read(lambda db: connector_register.find(db, "woo"))
    poll = database.read(lambda db: polling.find(db, "woo"))
    database.close()
    assert found is not None
    assert poll is not None
    assert (found.reachable, found.settings.reports) == (True, {"ready": "ready-pickup"})
    assert poll.next_at is not None
    assert "cs_2" not in capsys.readouterr().out
    for wrong in (["--api-url", "http://shop.example"], ["--poll-minutes", "-1"], ["--report", "ready=No"]):
        assert connector(url, "api", "woo", *wrong) == 2


@pytest.mark.parametrize(
    "words",
    [
        ["add", "no blanks", "--kind", "shopify"],
        ["add", "woo"],
        ["add", "woo", "--kind", "shopify", "--place", "Downtown=S99"],
        ["add", "woo", "--kind", "shopify", "--item", "OLD=NONE"],
        ["add", "woo", "--kind", "shopify", "--item", "OLD"],
        ["map", "nobody"],
        ["secret"],
        ["replay", "nobody", "--receipt", "r1"],
    ],
)
def test_what_cannot_be_done_is_said(url: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert connector(url, *words) == 2
    assert capsys.readouterr().err.startswith("handover-site: ")
