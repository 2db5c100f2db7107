"""Two tills that were cut off hand the same order over: the second is told with both names."""

from site_sync.domain.commands import Collect, Create
from site_sync.domain.particulars import Actor, ActorKind, Identity, IdentityBy, Tendered
from site_sync.protocol.envelope import ResultKind
from site_sync.service import problems
from site_sync.service.wiring import Site
from tests.service.shop import Commands
from tests.service.tills import Till, enrol

BEN = Actor(ActorKind.STAFF, "ben", "Ben")


def test_the_second_hand_over_is_a_problem_that_names_both(site: Site, till: Till) -> None:
    other = enrol(site, till="03")
    first, second = Commands(), Commands(till="03", by=BEN)
    made = first.create()
    assert till.give(made).kind is ResultKind.APPLIED
    act = made.act
    assert isinstance(act, Create)
    money = (Tendered("p-1", "cash", act.lines[0].unit_price),)
    assert till.give(first.give(made.order_id, Collect(Identity(IdentityBy.KNOWN), None, money))).kind
    again = Collect(Identity(IdentityBy.KNOWN), None, (Tendered("p-2", "cash", act.lines[0].unit_price),))
    refused = other.give(second.give(made.order_id, again), base_version=1)
    assert (refused.kind, refused.code) == (ResultKind.REJECTED, "handed_over_twice")
    facts = refused.facts
    assert (facts["first_by"], facts["first_till"]) == ("Anna", "S01-02")
    assert (facts["by"], facts["till"], facts["number"]) == ("Ben", "S01-03", act.number)
    (open_one,) = site.database.read(lambda db: problems.open_problems(db, "S01"))
    assert open_one.code == "handed_over_twice"
