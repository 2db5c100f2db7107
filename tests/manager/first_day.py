"""A shop's first day in a browser, step by step: set up, goods, a till and its order, settings, tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from site_sync.service import first_run
from site_sync.service.wiring import Site
from tests.manager.test_first_run import PASSWORD
from tests.manager.test_real_browser import ENTER, TAB, Chromium
from tests.together.conftest import TillHandle

SAVE = "//button[text()='Save and go on']"
ROWS = 60


class FirstDay:
    """One browser on an empty site; each page that is reached is looked at under a name."""

    def __init__(self, chromium: Chromium, site: Site, look: Callable[[str], None]) -> None:
        self.chromium, self.site, self.look = chromium, site, look

    def press(self, xpath: str) -> None:
        """Press what an XPath leads to."""
        self.chromium.ask("POST", f"/element/{self.chromium.find(xpath)}/click")

    def write(self, name: str, text: str) -> None:
        """Type into a field, in place of what stands there."""
        field = self.chromium.find(f"//input[@id={name!r}]")
        if not text.startswith("/"):
            self.chromium.ask("POST", f"/element/{field}/clear")
        self.chromium.ask("POST", f"/element/{field}/value", text=text)

    def set_up(self) -> None:
        """From the door to the page that waits for the first till."""
        chromium = self.chromium
        chromium.go("/")
        chromium.find("//h1[text()='Begin with your shop']")
        self.look("first")
        code = self.site.database.read(lambda db: first_run.code_of(db, self.site))
        chromium.run("document.getElementById('code').focus()")
        chromium.keys(f"{code}{TAB}Ruth Adler{TAB}ruth{TAB}{PASSWORD}{TAB}{PASSWORD}{ENTER}")
        chromium.find("//h1[text()='Your company']")
        self.write("name", "Fjeld ApS")
        self.look("company")
        self.press(SAVE)
        chromium.find("//h1[text()='Your store']")
        for name, text in (
            ("street", "Havnegade 1"), ("place", "1058 Copenhagen"), ("phone", "+45 33 11 11 11"),
        ):  # fmt: skip
            self.write(name, text)
        self.look("store")
        self.press(SAVE)
        chromium.find("//h1[text()='Tax']")
        self.write("rate0", "25")
        self.look("tax")
        self.press(SAVE)
        chromium.find("//h1[text()='How do customers pay?']")
        self.look("tenders")
        self.press(SAVE)
        self._hire()

    def _hire(self) -> None:
        self.chromium.find("//h1[text()='Who works here?']")
        self.write("name0", "Ole")
        self.press("//select[@id='role0']/option[@value='manager']")
        self.look("staff")
        self.press("//button[contains(., 'show their PINs')]")
        self.chromium.find("//h2[text()='Their PINs']")
        self.look("pins")
        self.press("//a[contains(., 'On to')]")

    def enrol(self, till: TillHandle) -> None:
        """The first till joins with the code that the page shows, and the page says so by itself."""
        self.press("//button[text()='Make a code']")
        self.chromium.find("//p[@class='secret']")
        code = self.chromium.run("document.querySelector('.secret').textContent")
        self.look("till-code")
        till.join(code)
        self.chromium.find("//*[contains(., 'has joined')]")
        self.look("till-joined")

    def take_in(self, folder: Path) -> None:
        """Send a table of goods, look at what would change, and take it in."""
        lines = [f"B-{number};Boot {number};59,90;25;{number + 1}" for number in range(ROWS)]
        table = folder / "goods.csv"
        table.write_text("\n".join(["SKU;Name;Price;Tax;Stock", *lines]))
        self.press("//a[text()='On to the goods']")
        self.chromium.find("//h1[text()='Your goods']")
        self.write("file", str(table))
        self.press("//button[text()='Send and look']")
        self.chromium.find("//h1[text()='What do the columns hold?']")
        self.look("goods-columns")
        self.press("//button[text()='Check the table']")
        self.chromium.find(f"//button[contains(., 'Take in {ROWS} rows')]")
        self.look("goods-checked")
        self.press(f"//button[contains(., 'Take in {ROWS} rows')]")
        self.chromium.find("//p[contains(., 'The table was taken in')]")
        self.press("//a[contains(., 'To the set-up check')]")
        self.chromium.find("//h1[text()='Ready to open']")
        self.look("check")

    def order(self, till: TillHandle) -> str:
        """Two boots are ordered at the till; gives the order's number, which its journal shows here."""
        assert till("wait_item", "B-7")
        made: dict[str, Any] = till("order", "B-7", 2)
        assert till("wait_settled")
        self.chromium.go("/orders")
        self.chromium.find("//td[contains(., 'Ann')]")
        self.look("orders")
        self.chromium.go(f"/orders/{made['order']}")
        number = str(self.chromium.run("document.querySelector('h1').innerText")).split()[-1]
        self.look("order")
        self.chromium.go("/journals")
        self.chromium.find(f"//*[contains(., '{number}')]")
        self.look("journals")
        self.chromium.go(f"/journals/{made['order']}")
        self.chromium.find("//td[contains(., 'S01')]")
        self.look("journal")
        return number

    def change_a_setting(self) -> None:
        """Quotes live longer from now on, and the audit says who wanted that."""
        self.chromium.go("/settings/policy")
        self.write("quote_days", "45")
        self.look("policy")
        self.press("//form[contains(@action, 'policy')]//button[not(contains(@class, 'quiet'))]")
        self.chromium.find("//*[@role='status']")
        self.look("settings")
        self.chromium.go("/audit")
        self.chromium.find("//*[contains(., 'Ruth Adler')]")
        self.look("audit")

    def export(self, of: str) -> str:
        """A table that is taken away, as the browser gets it."""
        self.chromium.go("/items")
        self.chromium.find("//a[text()='Excel']")
        self.look("items")
        script = (
            "(() => { const asked = new XMLHttpRequest(); asked.open('GET', '/manager/export/%s.csv', false);"
            " asked.send(); return asked.status + asked.responseText; })()"
        )
        return str(self.chromium.run(script % of))
