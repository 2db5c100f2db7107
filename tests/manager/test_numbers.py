"""Order numbers in the browser: letters, digits and the next number, kept, told, noted, refused in words."""

from __future__ import annotations

import pytest

from site_sync.domain.numbers import AS_SHIPPED, Numbering
from site_sync.domain.shop import Store
from site_sync.protocol.changes import RecordKind
from site_sync.service import number_settings
from site_sync.service.database import records
from site_sync.service.numbering import WebNumbers, numbered
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of
from tests.manager.test_lists import noted
from tests.manager.test_shop import told

PATH = "/settings/numbers"


def style(site: Site) -> Numbering:
    """How orders are numbered now."""
    return site.database.read(records.policies).numbers


def test_numbers_are_set_told_and_noted_and_go_on(root: Browser, site: Site) -> None:
    numbers = WebNumbers(site.database)
    assert numbers.next() == 1
    assert "W-000021-" in root.read(PATH)
    shown = text_of(root.send(PATH, web="web", quote="AN", digits="5", web_next="3000").text)
    assert style(site) == Numbering("WEB", "AN", 5, 3000)
    assert "WEB-03000-" in shown
    assert "S01-01-AN00318-" in shown
    assert told(site) == [("policies", "policies")]
    assert noted(site).changed[0] == ("web", "W", "WEB")
    assert "Order numbers" in root.read("/audit")
    made = numbers.used_by(lambda counter: numbered(counter, style(site)), numbers.next())
    assert made.startswith("WEB-03000-")
    root.send(PATH, digits="8")
    assert style(site) == Numbering("WEB", "AN", 8, 3000)
    assert site.database.read(number_settings.next_number) == 3020


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("web", "W3", "One to three capital letters"),
        ("quote", "w", "stands for something else"),
        ("quote", "R", "stands for something else"),
        ("digits", "9", "From 4 to 8"),
        ("digits", "many", "Write a number"),
        ("web_next", "20", "From 21 to"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    root: Browser, site: Site, field: str, typed: str, said: str
) -> None:
    WebNumbers(site.database).next()
    answer = root.send(PATH, **{field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert said in text_of(answer.text)
    assert style(site) == AS_SHIPPED


def test_letters_and_store_codes_keep_apart(root: Browser, site: Site) -> None:
    site.database.write(lambda tx: records.save(tx, RecordKind.STORE, Store("WEB", "Web floor")))
    answer = root.send(PATH, web="WEB")
    assert "Store WEB has these letters" in text_of(answer.text)
    form = root.form("/setup/store", "/setup/store")
    quay = {"code": "Q", "name": "Quay", "street": "Quay 1", "place": "8000 Aarhus"}
    made = root.http.post(form.action, data=dict(form.fields) | quay)
    assert 'id="code-error"' in made.text
    assert "Order numbers begin with these letters" in text_of(made.text)


def test_an_old_page_takes_nothing_back(root: Browser, site: Site) -> None:
    form = root.form(PATH, PATH)
    root.send(PATH, digits="7")
    late = root.http.post(form.action, data=dict(form.fields) | {"web": "X"})
    assert late.status_code == 422
    assert style(site) == Numbering(digits=7)
