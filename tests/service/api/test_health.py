"""Health, readiness and metrics."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from site_sync.service.app import create_app
from site_sync.service.database.migrate import head_revision
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.fixtures.postgres import PostgresServer
from tests.service import shop
from tests.service.serving import client, served
from tests.service.shop import Commands
from tests.service.sites import Clock, make_site
from tests.service.test_orders import apply
from tests.service.tills import Till


def test_a_site_with_its_database_is_ready(site: Site, till: Till) -> None:
    apply(site.database, Commands().create())
    with served(create_app(site)) as address, client(address) as http:
        assert http.get("/health").json() == {"status": "alive"}
        ready = http.get("/ready")
        metrics = http.get("/metrics").text
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert 'handover_orders{stage="to_pick"} 1' in metrics
    assert 'handover_tills{state="active"} 1' in metrics


def test_a_site_whose_database_is_gone_lives_and_is_not_ready(
    postgres_server: PostgresServer, tmp_path: Path, clock: Clock, expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow("out of reach|lost its connection")
    name = postgres_server.create_database()
    site = make_site(postgres_server.url(name), tmp_path, clock)
    site.database.write(shop.fill)
    with served(create_app(site)) as address, client(address, "some token") as http:
        assert http.get("/ready").status_code == 200
        postgres_server.drop_database(name)
        assert http.get("/health").status_code == 200
        gone = [http.get("/ready").status_code for _ in range(3)]
        answer = http.get("/sync/v1/changes")
    site.close()
    assert gone == [503, 503, 503]
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"


def test_a_site_that_is_not_migrated_is_not_ready(site: Site) -> None:
    def set_revision(revision: str) -> None:
        move = text("UPDATE alembic_version SET version_num = :revision")
        site.database.write(lambda tx: tx.execute(move, {"revision": revision}))

    set_revision("0000")
    with served(create_app(site)) as address, client(address) as http:
        ready = http.get("/ready")
    set_revision(head_revision())
    assert (ready.status_code, ready.json()["database"]) == (503, "not migrated")
