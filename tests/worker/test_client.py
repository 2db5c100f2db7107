"""Tests of the client: what answers mean, and what is not the site."""

from __future__ import annotations

import errno
import gzip
import hashlib
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from site_sync.protocol.changes import Enrol, Start
from site_sync.protocol.envelope import PROTOCOL
from site_sync.worker.client import ARRIVING_BYTES, CallFailed, SiteClient, enrol
from site_sync.worker.worker import FailureKind
from tests.worker.scripted_site import NONCE, Answer, ScriptedSite

STARTED = {
    "service": "site", "epoch": "e1", "site_time": "2026-11-23T10:00:00Z", "incarnation": 3, "next_seq": 1,
    "numbers_used": 12,
}  # fmt: skip
CHANGES: dict[str, Any] = {
    "service": "site", "nonce": NONCE, "epoch": "e1", "site_time": "2026-11-23T10:00:00Z", "cursor": "e1:4",
    "changes": [], "more": False,
}  # fmt: skip


@contextmanager
def client_of(*answers: Answer) -> Iterator[tuple[SiteClient, ScriptedSite]]:
    site = ScriptedSite(*answers)
    client = SiteClient(site.url, "secret", "site")
    yield client, site
    client.close()
    site.close()


def test_a_start_says_who_it_is_and_gets_its_incarnation() -> None:
    with client_of(Answer(STARTED)) as (client, site):
        started = client.start(Start(incarnation=2, version="1.0", protocol=PROTOCOL))
    assert (started.incarnation, started.numbers_used) == (3, 12)
    assert site.asked[0].headers["authorization"] == "Bearer secret"
    body = site.asked[0].body
    assert (body["incarnation"], body["version"], body["protocol"]) == (2, "1.0", PROTOCOL)


def test_changes_are_asked_with_cursor_wait_and_a_nonce_that_must_come_back() -> None:
    with client_of(Answer(CHANGES), Answer(CHANGES | {"nonce": "other"})) as (client, site):
        assert client.changes("e1:3", 0, "n1").cursor == "e1:4"
        with pytest.raises(CallFailed, match="not_the_site"):
            client.changes("e1:3", 0, "n2")
    assert site.asked[0].query == {"cursor": "e1:3", "wait": "0", "nonce": "n1", "waiting": "0"}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (Answer({"code": "unauthorised"}, 401), FailureKind.STOP, "unauthorised"),
        (Answer({"code": "device_fenced"}, 403), FailureKind.STOP, "device_fenced"),
        (Answer({"code": "upgrade_needed"}, 426), FailureKind.STOP, "upgrade_needed"),
        (Answer({"code": "incarnation_old"}, 409), FailureKind.START_AGAIN, "incarnation_old"),
        (Answer({"code": "epoch_changed"}, 409), FailureKind.START_AGAIN, "epoch_changed"),
        (Answer({"code": "cursor_gone"}, 410), FailureKind.LOAD_AGAIN, "cursor_gone"),
        (Answer({"code": "unavailable"}, 503), FailureKind.AGAIN, "unavailable"),
        (Answer(b"<h1>Oops</h1>", 502), FailureKind.AGAIN, "http_502"),
        (Answer([1], 500), FailureKind.AGAIN, "http_500"),
        (Answer(STARTED, service=""), FailureKind.AGAIN, "not_the_site"),
        (Answer(STARTED, service="another site"), FailureKind.AGAIN, "not_the_site"),
        (Answer(b"<html>", content_type="text/html"), FailureKind.AGAIN, "not_the_site"),
        (Answer(b"", 302, headers=(("Location", "/login"),)), FailureKind.AGAIN, "http_302"),
        (Answer(b"{"), FailureKind.AGAIN, "answer_malformed"),
        (Answer(STARTED | {"surprise": 1}), FailureKind.AGAIN, "answer_malformed"),
        (Answer(STARTED | {"incarnation": "3"}), FailureKind.AGAIN, "answer_malformed"),
    ],
)
def test_every_failure_says_what_it_means(answer: Answer, kind: FailureKind, code: str) -> None:
    with client_of(answer) as (client, site), pytest.raises(CallFailed) as failed:
        client.start(Start())
    assert (failed.value.kind, failed.value.code) == (kind, code)
    assert len(site.asked) == 1


def test_a_busy_site_may_ask_for_time() -> None:
    busy = Answer({"code": "rate_limited"}, 429, headers=(("Retry-After", "7"),))
    with client_of(busy) as (client, _), pytest.raises(CallFailed) as failed:
        client.start(Start())
    assert (failed.value.kind, failed.value.wait) == (FailureKind.AGAIN, 7.0)


def test_nobody_there_is_unreachable(free_port: int) -> None:
    client = SiteClient(f"http://127.0.0.1:{free_port}", "t", "site")
    with pytest.raises(CallFailed, match="unreachable"):
        client.start(Start())
    client.close()


