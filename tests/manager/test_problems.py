"""Problems in Site Manager: what they mean, how they can end, and who was first."""

from __future__ import annotations

from dataclasses import replace

from site_sync.domain.commands import AddNote, Command
from site_sync.domain.money import Money
from site_sync.domain.orders import Order
from site_sync.domain.problems import Choice, MoneyMoved, ProblemRecord
from site_sync.protocol.codec import COMMAND, sha256
from site_sync.protocol.envelope import Envelope, PayloadKind
from site_sync.service import orders, problems
from site_sync.service.wiring import Site
from tests.manager.browsing import Browser
from tests.service.shop import ANNA


def refused(site: Site, order: Order, money: tuple[MoneyMoved, ...] = ()) -> ProblemRecord:
    """A note of Anna's that was refused, with its envelope."""
    command = Command("p1", order.id, site.now(), ANNA, AddNote("Wants a bell"), store="S01", till="02")
    text = COMMAND.text(command)
    envelope = Envelope(
        device="d", incarnation=1, seq=1, command_id="p1", epoch="e", staff="anna", till_time=site.now(),
        payload_kind=PayloadKind.ORDER, payload=text, payload_hash=sha256(text), previous_hash="",
    )  # fmt: skip
    problem = ProblemRecord(
        "p1", site.now(), "S01", "claimed_by_other", {"name": "Kim"}, order.id, "p1", act="note",
        staff="Anna", till="S01-02", money=money,
    )  # fmt: skip
    site.database.write(lambda tx: problems.raise_problem(tx, problem, envelope.model_dump_json()))
    return problem


def resolve(root: Browser, choice: str, how: str = "") -> int:
    sent = root.send("/problems", "/problems/p1/resolve", choice=choice, how=how)
    return int(sent.status_code)


def test_a_refused_act_says_who_did_it_what_it_means_and_how_it_can_end(
    root: Browser, site: Site, order: Order
) -> None:
    refused(site, order, (MoneyMoved("cash", Money(2_000, "EUR"), "pay-1"),))
    page = root.read("/problems")
    assert "till S01-02 · Anna wanted to add a note" in page
    assert "€20.00 was taken from the customer at till S01-02 and is booked on no order." in page
    assert "To give it up, choose so at till S01-02: it pays €20.00 back out of its drawer." in page
    assert "Try again" in page
    assert "Keep as a note on the order" in page
    assert resolve(root, "give_up") == 422


def test_what_is_tried_again_here_is_done_in_the_name_of_who_did_it(
    root: Browser, site: Site, order: Order
) -> None:
    refused(site, order)
    assert resolve(root, "try_again") == 200
    after = site.database.read(lambda db: orders.load(db, order.id))
    assert after is not None
    assert after.notes[-1].text == "Wants a bell"
    assert "Try again Ruth" in root.read("/problems", state="resolved")


def test_what_was_tried_is_kept_as_a_note_with_words(root: Browser, site: Site, order: Order) -> None:
    refused(site, order)
    assert resolve(root, "keep_note") == 422
    assert resolve(root, "keep_note", "Told the customer") == 200
    after = site.database.read(lambda db: orders.load(db, order.id))
    assert after is not None
    assert after.notes[-1].text == "Told the customer"


def test_who_is_second_hears_who_was_first(root: Browser, site: Site, order: Order) -> None:
    problem = refused(site, order)
    page = root.form("/problems", "/problems/p1/resolve")
    ending = problems.Resolution("", "anna", site.now(), Choice.GIVE_UP, "Anna", "S01-02")
    site.database.write(lambda tx: problems.resolve(tx, problem.id, ending))
    sent = root.http.post(
        "/manager/problems/p1/resolve", data={**dict(page.fields), "choice": "settled", "how": "done"}
    )
    assert sent.status_code == 422
    assert "Anna had dealt with this already: Give up" in sent.text
    found = site.database.read(lambda db: problems.find(db, problem.id))
    assert found is not None
    assert replace(found, resolution="").choice == "give_up"
