"""Paper, e-mail, page and wallet show the customer one code: each is made for real, seen and read back."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import zxingcpp
from PIL import Image
from pydantic import SecretStr

from pos_app.hardware.printer_escpos import encode
from pos_app.hardware.printer_layout import lay_out
from pos_app.hardware.printer_profile import PAPER_58
from pos_app.operations import collecting, printing
from pos_app.operations.collecting import Found
from site_sync.domain.codes import ScanSettings, classify
from site_sync.domain.customers import Collector
from site_sync.domain.history import OrderRecord
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Identity, IdentityBy
from site_sync.protocol.changes import RecordKind
from site_sync.service.code_pictures import png
from site_sync.service.jobs.messages import send_messages
from site_sync.service.settings import Settings
from site_sync.service.wallet import Wallet
from site_sync.service.wiring import Site, open_site
from tests.desks import BOSS, KEY, Bench, open_bench
from tests.fixtures.mail import Mailbox
from tests.hardware.escpos_reader import EscposReader
from tests.service import shop
from tests.service.floor import Floor, links
from tests.service.sites import Clock, surroundings
from tests.service.test_wallet import wallet_settings
from tests.service.web_shop import served

CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path, smtp_server: Mailbox) -> Iterator[Site]:
    """A site that shares its key with the till's bench, and can send mail and make passes."""
    settings = Settings(
        database=sqlite_database,
        data_dir=tmp_path / "site",
        code_key=SecretStr(KEY.hex()),
        seal_key=SecretStr("22" * 32),
        smtp_host=smtp_server.host,
        smtp_port=smtp_server.port,
    )
    told = settings.model_copy(update=wallet_settings(tmp_path))
    site = open_site(told, surroundings(Clock()))
    site.database.write(shop.fill)
    yield site
    site.close()


def read(picture: Image.Image | Path | bytes) -> list[str]:
    """The codes in a picture, as any reader sees them."""
    if isinstance(picture, bytes):
        picture = Image.open(io.BytesIO(picture))
    found = zxingcpp.read_barcodes(picture if isinstance(picture, Image.Image) else Image.open(picture))
    return [code.text for code in found]


def printed(bench: Bench, order: Order) -> Image.Image:
    """The order's confirmation as it comes out of a narrow printer."""
    paper = printing.order_paper(bench.desk, BOSS, order)
    return EscposReader(encode(lay_out(paper, PAPER_58), PAPER_58), PAPER_58.columns).paper()


def mailed(site: Site, mailbox: Mailbox) -> bytes:
    """The picture inside the e-mail that says the goods are ready."""
    send_messages(site)
    letter = next(one for one in mailbox.wait_for(1) if "ready" in str(one["Subject"]))
    pictures = [part.get_content() for part in letter.walk() if part.get_content_type() == "image/png"]
    assert isinstance(pictures[0], bytes)
    return pictures[0]


def shown(site: Site, order: Order, folder: Path) -> Path:
    """The customer's page on a phone, as the browser paints it."""
    picture = folder / "page.png"
    with served(site) as address:
        page = (links(site).page(order) or "").replace(site.settings.public_address, address)
        browser = [*CHROMIUM, f"--user-data-dir={folder / 'browser'}", "--window-size=390,844"]
        shot = [*browser, f"--screenshot={picture}", page]
        subprocess.run(shot, check=True, capture_output=True, timeout=60)
    return picture


def passed(site: Site, order: Order) -> bytes:
    """The code as a phone draws it from the pass in its wallet."""
    with served(site) as address:
        page = (links(site).page(order) or "").replace(site.settings.public_address, address)
        answer = httpx.get(f"{page}/wallet/apple")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("pass.json"))
    return png(told["barcodes"][0]["message"])


def test_everything_the_customer_may_hold_out_reads_as_the_same_code(
    site: Site, tmp_path: Path, smtp_server: Mailbox
) -> None:
    order = Floor(site).ready()
    bench = open_bench(tmp_path / "till")
    bench.tell(RecordKind.ORDER, order.id, OrderRecord(order))
    code = links(site).code(order)
    assert Wallet(site.settings).offered() == ("apple", "google")
    seen = {
        "paper": read(printed(bench, order)),
        "e-mail": read(mailed(site, smtp_server)),
        "page": read(shown(site, order, tmp_path)),
        "wallet": read(passed(site, order)),
    }
    assert seen == {place: [code] for place in seen}
    bench.online[0] = False
    found = collecting.find(bench.desk, classify(str(code), ScanSettings()))
    assert isinstance(found, Found)
    assert found.evidence == order.code_hash, "the till knows it by its hash, also without the site"
    _collector_is_known(site, bench, order)
    void = replace(order, code_hash="0" * 64)
    bench.tell(RecordKind.ORDER, order.id, OrderRecord(replace(void, version=order.version + 1)))
    assert not isinstance(collecting.find(bench.desk, classify(str(code), ScanSettings())), Found)
    bench.store.close()


def _collector_is_known(site: Site, bench: Bench, order: Order) -> None:
    """Whoever was named to collect is known by a code of their own, and named in what is kept."""
    code_hash, issue = links(site).new_collector(order)
    named = replace(order, collector=Collector("Ole"), collector_hash=code_hash, collector_issue=issue)
    bench.tell(RecordKind.ORDER, order.id, OrderRecord(named))
    found = collecting.find(bench.desk, classify(links(site).collector_code(named) or "", ScanSettings()))
    assert isinstance(found, Found)
    shown = Identity(IdentityBy.CODE, found.evidence)
    assert collecting.named(named, shown).collector == "Ole"
    assert collecting.named(named, Identity(IdentityBy.CODE, order.code_hash)).collector == ""