def test_a_waiting_call_is_ended_from_another_thread() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = SiteClient(f"http://127.0.0.1:{silent.getsockname()[1]}", "t", "site")
        failed: list[str] = []

        def wait_long() -> None:
            try:
                client.changes("", 25, "n")
            except CallFailed as failure:
                failed.append(failure.code)

        waiting = threading.Thread(target=wait_long)
        waiting.start()
        near, _ = silent.accept()
        near.recv(10)
        client.abort()
        waiting.join(5)
        near.close()
    client.close()
    assert failed == ["unreachable"]


def whole(packed: bytes, tag: str = "") -> Answer:
    """An answer with all of a file."""
    tag = tag or hashlib.sha256(packed).hexdigest()
    return Answer(packed, content_type="application/gzip", headers=(("ETag", f'"{tag}"'),))


def test_a_snapshot_appears_only_when_it_is_whole_and_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    packed = gzip.compress(random.Random(1).randbytes(300_000))
    target = tmp_path / "snapshot.sqlite"
    tag = hashlib.sha256(packed).hexdigest()
    kept = 3 * ARRIVING_BYTES
    rest = replace(whole(packed[kept:], tag), status=206)
    with client_of(replace(whole(packed), cut=kept + 5)) as (client, _), pytest.raises(CallFailed) as failed:
        client.snapshot(target, "e1")
    assert (failed.value.code, target.exists()) == ("snapshot_cut", False)
    with client_of(rest) as (client, site):  # another process of the till, another connection
        client.snapshot(target, "e1", {"stock", "item"}, "e1:7")
    assert site.asked[0].headers["range"] == f"bytes={kept}-"
    assert site.asked[0].headers["if-range"] == f'"{tag}"'
    assert site.asked[0].query == {"kinds": "item,stock", "cursor": "e1:7"}
    assert target.read_bytes() == gzip.decompress(packed)
    assert list(tmp_path.iterdir()) == [target]


def test_the_part_of_a_file_that_is_no_longer_there_is_begun_anew(tmp_path: Path) -> None:
    old, new = gzip.compress(b"old" * 99), gzip.compress(b"new" * 99)
    target = tmp_path / "snapshot.sqlite"
    with client_of(replace(whole(old), cut=10), whole(new)) as (client, _):
        with pytest.raises(CallFailed, match="snapshot_cut"):
            client.snapshot(target, "e1")
        client.snapshot(target, "e1")
    assert target.read_bytes() == b"new" * 99


def test_a_part_from_before_a_restore_of_the_site_is_not_gone_on_with(tmp_path: Path) -> None:
    packed = gzip.compress(b"a database" * 1000)
    target = tmp_path / "snapshot.sqlite"
    with client_of(replace(whole(packed), cut=30), whole(packed)) as (client, site):
        with pytest.raises(CallFailed, match="snapshot_cut"):
            client.snapshot(target, "e1")
        client.snapshot(target, "e2")
    assert "range" not in site.asked[1].headers


@pytest.mark.parametrize("tag", ["", "ff" * 32])
def test_a_file_that_is_not_what_was_promised_is_not_used(tmp_path: Path, tag: str) -> None:
    packed = gzip.compress(b"a database" * 1000)
    answer = whole(packed, tag) if tag else replace(whole(packed[:-20]), headers=())
    with client_of(answer, whole(packed)) as (client, site):
        with pytest.raises(CallFailed, match="snapshot_broken"):
            client.snapshot(tmp_path / "file.sqlite", "e1")
        assert not list(tmp_path.iterdir())
        client.snapshot(tmp_path / "file.sqlite", "e1")
    assert "range" not in site.asked[1].headers


def test_bytes_that_no_packer_wrote_are_a_broken_file(tmp_path: Path) -> None:
    spoilt = replace(whole(gzip.compress(b"")[:10] + b"\xff" * 200), headers=())
    with client_of(spoilt) as (client, _), pytest.raises(CallFailed, match="snapshot_broken"):
        client.snapshot(tmp_path / "file.sqlite", "e1")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_while_a_file_is_unpacked_is_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(_source: Any, target: Any, _length: int) -> None:
        target.write(b"half of it")
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("site_sync.worker.partial_file.shutil.copyfileobj", fill)
    with (
        client_of(whole(gzip.compress(b"a database"))) as (client, _),
        pytest.raises(CallFailed, match="disk_full"),
    ):
        client.snapshot(tmp_path / "file.sqlite", "e1")
    assert not list(tmp_path.iterdir())


def test_enrolment_trusts_the_first_site_and_names_why_not() -> None:
    site = ScriptedSite(Answer({"code": "enrolment_code_invalid"}, 403))
    with pytest.raises(CallFailed, match="enrolment_code_invalid"):
        enrol(site.url, Enrol(code="ABCD-EFGH"))
    site.close()
