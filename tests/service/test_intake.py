"""Commands of tills: exactly once, in order, only from tills and people that may."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from site_sync.domain.commands import AddNote, Cancel, Collect, TakePayment
from site_sync.domain.money import Money
from site_sync.domain.particulars import Actor, ActorKind, Identity, IdentityBy, Tendered
from site_sync.domain.problems import Choice
from site_sync.domain.sales import Sale, SaleLine, ShiftAct, ShiftEntry
from site_sync.protocol.changes import RECORDS, RecordKind
from site_sync.protocol.envelope import ENDED, Envelope, PayloadKind, Result, ResultKind
from site_sync.protocol.problems import ProblemFound
from site_sync.service import enrolment, problems, reservations
from site_sync.service.database import tables as t
from site_sync.service.intake import Gap
from site_sync.service.problems import Resolution
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.service.shop import ANNA, JACKET, NOON, TENT, Commands, new_line
from tests.service.tills import Till, enrol

BEN = Actor(ActorKind.STAFF, "ben", "Ben")


def many(site: Site, table: str) -> int:
    """Rows of a table."""
    query = select(func.count()).select_from(t.metadata.tables[table])
    return int(site.database.read(lambda db: db.execute(query).scalar_one()))


def open_codes(site: Site) -> list[str]:
    """Codes of the open problems."""
    return [problem.code for problem in site.database.read(problems.open_problems)]


def refused_code(till: Till, envelope: Envelope) -> str:
    """The code with which the site will not even take an envelope."""
    with pytest.raises(ProblemFound) as caught:
        till.send(envelope)
    return caught.value.problem.code


def test_a_command_sent_twice_has_one_effect_and_one_answer(site: Site, till: Till) -> None:
    envelope = till.seal(Commands().create(new_line(JACKET, 2)))
    first, second = till.result(envelope), till.result(envelope)
    assert first.kind is ResultKind.APPLIED
    assert second == first
    assert many(site, "orders") == many(site, "commands") == 1
    level = site.database.read(lambda db: reservations.levels(db, [("S01", "JKT")]))["S01", "JKT"]
    assert level.reserved == 2


def test_a_command_is_known_again_after_the_till_started_anew(site: Site, till: Till) -> None:
    command = Commands().create()
    first = till.give(command)
    device = site.database.read(lambda db: enrolment.find(db, till.device))
    assert device is not None
    till.incarnation = site.database.write(lambda tx: enrolment.begin(tx, device, NOON))
    till.seq, till.hash = 0, ""
    again = till.give(command)
    assert (again.kind, again.order, again.seq) == (first.kind, first.order, 1)
    assert till.give(Commands(at=NOON).give(command.order_id, AddNote("hi"))).kind is ResultKind.APPLIED
    assert many(site, "orders") == 1


def test_who_asks_again_about_a_refusal_hears_how_it_was_dealt_with(site: Site, till: Till) -> None:
    envelope = till.seal(Commands().create(new_line(JACKET, 99)))
    first = till.result(envelope)
    assert (first.kind, ENDED in first.facts) == (ResultKind.REJECTED, False)
    ending = Resolution("paid back", "ben", NOON, Choice.GIVE_UP, "Ben", "S01-03")
    assert site.database.write(lambda tx: problems.resolve(tx, envelope.command_id, ending))
    told = till.result(envelope).facts[ENDED]
    problem = RECORDS[RecordKind.PROBLEM].load(json.dumps(told))
    assert (problem.open, problem.choice, problem.resolved_by) == (False, "give_up", "Ben")


def test_the_same_id_with_other_words_is_an_alarm(
    site: Site, till: Till, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("sequence is wrong")
    commands = Commands()
    command = commands.create()
    till.give(command)
    other = till.give(replace(commands.create(new_line(JACKET, 5)), id=command.id))
    assert (other.kind, other.code) == (ResultKind.REJECTED, "command_id_reused")
    assert open_codes(site) == ["command_id_reused"]
    assert many(site, "orders") == 1
    assert till.give(commands.create()).kind is ResultKind.APPLIED


def test_a_gap_is_answered_with_the_seq_to_send_from(site: Site, till: Till) -> None:
    commands = Commands()
    missing = till.seal(commands.create())
    late = till.seal(commands.create())
    assert till.send(late) == Gap(1)
    assert many(site, "commands") == 0
    assert till.result(missing).kind is ResultKind.APPLIED
    assert till.result(late).kind is ResultKind.APPLIED


def test_an_old_seq_with_a_new_command_is_an_alarm(
    site: Site, till: Till, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("sequence is wrong")
    commands = Commands()
    till.give(commands.create())
    till.seq, till.hash = 0, ""
    assert till.give(commands.create()).code == "seq_reused"
    assert open_codes(site) == ["seq_reused"]


def test_a_broken_chain_is_told_and_what_happened_is_kept(
    site: Site, till: Till, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("sequence is wrong")
    till.hash = "not what the site has"
    assert till.give(Commands().create()).kind is ResultKind.APPLIED
    assert open_codes(site) == ["chain_broken"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"epoch": "before the restore"}, "epoch_changed"),
        ({"incarnation": 7}, "incarnation_old"),
        ({"device": "another"}, "forbidden"),
        ({"schema_version": 99}, "site_too_old"),
    ],
)
def test_what_the_fence_keeps_out(site: Site, till: Till, change: dict[str, object], code: str) -> None:
    envelope = till.seal(Commands().create()).model_copy(update=change)
    assert refused_code(till, envelope) == code
    assert many(site, "orders") == many(site, "commands") == many(site, "problems") == 0


@pytest.mark.parametrize(("act", "code"), [("revoke", "device_revoked"), ("fence", "device_fenced")])
def test_a_withdrawn_till_is_kept_out(site: Site, till: Till, act: str, code: str) -> None:
    site.database.write(lambda tx: getattr(enrolment, act)(tx, till.device))
    assert refused_code(till, till.seal(Commands().create())) == code
    assert many(site, "orders") == 0


@pytest.mark.parametrize("person", ["carl", "gone"])
def test_people_without_the_right_are_refused_and_a_problem_says_so(
    site: Site, till: Till, person: str
) -> None:
    result = till.give(Commands(by=Actor(ActorKind.STAFF, person, person)).create())
    assert (result.kind, result.code) == (ResultKind.REJECTED, "right_needed")
    [problem] = site.database.read(problems.open_problems)
    assert (problem.command_id, problem.act, problem.store) == (result.command_id, "create", "S01")


def test_an_approvers_right_counts(site: Site, till: Till) -> None:
    command = replace(Commands(by=Actor(ActorKind.STAFF, "carl", "Carl")).create(), approver=ANNA)
    assert till.give(command).kind is ResultKind.APPLIED


@pytest.mark.parametrize(
    "change",
    [{"by": Actor(ActorKind.STAFF, "nobody")}, {"by": Actor(ActorKind.JOB, "anna")}, {"store": "S02"}],
)
def test_a_payload_that_is_not_its_envelopes_is_rejected(
    site: Site, till: Till, change: dict[str, object]
) -> None:
    result = till.give(replace(Commands().create(), **change))  # type: ignore[arg-type]
    assert result.kind is ResultKind.REJECTED
    assert result.code in ("staff_unknown", "malformed", "not_this_till")
    assert open_codes(site) == [result.code]


@pytest.mark.parametrize("payload", ["", "{", "[]", '{"order_id": 7}', '{"id": "\\u0000"}', "null"])
@pytest.mark.parametrize("kind", list(PayloadKind))
def test_rubbish_is_kept_as_a_problem_and_the_next_command_comes_through(
    site: Site, till: Till, payload: str, kind: PayloadKind
) -> None:
    result = till.result(till.seal_text("rubbish", payload, kind=kind))
    assert (result.kind, result.code) == (ResultKind.REJECTED, "malformed")
    assert open_codes(site) == ["malformed"]
    assert till.give(Commands().create()).kind is ResultKind.APPLIED


def test_a_damaged_payload_is_rejected(site: Site, till: Till) -> None:
    envelope = till.seal(Commands().create())
    damaged = envelope.model_copy(update={"payload": envelope.payload.replace("Maria", "Marla")})
    assert till.result(damaged).code == "payload_damaged"


def test_commands_after_a_refused_creation_wait_and_others_go_on(site: Site, till: Till) -> None:
    commands = Commands()
    refused = commands.create(new_line(TENT, 5))
    assert till.give(refused).code == "insufficient_stock"
    later = till.give(commands.give(refused.order_id, AddNote("call her")))
    assert (later.kind, later.code) == (ResultKind.PARKED, "depends_on_rejected")
    assert later.facts == {"command": refused.id}
    assert till.give(commands.create()).kind is ResultKind.APPLIED
    assert sorted(open_codes(site)) == ["depends_on_rejected", "insufficient_stock"]
    unknown = till.give(commands.give("never-made", AddNote("hello")))
    assert (unknown.kind, unknown.code) == (ResultKind.REJECTED, "order_unknown")


def test_a_command_that_breaks_the_site_is_parked(
    site: Site, till: Till, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("could not be worked")
    commands = Commands()
    free = replace(sale().lines[0], quantity=10**30, unit_price=Money(0, "EUR"))
    endless = replace(sale(), lines=(free,), payments=(), change=Money(0, "EUR"))
    result = till.result(till.seal_sale(endless))
    assert (result.kind, result.code) == (ResultKind.PARKED, "internal")
    assert many(site, "sales") == 0
    assert till.give(commands.create()).kind is ResultKind.APPLIED


def paid(movement: str, amount: int) -> TakePayment:
    """A cash payment."""
    return TakePayment((Tendered(movement, "cash", Money(amount, "EUR")),))


def test_money_taken_offline_is_kept_even_if_somebody_paid_meanwhile(site: Site, till: Till) -> None:
    commands, other = Commands(), enrol(site, till="03")
    order = till.give(commands.create()).order
    assert order is not None
    others = Commands(till="03")
    assert other.give(others.give(order.id, paid("p1", 12_900)), order.version).kind is ResultKind.APPLIED
    late = till.give(commands.give(order.id, paid("p2", 12_900)), order.version)
    assert late.kind is ResultKind.APPLIED
    now = till.give(commands.give(order.id, paid("p3", 100)), order.version + 2)
    assert (now.kind, now.code) == (ResultKind.REJECTED, "over_balance")


def test_other_stale_acts_are_decided_on_the_order_as_it_is(site: Site, till: Till) -> None:
    commands = Commands()
    order = till.give(commands.create()).order
    assert order is not None
    till.give(commands.give(order.id, Cancel("gone")), order.version)
    collect = commands.give(order.id, Collect(Identity(IdentityBy.KNOWN)))
    refused = till.give(collect, order.version)
    assert refused.code == "not_allowed_in_stage"
    assert refused.order is not None
    assert refused.order.version == order.version + 1


def sale(sale_id: str = "sale-1", number: str = "S01-02-R000001") -> Sale:
    """Two jackets carried out, paid in cash."""
    return Sale(
        id=sale_id,
        number=number,
        store="S01",
        till="02",
        shift="z1",
        by=BEN,
        at=NOON,
        currency="EUR",
        lines=(SaleLine(1, "JKT", "Trail jacket", 2, JACKET.price, 2500),),
        payments=(Tendered("p1", "cash", Money(30_000, "EUR")),),
        change=Money(4_200, "EUR"),
    )


def test_a_sale_moves_stock_and_money_once(site: Site, till: Till) -> None:
    envelope = till.seal_sale(sale())
    assert till.result(envelope).kind is till.result(envelope).kind is ResultKind.APPLIED
    level = site.database.read(lambda db: reservations.levels(db, [("S01", "JKT")]))["S01", "JKT"]
    assert (level.on_hand, level.reserved) == (8, 0)
    drawer = select(func.sum(t.ledger.c.amount)).where(t.ledger.c.account == "tender:cash:S01:02:z1")
    assert site.database.read(lambda db: db.execute(drawer).scalar_one()) == 25_800
    again = till.result(till.seal_sale(sale("sale-2")))
    assert (again.kind, again.code) == (ResultKind.REJECTED, "sale_exists")


def test_a_sale_that_does_not_add_up_is_rejected(site: Site, till: Till) -> None:
    result = till.result(till.seal_sale(replace(sale(), change=Money(0, "EUR"))))
    assert (result.kind, result.code) == (ResultKind.REJECTED, "unbalanced")
    assert many(site, "sales") == many(site, "ledger") == 0


def test_a_sale_of_something_never_stocked_leaves_less_than_nothing(site: Site, till: Till) -> None:
    line = SaleLine(1, "NEW", "New thing", 1, Money(25_800, "EUR"), 2500)
    assert till.result(till.seal_sale(replace(sale(), lines=(line,)))).kind is ResultKind.APPLIED
    level = site.database.read(lambda db: reservations.levels(db, [("S01", "NEW")]))["S01", "NEW"]
    assert level.on_hand == -1


def test_cash_of_a_shift_is_posted(site: Site, till: Till) -> None:
    def entry(number: int, act: ShiftAct, amount: int) -> ShiftEntry:
        return ShiftEntry(f"e{number}", "z1", act, "S01", "02", BEN, NOON, Money(amount, "EUR"))

    acts = [(ShiftAct.OPEN, 20_000), (ShiftAct.CASH_OUT, 5_000), (ShiftAct.CLOSE, 15_000)]
    for number, (act, amount) in enumerate(acts):
        assert till.result(till.seal_shift(entry(number, act, amount))).kind is ResultKind.APPLIED
    sums = select(t.ledger.c.account, func.sum(t.ledger.c.amount)).group_by(t.ledger.c.account)
    found = {row[0]: int(row[1]) for row in site.database.read(lambda db: db.execute(sums).all())}
    assert found == {"tender:cash:S01:02:z1": 15_000, "safe": -15_000}
    assert till.result(till.seal_shift(entry(0, ShiftAct.OPEN, 1))).code == "shift_entry_exists"


def test_a_problem_keeps_its_envelope_and_ends_by_a_person(site: Site, till: Till) -> None:
    result = till.give(Commands().create(new_line(TENT, 2)))
    row = site.database.read(lambda db: db.execute(select(t.problems)).one())
    assert json.loads(row.envelope)["command_id"] == result.command_id
    assert site.database.write(lambda tx: problems.resolve(tx, row.id, Resolution("dropped", "anna", NOON)))
    assert not site.database.write(
        lambda tx: problems.resolve(tx, row.id, Resolution("dropped", "anna", NOON))
    )
    assert open_codes(site) == []


def test_every_till_has_its_own_sequence(site: Site, till: Till) -> None:
    other = enrol(site, "S02", "01")
    results: list[Result] = []
    commands: list[Commands] = [Commands(), Commands("S02", "01")]
    for _ in range(3):
        results += [till.give(commands[0].create()), other.give(commands[1].create())]
    assert [result.seq for result in results] == [1, 1, 2, 2, 3, 3]
    query = select(t.commands.c.device, func.count()).group_by(t.commands.c.device)
    assert {tuple(row) for row in site.database.read(lambda db: db.execute(query).all())} == {
        (till.device, 3),
        (other.device, 3),
    }
