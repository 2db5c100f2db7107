"""Tills of the two versions before: what they send is taken in, what they hear is what they read."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from site_sync.domain.commands import AddNote
from site_sync.domain.shop import Reason, ReasonFor
from site_sync.protocol import versions
from site_sync.protocol.changes import RECORDS, Changes, RecordKind, Started
from site_sync.protocol.envelope import PROTOCOL, PushAnswer
from site_sync.service import enrolment
from site_sync.service.api.sync import PROTOCOL_HEADER
from site_sync.service.app import create_app
from site_sync.service.database import records
from site_sync.service.wiring import Site
from tests.service import shop
from tests.service.serving import client, served
from tests.service.sites import Clock, make_site
from tests.service.tills import Till, enrol

RECORDED = Path(__file__).parent / "recorded"
OLDER = (1, 2)
Json = dict[str, Any]


def recorded(version: int, name: str) -> Json:
    """What a till of a version sent, or heard, when it was the newest."""
    found: Json = json.loads((RECORDED / f"v{version}" / f"{name}.json").read_text())
    return found


def shapes(version: int) -> Json:
    """What tills of a version could read, strictly."""
    found: Json = json.loads(files("site_sync.protocol").joinpath(f"shapes/v{version}.json").read_bytes())
    return found


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    """The small shop, with reasons, which the first version knew nothing of."""
    site = make_site(sqlite_database, tmp_path, Clock())
    site.database.write(shop.fill)
    reason = Reason("r1", ReasonFor.CANCEL, {"en": "Changed their mind"})
    site.database.write(lambda tx: records.save(tx, RecordKind.REASON, reason))
    yield site
    site.close()


@pytest.fixture
def till(site: Site) -> Till:
    """The till the recordings were made with."""
    return enrol(site)


@pytest.fixture
def http(site: Site, till: Till) -> Iterator[httpx.Client]:
    """That till's client."""
    with served(create_app(site)) as address, client(address, till.token) as http:
        yield http


@pytest.mark.parametrize("version", OLDER)
def test_what_an_older_till_sends_is_taken_in_and_answered_as_it_was(
    site: Site, http: httpx.Client, version: int
) -> None:
    push = recorded(version, "push")
    for envelope in push["envelopes"]:
        envelope["epoch"] = site.identity.epoch
    answer = http.post("/sync/v1/commands", json=push).json()
    before = recorded(version, "push_answer")["results"]
    assert [one["kind"] for one in answer["results"]] == [one["kind"] for one in before]
    assert [one["code"] for one in answer["results"]] == [one["code"] for one in before]
    jsonschema_rs.validate(shapes(version)["words"]["PushAnswer"], answer)
    orders = [one["order"] for one in answer["results"] if one["order"]]
    assert orders[-1]["lines"] == before[2]["order"]["lines"]


@pytest.mark.parametrize("version", OLDER)
def test_what_an_older_till_brings_back_too_early_is_a_gap_to_it(
    site: Site, till: Till, http: httpx.Client, version: int
) -> None:
    other = enrol(site, till="03")
    site.database.write(lambda tx: enrolment.expect_back(tx, site.now()))
    create = shop.Commands(till="03").create()
    note = till.seal(shop.Commands().give(create.order_id, AddNote("hi")), base_version=1)
    envelope = note.model_copy(update={"schema_version": version})
    push = {"protocol": version, "envelopes": [json.loads(envelope.model_dump_json(exclude={"applied_as"}))]}
    answer = http.post("/sync/v1/commands", json=push).json()
    assert (answer["results"], answer["send_from"]) == ([], 1)
    jsonschema_rs.validate(shapes(version)["words"]["PushAnswer"], answer)
    other.give(create)
    again = http.post("/sync/v1/commands", json=push).json()
    assert [one["kind"] for one in again["results"]] == ["applied"]
    jsonschema_rs.validate(shapes(version)["words"]["PushAnswer"], again)


