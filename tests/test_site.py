"""The site's command line: real processes on a real file."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from site_sync.protocol.changes import RecordKind
from site_sync.service import reservations
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.engine import open_database
from site_sync.site import main


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database that is not there yet."""
    return f"sqlite:///{tmp_path / 'site.sqlite'}"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """One command of `handover-site`."""
    command = [sys.executable, "-m", "site_sync.site", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


@contextmanager
def serving(url: str, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A serving process and its address."""
    command = [sys.executable, "-m", "site_sync.site", "serve", "--database", url, "--port", "0", *more]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            line = process.stdout.readline()
            assert "is ready on" in line, process.stderr.read()
            yield process, line.split()[-1]
        finally:
            process.kill()


def test_help_names_the_commands() -> None:
    said = run("--help")
    assert said.returncode == 0
    for command in ("serve", "demo-data", "api-key", "enrol-code", "staff", "tills", "migrate", "audit"):
        assert command in said.stdout


def test_a_demo_shop_is_served_and_its_operator_works_beside_it(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def done(*words: str) -> str:
        assert main([*words, "--database", url]) == 0
        return capsys.readouterr().out

    assert "34 orders" in done("demo-data")
    with serving(url) as (process, address):
        assert httpx.get(f"{address}/ready", trust_env=False).json()["status"] == "ready"
        code = run("enrol-code", "--database", url, "--store", "S01", "--till", "07").stdout.strip()
        enrolled = httpx.post(f"{address}/sync/v1/enrol", json={"code": code}, trust_env=False)
        assert enrolled.status_code == 200, enrolled.text
        assert done("api-key", "create", "shop").startswith("hk_")
        assert " S01-07 " in done("tills")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert main(["demo-data", "--database", url]) == 2
    database = open_database(url)
    assert database.read(reservations.drifts) == []
    assert len(database.read(lambda db: records.every(db, RecordKind.ITEM))) > 400
    database.close()


def test_an_order_is_shown_with_its_journal_and_its_stock(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo-data", "--database", url]) == 0
    database = open_database(url)
    waiting = select(t.orders.c.number).where(t.orders.c.stage == "to_pick", t.orders.c.work_store == "S01")
    number = database.read(lambda db: db.execute(waiting.limit(1)).scalar_one())
    database.close()
    capsys.readouterr()
    assert main(["order", number, "--database", url]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["order"]["number"], shown["stage"]) == (number, "to_pick")
    reserved = {(one["sku"], -one["quantity"]) for one in shown["journal"]}
    goods = [line for line in shown["order"]["lines"] if line["kind"] == "goods"]
    stocked = {line["sku"]: line["quantities"]["to_pick"] for line in goods}
    assert reserved == set(stocked.items())
    for level in shown["stock"]:
        assert level["reserved"] >= stocked[level["sku"]]
        assert level["available"] == level["on_hand"] - level["reserved"] - level["safety"]
    assert main(["order", "S09-09-000001-1", "--database", url]) == 2
    assert "there is no order S09-09-000001-1" in capsys.readouterr().err


def test_a_site_started_by_a_till_ends_with_it(url: str) -> None:
    with serving(url, "--stop-with-input") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0


def test_staff_are_added_and_get_secrets_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--database", url]
    assert main(["staff", "add", "eva", "--name", "Eva", "--role", "manager", *place]) == 0
    pin = capsys.readouterr().out.strip()
    assert (len(pin), pin.isdigit()) == (6, True)
    assert main(["staff", "password", "eva", *place]) == 0
    assert len(capsys.readouterr().out.strip()) >= 12
    assert main(["staff", "list", *place]) == 0
    assert "Eva" in capsys.readouterr().out
    assert main(["staff", "add", "eva", "--name", "Another Eva", *place]) == 2
    assert "already" in capsys.readouterr().err
    assert main(["staff", "pin", "nobody", *place]) == 2
    assert "nobody" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["api-key", "create"],
        ["api-key", "revoke", "none"],
        ["api-key", "create", "shop", "--calls-a-minute", "0"],
        ["enrol-code", "--store", "S99", "--till", "01"],
        ["tills", "--revoke", "none"],
        ["staff", "add", "eva"],
        ["staff", "add", "a/b", "--name", "Eva"],
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    url: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--database", url]) == 2
    assert capsys.readouterr().err.startswith("handover-site: ")


def test_a_database_out_of_reach_is_said_without_its_password(capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql+psycopg://site:hidden-word@127.0.0.1:1/site"
    assert main(["migrate", "--database", url]) == 2
    said = capsys.readouterr().err
    assert "127.0.0.1:1" in said
    assert "hidden-word" not in said


def test_a_key_can_be_withdrawn(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--database", url]
    main(["api-key", "create", "shop", "--scope", "orders:read", *place])
    capsys.readouterr()
    main(["api-key", "list", *place])
    key_id, state, name, scopes, *rate = capsys.readouterr().out.split()
    assert (state, name, scopes, rate) == ("active", "shop", "orders:read", ["600", "a", "minute"])
    assert main(["api-key", "limit", key_id, "--calls-a-minute", "90", *place]) == 0
    main(["api-key", "list", *place])
    assert capsys.readouterr().out.endswith(" 90 a minute\n")
    assert main(["api-key", "revoke", key_id, *place]) == 0
    main(["api-key", "list", *place])
    assert "withdrawn" in capsys.readouterr().out


def test_a_site_that_belongs_to_nobody_shows_its_code_until_it_has_an_administrator(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["first-code", "--database", url]) == 0
    told = capsys.readouterr().out
    assert re.search(r"/manager/first, code ([2-9A-Z]{4}-){2}[2-9A-Z]{4}$", told.strip())
    main(["staff", "add", "ruth", "--name", "Ruth", "--role", "administrator", "--database", url])
    main(["staff", "password", "ruth", "--database", url])
    capsys.readouterr()
    assert main(["first-code", "--database", url]) == 2
    assert "has an administrator already" in capsys.readouterr().err


def test_what_operators_do_is_written_down_in_a_chain_that_is_verified(
    url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = ["--database", url, "--data", str(tmp_path)]
    main(["api-key", "create", "shop", *place])
    main(["connector", "add", "shop", "--kind", "standard", *place])
    main(["connector", "off", "shop", *place])
    main(["staff", "add", "eva", "--name", "Eva", *place])
    capsys.readouterr()
    assert main(["audit", "verify", *place]) == 0
    assert "the audit is whole: 4 entries, head " in capsys.readouterr().out
    assert main(["audit", "verify", "--head", "ab" * 32, *place]) == 1
    database = open_database(url)
    rows = database.read(
        lambda db: db.execute(select(t.settings_changes.c.kind, t.settings_changes.c.name)).all()
    )
    database.write(lambda tx: tx.execute(update(t.settings_changes).values(name="nobody")))
    database.close()
    assert [tuple(row) for row in rows] == [
        (kind, "the command line") for kind in ("api_key", "connector", "connector", "staff")
    ]
    capsys.readouterr()
    assert main(["audit", "verify", *place]) == 1
    assert "entry 1 of" in capsys.readouterr().out
    assert main(["audit", "tills", *place]) == 0
    written = tmp_path / "help.zip"
    assert main(["support-file", str(written), *place]) == 0
    assert (written.stat().st_mode & 0o777, written.stat().st_size > 1000) == (0o600, True)
