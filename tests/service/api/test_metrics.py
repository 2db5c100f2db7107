"""What Prometheus reads of a site, who may read it, and the id that every request bears."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from site_sync.service import turns
from site_sync.service.app import create_app
from site_sync.service.meters import Meters, metered
from site_sync.service.metric_readings import care_lines
from site_sync.service.metric_series import Histogram, histograms
from site_sync.service.wiring import Site
from site_sync.serving import application
from tests.service.serving import client, served
from tests.service.shop import NOON, Commands
from tests.service.sites import Clock, make_site
from tests.service.test_orders import apply
from tests.service.tills import Till

TOKEN = "read the meters"


@pytest.fixture
def small_site(migrated_sqlite: Path, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """A site where it does not matter on which engine."""
    shutil.copyfile(migrated_sqlite, tmp_path / "site.sqlite")
    site = make_site(f"sqlite:///{tmp_path / 'site.sqlite'}", tmp_path, clock)
    yield site
    site.close()


def value(text: str, name: str) -> float:
    """The value of a series."""
    return float(next(line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(f"{name} ")))


def test_each_request_is_counted_by_its_route_and_not_by_its_values(site: Site, till: Till) -> None:
    with served(application(site)) as address, client(address) as http:
        for number in ("a", "b"):
            http.get(f"/api/v1/orders/{number}")
            http.get(f"/manager/orders/{number}")
        http.get("/o/SECRETSECRETSECRETSECRETSE")
        http.get("/nothing/here")
        called = {"Authorization": f"Bearer {till.token}"}
        http.get("/sync/v1/changes", params={"waiting": 3}, headers=called)
        text = http.get("/metrics").text
    routes = 'method="GET",route="{route}",status="{status}"'
    for route, status, many in (
        ("/api/v1/orders/{order}", 401, 2),
        ("/manager/orders/{reference}", 303, 2),
        ("/o/{token}", 404, 1),
        ("other", 404, 1),
    ):
        labels = routes.replace("{route}", route).replace("{status}", str(status))
        assert value(text, f"handover_requests_total{{{labels}}}") == many
    took = '{method="GET",route="/api/v1/orders/{order}",le="+Inf"}'
    assert value(text, f"handover_request_seconds_bucket{took}") == 2
    assert value(text, 'handover_tills_pending{store="S01"}') == 3
    assert value(text, 'handover_tills_online{store="S01"}') == 1
    assert value(text, 'handover_feed_lag{store="S01"}') == value(text, "handover_feed_position")
    assert "SECRET" not in text


def test_backups_and_books_are_told(site: Site, clock: Clock) -> None:
    def told() -> str:
        return "\n".join(site.database.read(lambda db: list(care_lines(db, site.database.url, site.now()))))

    assert value(told(), "handover_database_bytes") > 100_000
    assert "\nhandover_backup_age_seconds " not in told()
    site.database.write(lambda tx: turns.note(tx, turns.CHECKS, site.now(), {"count": 2}))
    site.database.write(lambda tx: turns.note(tx, turns.BACKUP, site.now(), {"name": "a"}))
    clock.forward(hours=1)
    assert value(told(), "handover_backup_age_seconds") == 3600
    assert (value(told(), "handover_checks_found"), value(told(), "handover_backup_failed")) == (2, 0)
    site.database.write(lambda tx: turns.note(tx, turns.BACKUP, site.now(), {"trouble": "disk full"}))
    assert value(told(), "handover_backup_failed") == 1


def test_commands_and_orders_are_counted_without_anybodys_name(site: Site, till: Till) -> None:
    apply(site.database, Commands().create())
    with served(create_app(site)) as address, client(address) as http:
        push = {"protocol": 3, "envelopes": [till.seal(Commands().create()).model_dump(mode="json")]}
        called = {"Authorization": f"Bearer {till.token}"}
        assert http.post("/sync/v1/commands", json=push, headers=called).status_code == 200
        text = http.get("/metrics").text
    assert value(text, 'handover_orders{stage="to_pick"}') >= 1
    assert 'handover_commands_total{kind="order",result=' in text
    for personal in ("Maria", "+45", "@example", till.token, till.device):
        assert personal not in text


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"X-Forwarded-For": "203.0.113.9"}, 403),
        (TOKEN, {}, 401),
        (TOKEN, {"Authorization": "Bearer something else"}, 401),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}, 200),
    ],
)
def test_only_who_may_reads_the_meters(
    small_site: Site, token: str, headers: dict[str, str], status: int
) -> None:
    settings = small_site.settings.model_copy(update={"metrics_token": SecretStr(token)})
    with served(create_app(replace(small_site, settings=settings))) as address, client(address) as http:
        assert http.get("/metrics", headers=headers).status_code == status


def test_a_request_keeps_its_id_or_gets_one(small_site: Site) -> None:
    def mark(http: httpx.Client, given: str) -> str:
        return http.get("/health", headers={"X-Request-Id": given}).headers["x-request-id"]

    with served(create_app(small_site)) as address, client(address) as http:
        assert mark(http, "web-shop.17") == "web-shop.17"
        made = [mark(http, "two words"), mark(http, "x" * 65), http.get("/nowhere").headers["x-request-id"]]
    assert len(set(made)) == 3
    assert all(one.startswith("id-") for one in made)


def test_turns_of_jobs_are_counted_and_failures_go_on() -> None:
    meters = Meters()
    divisors = iter([1, 2, 0])

    def work() -> int:
        return 1 // next(divisors)

    turn = metered(meters, lambda: NOON, "a job", work)
    assert (turn(), turn()) == (1, 0)
    with pytest.raises(ZeroDivisionError):
        turn()
    text = "\n".join(meters.lines())
    assert value(text, 'handover_job_runs_total{job="a job"}') == 3
    assert value(text, 'handover_job_failures_total{job="a job"}') == 1
    assert value(text, 'handover_job_last_success_seconds{job="a job"}') == NOON.timestamp()


def test_a_histogram_counts_up_to_each_end_and_labels_are_escaped() -> None:
    found = Histogram()
    for seconds in (0.005, 0.12, 99.0):
        found.add(seconds)
    text = "\n".join(histograms("h", "Help.", {(("a", 'quote " and \\ and \n'),): found}))
    labels = r'a="quote \" and \\ and \n"'
    assert value(text, f'h_bucket{{{labels},le="0.005"}}') == 1
    assert value(text, f'h_bucket{{{labels},le="0.15"}}') == 2
    assert value(text, f'h_bucket{{{labels},le="30"}}') == 2
    assert value(text, f'h_bucket{{{labels},le="+Inf"}}') == value(text, f"h_count{{{labels}}}") == 3
    assert value(text, f"h_sum{{{labels}}}") == 99.125
