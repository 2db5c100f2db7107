"""The tills' routes over real HTTP: enrol, start, commands, changes, snapshot, search."""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, event

from site_sync.domain.commands import Amend
from site_sync.protocol.changes import Changes, Enrolled, Started
from site_sync.protocol.codec import ORDER
from site_sync.protocol.envelope import Push, PushAnswer, ResultKind
from site_sync.service import changes as feed
from site_sync.service import enrolment
from site_sync.service.api.sync import SyncRoutes
from site_sync.service.app import create_app
from site_sync.service.enrolment import DeviceState, NewTill
from site_sync.service.snapshot import tidy
from site_sync.service.wiring import Site, begin_epoch
from site_sync.worker.client import CallFailed, SiteClient
from site_sync.worker.worker import FailureKind
from tests.service.serving import client, served
from tests.service.shop import JACKET, NOON, Commands, new_line
from tests.service.sites import CODE_KEY, SEAL_KEY, Clock, make_site
from tests.service.test_orders import apply
from tests.service.tills import Till


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Where the site is served."""
    with served(create_app(site)) as address:
        yield address


@pytest.fixture
def http(address: str, till: Till) -> Iterator[httpx.Client]:
    """The till's client."""
    with client(address, till.token) as http:
        yield http


def push(http: httpx.Client, *envelopes: object) -> PushAnswer:
    """Push envelopes and read the answer strictly."""
    body = Push(envelopes=envelopes).model_dump_json()  # type: ignore[arg-type]
    answer = http.post("/sync/v1/commands", content=body)
    assert answer.status_code == 200, answer.text
    return PushAnswer.model_validate_json(answer.content)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and problem code."""
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    return answer.status_code, document["code"]


def offer(site: Site, code: str, till: str = "05") -> None:
    """Make an enrolment code."""
    site.database.write(lambda tx: enrolment.offer(tx, code, NewTill("S01", till), NOON))


def test_a_code_lets_one_till_in_once(site: Site, address: str) -> None:
    offer(site, "ABCD-EFGH")
    with client(address) as http:
        first = http.post("/sync/v1/enrol", json={"code": "abcd efgh", "device_name": "front"})
        again = http.post("/sync/v1/enrol", json={"code": "ABCD-EFGH"})
    enrolled = Enrolled.model_validate_json(first.content)
    assert (enrolled.store, enrolled.till, enrolled.code_key) == ("S01", "05", CODE_KEY)
    assert SEAL_KEY not in first.text
    assert first.headers["x-handover-service"] == enrolled.service == site.identity.service
    assert code_of(again) == (403, "enrolment_code_invalid")
    with client(address, enrolled.token) as http:
        started = Started.model_validate_json(http.post("/sync/v1/start").content)
    assert (started.incarnation, started.next_seq, started.numbers_used) == (1, 1, 0)


def test_a_code_for_another_till_is_not_used_up_by_one_whose_commands_wait(site: Site, address: str) -> None:
    offer(site, "ABCD-EFGH")
    with client(address) as http:
        elsewhere = http.post("/sync/v1/enrol", json={"code": "ABCD-EFGH", "holds_for": "S01-02"})
        there = http.post("/sync/v1/enrol", json={"code": "ABCD-EFGH", "holds_for": "S01-05"})
    assert code_of(elsewhere) == (409, "enrolment_elsewhere")
    assert Enrolled.model_validate_json(there.content).till == "05"


def test_guessing_codes_is_slowed_down(address: str) -> None:
    with client(address) as http:
        answers = [code_of(http.post("/sync/v1/enrol", json={"code": f"GUESS{n:03}"})) for n in range(21)]
    assert answers[19] == (403, "enrolment_code_invalid")
    assert answers[20] == (429, "rate_limited")


def test_an_old_code_is_not_valid(site: Site, address: str, clock) -> None:  # type: ignore[no-untyped-def]
    offer(site, "ABCD-EFGH")
    clock.forward(minutes=16)
    with client(address) as http:
        assert code_of(http.post("/sync/v1/enrol", json={"code": "ABCD-EFGH"}))[1] == "enrolment_code_invalid"


def test_the_successor_at_a_place_withdraws_who_stood_there(
    site: Site, address: str, till: Till, http: httpx.Client
) -> None:
    offer(site, "ABCD-EFGH", till.device[-2:])
    with client(address) as newcomer:
        assert newcomer.post("/sync/v1/enrol", json={"code": "ABCD-EFGH"}).status_code == 200
    assert code_of(http.get("/sync/v1/changes")) == (403, "device_revoked")


def test_a_copied_till_fences_both(site: Site, http: httpx.Client, till: Till) -> None:
    push(http, till.seal(Commands().create()))
    answer = http.post("/sync/v1/start", json={"incarnation": till.incarnation - 1})
    assert code_of(answer) == (403, "device_fenced")
    device = site.database.read(lambda db: enrolment.find(db, till.device))
    assert device is not None
    assert device.state is DeviceState.FENCED
    assert code_of(http.get("/sync/v1/changes")) == (403, "device_fenced")


def test_a_start_whose_answer_was_lost_is_no_copy(http: httpx.Client, till: Till) -> None:
    for expected in (2, 3):
        answer = http.post("/sync/v1/start", json={"incarnation": till.incarnation})
        assert Started.model_validate_json(answer.content).incarnation == expected


def test_after_a_restore_a_till_goes_on_with_a_newer_incarnation(
    site: Site, http: httpx.Client, till: Till, tmp_path: Path, clock: Clock
) -> None:
    push(http, till.seal(Commands().create()))
    epoch = site.database.write(lambda tx: begin_epoch(tx, "epoch-2", site.now()))
    restored = make_site(site.database.url, tmp_path, clock)
    with served(create_app(restored)) as address, client(address, till.token) as again:
        answer = again.post("/sync/v1/commands", content=Push(envelopes=(till.sent[0],)).model_dump_json())
        assert code_of(answer) == (409, "epoch_changed")
        place = feed.cursor_text("epoch-1", 3)
        assert code_of(again.get("/sync/v1/changes", params={"cursor": place})) == (409, "epoch_changed")
        assert restored.database.read(lambda db: enrolment.awaits(db, restored.now()))
        started = Started.model_validate_json(again.post("/sync/v1/start", json={"incarnation": 7}).content)
    restored.close()
    assert (started.incarnation, started.epoch) == (8, epoch)


def test_commands_go_up_and_changes_come_down(site: Site, http: httpx.Client, till: Till) -> None:
    commands = Commands()
    answer = push(http, till.seal(commands.create(new_line(JACKET, 2))), till.seal(commands.create()))
    assert [result.kind for result in answer.results] == [ResultKind.APPLIED] * 2
    assert (answer.service, answer.epoch) == (site.identity.service, site.identity.epoch)
    got = http.get("/sync/v1/changes", params={"nonce": "n-1"})
    changes = Changes.model_validate_json(got.content)
    assert (changes.nonce, changes.more, changes.service) == ("n-1", False, site.identity.service)
    orders = [change for change in changes.changes if change.kind == "order"]
    assert {change.key for change in orders} == {r.order.id for r in answer.results if r.order}
    later = http.get("/sync/v1/changes", params={"cursor": changes.cursor})
    assert Changes.model_validate_json(later.content).changes == ()
    started = Started.model_validate_json(http.post("/sync/v1/start").content)
    assert started.numbers_used == 4


def test_a_gap_names_the_seq_to_send_from(http: httpx.Client, till: Till) -> None:
    commands = Commands()
    first, second, third = (till.seal(commands.create()) for _ in range(3))
    answer = push(http, first, third, second)
    assert (len(answer.results), answer.send_from) == (1, 2)
    assert len(push(http, second, third).results) == 2


def test_a_change_wakes_a_waiting_till(site: Site, http: httpx.Client, address: str, till: Till) -> None:
    cursor = Changes.model_validate_json(http.get("/sync/v1/changes").content).cursor
    answers: list[Changes] = []

    def wait() -> None:
        with client(address, till.token) as waiting:
            got = waiting.get("/sync/v1/changes", params={"cursor": cursor, "wait": 15})
            answers.append(Changes.model_validate_json(got.content))

    thread = threading.Thread(target=wait)
    thread.start()
    while not site.feed.waiting:
        assert thread.is_alive()
    order = apply(site.database, Commands().create())
    thread.join(10)
    assert any(change.key == order.id for change in answers[0].changes)


def test_the_site_knows_when_a_till_last_called_and_what_waits_at_it(
    site: Site, http: httpx.Client, till: Till, clock: Clock
) -> None:
    def known() -> tuple[int, datetime | None]:
        device = site.database.read(lambda db: enrolment.find(db, till.device))
        assert device is not None
        return device.waiting, device.last_seen

    http.get("/sync/v1/changes", params={"waiting": 3})
    assert known() == (3, NOON)
    clock.forward(seconds=59)
    http.get("/sync/v1/changes", params={"waiting": 3})
    assert known() == (3, NOON)
    clock.forward(seconds=1)
    http.get("/sync/v1/changes", params={"waiting": 3})
    assert known() == (3, NOON + timedelta(minutes=1))
    http.get("/sync/v1/changes")
    assert known()[0] == 0


def test_the_site_stops_although_tills_wait(site: Site, till: Till) -> None:
    statuses: list[int] = []
    with served(create_app(site)) as address:
        with client(address, till.token) as http:
            cursor = Changes.model_validate_json(http.get("/sync/v1/changes").content).cursor

        def wait() -> None:
            with client(address, till.token) as waiting:
                got = waiting.get("/sync/v1/changes", params={"cursor": cursor, "wait": 30})
                statuses.append(got.status_code)

        thread = threading.Thread(target=wait)
        thread.start()
        while not site.feed.waiting:
            assert thread.is_alive()
        site.feed.close_soon()
    thread.join(10)
    assert statuses == [200]


@pytest.mark.parametrize(
    ("cursor", "status", "code"),
    [
        ("another-epoch:1", 409, "epoch_changed"),
        ("rubbish", 422, "malformed"),
        ("x:-1", 422, "malformed"),
        ("{epoch}:999999999", 410, "cursor_gone"),
        ("{epoch}:9999999999999999999999", 422, "malformed"),
    ],
)
def test_cursors_that_are_not_ours(
    site: Site, http: httpx.Client, cursor: str, status: int, code: str
) -> None:
    text = cursor.format(epoch=site.identity.epoch)
    assert code_of(http.get("/sync/v1/changes", params={"cursor": text})) == (status, code)


def test_a_snapshot_is_a_whole_file_and_can_be_resumed(
    site: Site, http: httpx.Client, tmp_path: Path
) -> None:
    order = apply(site.database, Commands().create())
    whole = http.get("/sync/v1/snapshot")
    assert list((tmp_path / "snapshots").iterdir())
    rest = http.get("/sync/v1/snapshot", headers={"Range": "bytes=100-"})
    assert (rest.status_code, whole.content[100:]) == (206, rest.content)
    path = tmp_path / "snapshot"
    path.write_bytes(gzip.decompress(whole.content))
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT key, body FROM records WHERE kind = 'order'").fetchall()
        epoch, cursor = file.execute("SELECT epoch, cursor FROM head").fetchone()
    assert epoch == site.identity.epoch
    assert [key for key, _ in rows] == [order.id]
    assert ORDER.load(json.dumps(json.loads(rows[0][1])["order"])) == order
    assert Changes.model_validate_json(http.get(f"/sync/v1/changes?cursor={cursor}").content).changes == ()


def test_a_snapshot_that_is_taken_away_while_it_is_made_is_begun_again(
    site: Site, http: httpx.Client, address: str, till: Till, tmp_path: Path
) -> None:
    def forgotten(*_: object) -> None:
        tidy(folder, site.now() + timedelta(minutes=1))

    folder = site.settings.snapshot_folder
    event.listen(Engine, "after_cursor_execute", forgotten)
    try:
        with (
            closing(SiteClient(address, till.token, site.identity.service)) as asking,
            pytest.raises(CallFailed, match="snapshot_gone") as failed,
        ):
            asking.snapshot(tmp_path / "load", site.identity.epoch)
    finally:
        event.remove(Engine, "after_cursor_execute", forgotten)
    assert (failed.value.kind, failed.value.wait) == (FailureKind.AGAIN, 2)
    assert (list(folder.iterdir()), http.get("/sync/v1/snapshot").status_code) == ([], 200)


def test_orders_of_other_stores_are_found_at_the_centre_and_acted_on(
    site: Site, http: httpx.Client, address: str, till: Till
) -> None:
    order = apply(site.database, Commands("S02", "01").create())
    for query in ("jensen", "MARIA@example", order.number, order.number[5:12]):
        found = http.get("/sync/v1/orders", params={"query": query}).json()["orders"]
        assert [record["order"]["id"] for record in found] == [order.id], query
    with closing(SiteClient(address, till.token, site.identity.service)) as asking:
        record = asking.search_orders("jensen").orders[0]
    assert (record.order, bool(record.history)) == (order, True)
    amend = Commands("S01", "02").give(order.id, Amend(comment_staff="called"))
    answer = push(http, till.seal(amend, base_version=record.order.version))
    assert [result.kind for result in answer.results] == [ResultKind.APPLIED]
    for query in ("%%", "nobody", "__"):
        assert http.get("/sync/v1/orders", params={"query": query}).json() == {"orders": []}


@pytest.mark.parametrize("path", ["changes", "snapshot", "orders?query=ma"])
def test_strangers_are_turned_away(address: str, path: str) -> None:
    for token in ("", "wrong"):
        with client(address, token) as http:
            answer = http.get(f"/sync/v1/{path}")
        assert code_of(answer) == (401, "unauthorised")
        assert answer.headers["www-authenticate"] == "Bearer"


BAD_BODIES = [
    (b"", 400, "not_json"),
    (b"{", 400, "not_json"),
    (b"\xff\xfe", 400, "not_json"),
    (b"[]", 422, "malformed"),
    (b'{"envelopes": []}', 422, "malformed"),
    (b'{"envelopes": [{}], "more": 1}', 422, "malformed"),
    (b'{"protocol": 99, "envelopes": [{}]}', 422, "malformed"),
    (b'{"envelopes": [' + b"[" * 100_000, 400, "not_json"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES)
def test_bad_bodies_get_their_problem(http: httpx.Client, body: bytes, status: int, code: str) -> None:
    assert code_of(http.post("/sync/v1/commands", content=body)) == (status, code)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("enrol", {"code": "ABCD-EFGH", "device_name": "a\x00b"}),
        ("enrol", {"code": "ABCD-EFGH", "version": "\x00"}),
        ("start", {"version": "\x00"}),
        ("start", {"incarnation": 2**31}),
        ("start", {"incarnation": -1}),
    ],
)
def test_what_no_database_can_hold_is_malformed(
    site: Site, http: httpx.Client, path: str, words: dict[str, object]
) -> None:
    offer(site, "ABCD-EFGH")
    assert code_of(http.post(f"/sync/v1/{path}", json=words)) == (422, "malformed")


def test_unknown_fields_are_refused_with_their_name(http: httpx.Client) -> None:
    answer = http.post("/sync/v1/enrol", json={"code": "ABCDEFGH", "colour": "red"})
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"] == [{"pointer": "/colour", "detail": "Extra inputs are not permitted"}]


def test_large_bodies_are_refused(http: httpx.Client) -> None:
    assert code_of(http.post("/sync/v1/enrol", content=b"x" * 1_000_001)) == (413, "body_too_large")
    parts = (b"x" * 100_000 for _ in range(12))
    assert code_of(http.post("/sync/v1/enrol", content=parts)) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/sync/v1/commands", 405, "method_not_allowed"),
        ("GET", "/docs", 404, "not_found"),
        ("GET", "/sync/v1/changes?wait=long", 422, "malformed"),
    ],
)
def test_addresses_that_are_not_there(
    http: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    assert code_of(http.request(method, path)) == (status, code)


def test_however_many_tills_load_afresh_the_feed_is_still_read(site: Site) -> None:
    """Snapshots and sums that take long, of more tills than there are threads."""
    routes, done = SyncRoutes(site), threading.Event()

    async def crowded() -> bool:
        loads = [asyncio.create_task(routes._slowly(lambda: done.wait(30))) for _ in range(40)]
        try:
            return await asyncio.wait_for(asyncio.to_thread(lambda: True), 10)
        finally:
            done.set()
            await asyncio.gather(*loads)

    assert asyncio.run(crowded())


def test_a_sign_that_no_database_takes_is_refused(http: httpx.Client) -> None:
    answers = (
        http.get("/sync/v1/receipts", params={"number": "S01\x00"}),
        http.post("/sync/v1/holds/release", json={"ids": ["a\x00"]}),
        http.get("/sync/v1/orders", params={"query": "a\x00b"}),
    )
    assert [answer.status_code for answer in answers] == [422, 422, 200]
