"""Pictures of a shop's first day in Site Manager: `python -m tests.manager.walk_pictures FOLDER`."""

from __future__ import annotations

import base64
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from site_sync.service.database.migrate import migrate
from site_sync.service.settings import Settings
from site_sync.service.wiring import open_site
from site_sync.serving import application
from site_sync.site import surroundings
from tests.manager.first_day import FirstDay
from tests.manager.test_real_browser import Chromium, opened
from tests.service.serving import served
from tests.together.conftest import TillHandle

WIDTHS = (390, 1024, 1440)
COLOURS = 48
"""Enough for what is flat; a picture then has a quarter of its size."""
HIGHEST = 1600


def taken(chromium: Chromium, folder: Path, name: str) -> None:
    """A page as it looks on a phone, a small and a large screen."""
    for width in WIDTHS:
        chromium.narrow(width)
        chromium.run("(document.activeElement.blur(), window.scrollTo(0, 0))")
        height = min(HIGHEST, int(chromium.run("document.documentElement.scrollHeight")))
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
        chromium.ask("POST", "/goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=size)
        asked = {"format": "png"}
        shot = chromium.ask("POST", "/goog/cdp/execute", cmd="Page.captureScreenshot", params=asked)
        with Image.open(io.BytesIO(base64.b64decode(shot["data"]))) as picture:
            small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(folder / f"{name}-{width}.png", optimize=True)
    chromium.narrow(1440)


@contextmanager
def day_at(folder: Path, pictures: Path) -> Iterator[tuple[FirstDay, TillHandle]]:
    """An empty site, a browser on it that takes pictures, and a till."""
    url = f"sqlite:///{folder / 'site.sqlite'}"
    migrate(url)
    site = open_site(Settings(database=url, data_dir=folder), surroundings())
    with served(application(site)) as address, opened(address) as chromium:
        till = TillHandle(folder / "till", urlsplit(address).port or 0)
        yield FirstDay(chromium, site, lambda name: taken(chromium, pictures, name)), till
        till.close()
        site.feed.close_soon()
    site.close()


def main(pictures: Path) -> None:
    """Walk through the day."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, day_at(Path(name), pictures) as (day, till):
        day.set_up()
        day.enrol(till)
        day.take_in(Path(name))
        day.order(till)
        day.change_a_setting()
        day.export("orders")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