@pytest.mark.parametrize("version", OLDER)
def test_an_older_till_is_told_what_it_can_read_and_spared_what_it_cannot(
    http: httpx.Client, version: int, tmp_path: Path
) -> None:
    said = {PROTOCOL_HEADER: str(version)}
    changes = http.get("/sync/v1/changes", headers=said).json()
    shape = shapes(version)
    jsonschema_rs.validate(shape["words"]["Changes"], changes)
    told = {(change["kind"], change["key"]): change["body"] for change in changes["changes"]}
    for (kind, _), body in told.items():
        jsonschema_rs.validate(shape["records"][kind], json.loads(body))
    assert (("reason", "r1") in told) is (version > 1)
    assert ("item", "JKT") in told
    path = tmp_path / "snapshot"
    path.write_bytes(gzip.decompress(http.get("/sync/v1/snapshot", headers=said).content))
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT kind, key, body FROM records").fetchall()
    assert {(kind, key): json.loads(body) for kind, key, body in rows} == {
        place: json.loads(body) for place, body in told.items()
    }


@pytest.mark.parametrize("version", OLDER)
def test_a_start_of_an_older_till_is_answered_in_its_words(http: httpx.Client, version: int) -> None:
    answer = http.post("/sync/v1/start", json={"incarnation": 1, "version": "old", "protocol": version})
    jsonschema_rs.validate(shapes(version)["words"]["Started"], answer.json())


@pytest.mark.parametrize("version", OLDER)
def test_this_till_reads_what_an_older_site_says(version: int) -> None:
    for name, words in (("changes", Changes), ("started", Started), ("push_answer", PushAnswer)):
        read = words.model_validate_json(json.dumps(recorded(version, name)))
        if isinstance(read, Changes):
            assert all(RECORDS[change.kind].load(change.body or "") for change in read.changes)


@pytest.mark.parametrize(
    ("version", "code"), [(versions.OLDEST - 1, "upgrade_needed"), (PROTOCOL + 1, "site_too_old")]
)
def test_a_till_that_cannot_be_understood_is_told_why(http: httpx.Client, version: int, code: str) -> None:
    said = {PROTOCOL_HEADER: str(version)}
    push = recorded(1, "push") | {"protocol": version}
    answers = [
        http.get("/sync/v1/changes", headers=said),
        http.post("/sync/v1/start", json={"protocol": version}),
        http.post("/sync/v1/commands", json=push),
        http.post("/sync/v1/enrol", json={"code": "ABCD-EFGH"}, headers=said),
        http.post("/sync/v1/start", json={"protocol": version, "not_thought_of": 1}, headers=said),
        http.post("/sync/v1/commands", json=push | {"not_thought_of": 1}, headers=said),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(426, code)}


def test_an_order_that_an_older_till_has_no_words_for_is_left_out() -> None:
    older = versions.older_words(1)
    assert older is not None
    answer = recorded(1, "push_answer")
    answer["results"][0]["order"]["kind"] = "subscription"
    answer["send_to"] = "newer"
    told = older.words("PushAnswer", answer)
    assert told["results"][0]["order"] is None
    assert told["results"][1] == answer["results"][1]
    assert "send_to" not in told
    gone = json.dumps({"kind": "lease", "key": "k", "version": 1, "body": None})
    assert older.change(gone) is None
    order = next(one for one in recorded(1, "changes")["changes"] if one["kind"] == "order")
    assert older.change(json.dumps(order | {"body": order["body"].replace('"goods"', '"dream"')})) is None


def test_a_version_of_any_length_is_one_that_is_not_understood(http: httpx.Client) -> None:
    answer = http.post("/sync/v1/enrol", json={"code": "ABCD-EFGH"}, headers={PROTOCOL_HEADER: "9" * 5000})
    assert (answer.status_code, answer.json()["code"]) == (426, "site_too_old")
