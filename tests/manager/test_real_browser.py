"""Site Manager in a real Chromium: by keyboard, searching while typing, on a phone, without complaints."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from site_sync.domain.customers import Customer
from site_sync.domain.orders import Order
from tests.fixtures.ports import find_free_port
from tests.manager.browsing import PASSWORD
from tests.service.shop import Commands

OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
TAB, ENTER = "\ue004", "\ue007"


class Chromium:
    """A Chromium driven over the WebDriver protocol; looking for an element waits until it is there."""

    def __init__(self, driver: httpx.Client, address: str) -> None:
        self._driver, self._address = driver, address
        wanted = {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": OPTIONS},
            "timeouts": {"implicit": 10_000},
        }
        made = driver.post("/session", json={"capabilities": {"alwaysMatch": wanted}}).json()["value"]
        self._session = f"/session/{made['sessionId']}"

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """One command of the protocol."""
        answer = self._driver.request(method, self._session + path, json=body if method == "POST" else None)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

    def go(self, path: str) -> None:
        """Open a page of Site Manager."""
        self.ask("POST", "/url", url=f"{self._address}/manager{path}")

    def find(self, xpath: str) -> str:
        """The element an XPath leads to, waited for."""
        found = self.ask("POST", "/element", using="xpath", value=xpath)
        return str(next(iter(found.values())))

    def keys(self, text: str) -> None:
        """Press keys, wherever the focus is."""
        presses = [{"type": kind, "value": char} for char in text for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": presses}])

    def run(self, script: str) -> Any:
        """What a script returns."""
        return self.ask("POST", "/execute/sync", script=f"return {script}", args=[])

    def complaints(self) -> list[str]:
        """What the browser wrote to its console."""
        return [entry["message"] for entry in self.ask("POST", "/se/log", type="browser")]

    def narrow(self, width: int) -> None:
        """Become a screen of that width."""
        size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": True}
        self.ask("POST", "/goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=size)

    def prefer(self, theme: str) -> None:
        """Be the browser of somebody who wants it light, or dark."""
        wanted: dict[str, Any] = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        self.ask("POST", "/goog/cdp/execute", cmd="Emulation.setEmulatedMedia", params=wanted)


@contextmanager
def opened(address: str) -> Iterator[Chromium]:
    """A Chromium that shows Site Manager."""
    port = find_free_port()
    command = ["chromedriver", f"--port={port}"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as driver,
    ):
        assert process.stdout is not None
        assert any("started successfully" in line for line in process.stdout)
        browser = Chromium(driver, address)
        try:
            yield browser
        finally:
            browser.ask("DELETE", "")
            process.terminate()


@pytest.fixture
def chromium(address: str) -> Iterator[Chromium]:
    """The same, for a test."""
    with opened(address) as browser:
        yield browser


def test_the_day_goes_by_keyboard_and_the_policy_is_kept(chromium: Chromium, order: Order, give: Any) -> None:
    give(Commands(till="09").create(customer=Customer(name="Ole Brandt", email="ole@example.com")))
    chromium.go("/orders")
    chromium.keys(f"root{TAB}{PASSWORD}{ENTER}")
    chromium.find("//h1[text()='Customer orders']")
    chromium.find("//td[contains(., 'Ole Brandt')]")
    chromium.run("document.getElementById('q').focus()")
    chromium.keys("jens")
    chromium.find("//p[text()='1 order']")
    assert chromium.run("location.search").startswith("?q=jens")
    assert "Ole Brandt" not in chromium.run("document.getElementById('found').innerText")
    chromium.go("/items/JKT")
    chromium.run("document.querySelector('td a.button').focus()")
    chromium.keys(ENTER)
    chromium.find(f"//div[@id='explained']//a[text()='{order.number}']")
    assert chromium.run("location.pathname") == "/manager/items/JKT"
    assert chromium.complaints() == []
