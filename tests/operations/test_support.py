"""The support file tells of the till and of nobody in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from pos_app.hardware.card_terminal_address import keep_key, read_key
from pos_app.operations import paying, shifts, signing_in
from pos_app.operations.desk import Acting
from pos_app.operations.device_settings import DeviceChoice, remember
from pos_app.operations.support import write_support_file
from pos_app.store.cash import Shift
from pos_app.store.support import COLUMNS
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from tests.desks import BOSS, CASHIER, KEY, MARIA, PIN, Bench
from tests.operations.test_orders import saved


def _written(bench: Bench) -> Path:
    shift = shifts.open(bench.desk, Acting(BOSS), Money(20_000, "EUR"))
    assert isinstance(shift, Shift)
    who = Acting(BOSS, shift.id, reason="Maria came")
    saved(bench)
    assert isinstance(signing_in.with_pin(bench.desk, CASHIER.id, "000000"), Refusal)
    assert not isinstance(paying.begin_card(bench.desk, who, Money(100, "EUR"), "subject"), Refusal)
    assert not isinstance(shifts.cash_in(bench.desk, who, Money(100, "EUR")), Refusal)
    remember(bench.desk, DeviceChoice("tcp://10.0.0.9:9100", "58", "0", "stripe:tmr_1"))
    bench.store.settings.set("private.note", "Maria came")
    keep_key(bench.store.folder, "sk_test_secret")
    return write_support_file(bench.desk, who, {"card": "online"})


def test_nobodys_name_and_no_secret_is_in_it(bench: Bench) -> None:
    with zipfile.ZipFile(_written(bench)) as file:
        everything = b"\n".join(file.read(name) for name in file.namelist()).decode().lower()
    people = [MARIA.name, MARIA.email, MARIA.phone, MARIA.member_card, "Maria", BOSS.name, CASHIER.name]
    secrets = [KEY.hex(), "sk_test_secret", PIN, "argon2"]
    for word in (*people, BOSS.id, CASHIER.id, *secrets):
        assert word.lower() not in everything, word
    assert "tmr_1" in everything


def test_it_tells_how_the_till_is(bench: Bench) -> None:
    with zipfile.ZipFile(_written(bench)) as file:
        about = json.loads(file.read("about.json"))
        outbox = file.read("outbox.csv").decode().splitlines()
    assert (about["store"], about["till"], about["devices"]) == ("S01", "02", {"card": "online"})
    assert about["rows"]["outbox"] == len(outbox) - 1 >= 1
    assert outbox[0] == ",".join(COLUMNS["outbox"])


def test_the_terminals_key_lies_in_a_file_of_its_own(bench: Bench) -> None:
    folder = bench.store.folder
    assert read_key(folder, {}) == ""
    keep_key(folder, " sk_one\n")
    keep_key(folder, "sk_two")
    assert read_key(folder, {}) == "sk_two"
    assert read_key(folder, {"HANDOVER_CARD_KEY": "sk_env"}) == "sk_env"
    assert (folder / "card.key").stat().st_mode & 0o777 == 0o600
