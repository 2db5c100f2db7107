"""Taking goods in from tables in the browser: sending, choosing columns, looking, taking in, stopping."""

from __future__ import annotations

import httpx
import pytest

from site_sync.domain.errors import Code
from site_sync.domain.import_rows import Wrong
from site_sync.manager.wording import word
from site_sync.protocol.changes import RecordKind
from site_sync.service.database import records
from site_sync.service.jobs.imports import ImportWork
from site_sync.service.sheets import table_file
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser, text_of

GERMAN = (
    "Artikelnummer;Bezeichnung;VK;MwSt;Bestand\nB-1;Stiefel, groß;59,90;25 %;3\nB-2;Schnürsenkel;4,5;25;x\n"
)


def send(root: Browser, content: bytes, name: str = "waren.csv") -> httpx.Response:
    """Choose a file in the form and send it."""
    token = dict(root.form("/import", "/import").fields)["csrf"]
    return root.http.post("/manager/import", data={"csrf": token}, files={"file": (name, content)})


def place(answer: httpx.Response) -> str:
    """The page of the file that was sent, below the back office."""
    assert answer.status_code == 200, text_of(answer.text)
    return answer.url.path.removeprefix("/manager")


def test_a_german_table_is_looked_at_then_taken_in(root: Browser, site: Site) -> None:
    work = ImportWork(site)
    sent = send(root, GERMAN.encode("cp1252"))
    page = place(sent)
    assert "Stiefel, groß" in sent.text
    assert '<option value="," selected>' in sent.text
    refused = root.send(page, "/columns", act="check")
    assert "Choose the store where this stock lies" in refused.text
    checking = root.send(page, "/columns", act="check", store="S01", reason="First count")
    assert "is being checked" in checking.text
    assert 'hx-trigger="every 1s"' in checking.text
    while work():
        pass
    checked = text_of(root.open(page))
    assert "Nothing has changed yet" in checked
    assert "“x” is not a number." in checked
    running = root.send(page, "/run")
    assert "Tills go on working" in running.text
    while work():
        pass
    assert "was taken in, but for 1 row that is named below" in root.read(page)
    boot = site.database.read(lambda db: records.find(db, RecordKind.ITEM, "B-1"))
    assert (boot.name, boot.price.amount, boot.tax_rate) == ("Stiefel, groß", 5990, 2500)  # type: ignore[union-attr]
    assert "First count (waren.csv)" in root.read("/audit", kind="stock")
    problems = root.http.get(f"/manager{page}/problems.csv").text
    assert problems.splitlines()[1].startswith("3;Stock on hand;")


def test_a_file_is_read_another_way_stopped_and_put_away(root: Browser, site: Site) -> None:
    page = place(send(root, b"SKU,Name,Price,Tax\nA,One,1.250,25\nB,Two,3.125,25\n"))
    assert "could be read both ways" in root.open(page)
    assert root.send(page, "/columns", act="check").status_code == 422
    again = root.send(page, "/columns", act="again", delimiter=";")
    assert "SKU,Name,Price,Tax" in text_of(again.text)
    root.send(page, "/columns", act="again", delimiter=",")
    root.send(page, "/columns", act="check", sign=",")
    assert "What do the columns hold?" in root.send(page, "/stop").text
    root.send(page, "/drop")
    root.open(page, 404)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"%PDF-1.7\x00\x01", "no table"), (b"x" * 21_000_500, "")],
)
def test_what_is_no_table_or_too_large_is_refused(root: Browser, content: bytes, said: str) -> None:
    answer = send(root, content)
    assert answer.status_code in (413, 422)
    assert said in answer.text


def test_templates_can_be_sent_back_as_they_are(root: Browser, site: Site) -> None:
    work = ImportWork(site)
    for ending in ("csv", "xlsx"):
        template = root.http.get(f"/manager/import/template.{ending}")
        assert "attachment" in template.headers["content-disposition"]
        page = place(send(root, template.content, f"goods.{ending}"))
        root.send(page, "/columns", act="check")
        while work():
            pass
        assert "Take in 2 rows" in root.read(page)
    root.open("/import/template.exe", 404)
    assert site.database.read(lambda db: records.find(db, RecordKind.ITEM, "NUTS")) is None


def test_every_thing_that_can_be_wrong_has_its_words() -> None:
    for code in Wrong:
        assert word("import_problem", code) != code.replace("_", " ")
    assert table_file.MOST_BYTES < 21_000_000
    assert Code.FIELDS_NEEDED
