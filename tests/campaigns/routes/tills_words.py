"""Damaged commands in sound envelopes, so that they get as far as the work itself."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import count

import httpx

from site_sync.protocol.codec import sha256
from site_sync.protocol.envelope import PayloadKind
from site_sync.service import enrolment
from tests.campaigns.parsers import damage
from tests.campaigns.parsers.sent import PAYLOADS
from tests.security.world import Caller, World

INTERNAL = "internal"
"""The code of a command that broke the site; it is parked, and a mistake of ours."""


class Envelopes:
    """Sends what a till of S01 might send if its program were wrong."""

    def __init__(self, world: World, http: httpx.Client, chance: random.Random) -> None:
        self._world, self._http, self._chance = world, http, chance
        self._till: Caller = next(one for one in world.callers if one.name == "till of S01")
        self._ids: Iterator[int] = count(1)

    def send(self) -> tuple[httpx.Response, str]:
        """One envelope around a damaged payload; the answer, and what was sent."""
        site = self._world.site
        device = site.database.read(lambda db: enrolment.find(db, "device-S01-02"))
        assert device is not None
        kind, sample = self._chance.choice(PAYLOADS)
        command = f"fuzz-{next(self._ids)}"
        bent = damage.document(self._chance, self._known(sample))
        if kind is PayloadKind.ORDER and isinstance(bent, dict) and self._chance.random() < 0.9:
            bent["id"] = command
        payload = json.dumps(bent)
        envelope = {
            "device": device.id, "incarnation": device.incarnation, "seq": device.next_seq,
            "command_id": command, "epoch": site.identity.epoch,
            "base_version": self._chance.choice((None, 1, 2)),
            "staff": self._chance.choice(("anna", "cleo", "nobody")), "approver": None,
            "till_time": site.now().isoformat(), "schema_version": 3, "payload_kind": kind.value,
            "payload": payload, "payload_hash": sha256(payload.encode("utf-8", "replace").decode()),
            "previous_hash": device.chain_hash,
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self._till.bearer}"}
        words = {"protocol": 3, "envelopes": [envelope]}
        answer = self._http.post("/sync/v1/commands", json=words, headers=headers)
        return answer, f"{kind.value} {payload}"

    def _known(self, sample: object) -> object:
        """A payload, now and then about an order that there is."""
        if not isinstance(sample, dict) or "order_id" not in sample or self._chance.random() < 0.5:
            return sample
        return sample | {"order_id": self._chance.choice([one.id for one in self._world.orders.values()])}


def fault(answer: httpx.Response) -> str:
    """What is wrong with the answer to an envelope."""
    if answer.status_code != 200:
        return ""
    codes = {result["code"] for result in answer.json()["results"]}
    return "a command broke the site and was parked" if INTERNAL in codes else ""
