"""A store's logo: sent in the browser, made printable, told to its tills, taken away."""

from __future__ import annotations

import io
import re

import httpx
import pytest
from PIL import Image

from site_sync.protocol.changes import RecordKind
from site_sync.service.store_logo import HIGHEST, WIDEST, NoLogo, png_of, printable
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.manager.test_shop import kept, told

PAGE = "/stores/S01/logo"


def picture(width: int = 1600, height: int = 400, kind: str = "JPEG") -> bytes:
    """A grey picture of a camera's making."""
    memory = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 120)).save(memory, format=kind)
    return memory.getvalue()


TORN = picture(60, 30, "PNG").replace(b"IEND", b"IE\xb3D").replace(b"IDAT", b"ID\xb3T")
"""A picture whose head is sound."""


def send(root: Browser, data: bytes, name: str = "logo.jpg") -> httpx.Response:
    """Choose a file in the form and send it."""
    token = dict(root.form(PAGE, PAGE).fields)["csrf"]
    return root.http.post(f"/manager{PAGE}", data={"csrf": token}, files={"logo": (name, data, "image/jpeg")})


def test_a_logo_is_made_printable_and_told_to_the_tills(root: Browser, site: Site) -> None:
    page = send(root, picture())
    assert page.status_code == 200
    logo = kept(site, RecordKind.STORE, "S01").logo
    with Image.open(io.BytesIO(png_of(logo))) as drawn:
        assert (drawn.mode, drawn.size) == ("1", (512, 128))
    assert told(site) == [("store", "S01")]
    shown = root.http.get("/manager/stores/S01/logo.png")
    assert (shown.headers["content-type"], shown.content) == ("image/png", png_of(logo))
    root.send(PAGE, "/logo/remove")
    assert kept(site, RecordKind.STORE, "S01").logo == ""
    root.open("/stores/S01/logo.png", 404)


def test_saving_the_store_keeps_its_logo(root: Browser, site: Site) -> None:
    send(root, picture())
    root.send("/stores/S01", name="Harbour Street")
    assert kept(site, RecordKind.STORE, "S01").logo


@pytest.mark.parametrize("data", [b"", b"no picture", picture(300, 100, "BMP"), picture()[:300], TORN])
def test_what_is_no_picture_is_refused_in_words(root: Browser, site: Site, data: bytes) -> None:
    page = send(root, data)
    assert page.status_code == 422
    assert re.search("Send a (PNG|picture)", page.text)
    assert kept(site, RecordKind.STORE, "S01").logo == ""


def test_too_large_a_file_and_a_form_of_elsewhere_change_nothing(root: Browser, site: Site) -> None:
    with pytest.raises(NoLogo):
        printable(b"x" * 900_001)
    with pytest.raises(NoLogo):
        printable(picture(6_000, 5_000, "PNG"))
    answer = root.http.post(f"/manager{PAGE}", data={"csrf": "wrong"}, files={"logo": ("a", picture())})
    assert answer.status_code != 200
    big = root.http.post(f"/manager{PAGE}", data={"csrf": "x"}, files={"logo": ("a", b"x" * 2_300_000)})
    assert big.status_code >= 400
    assert kept(site, RecordKind.STORE, "S01").logo == ""


def test_a_tall_picture_fits_as_well() -> None:
    with Image.open(io.BytesIO(png_of(printable(picture(300, 3_000, "PNG"))))) as drawn:
        assert drawn.height <= HIGHEST
        assert drawn.width <= WIDEST
