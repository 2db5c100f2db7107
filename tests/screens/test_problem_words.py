"""How a problem reads at the till."""

from __future__ import annotations

from dataclasses import replace

from pos_app.ui.views.problems import note_words, problem_view
from pos_app.ui.wording import catalogue
from site_sync.domain.commands import ActKind
from site_sync.domain.problem_choices import Meaning
from site_sync.domain.problems import Choice
from tests.builders import NOW
from tests.screens.sample_problems import OLE, TOM, case, cases, record


def test_money_for_an_ended_order_was_not_refused_but_is_to_be_settled() -> None:
    told = replace(
        record(8, OLE, "take_payment", "money_for_ended", amount=5_000, currency="EUR"), command_id=""
    )
    view = problem_view(case(told, OLE), NOW)
    assert "50.00 was taken for an order that was cancelled or is over" in view.words.replace("€", "")
    assert view.badge == "to settle"
    assert [way.words for way in view.ways] == ["Open the order", "This is settled"]


def test_a_sale_that_took_more_than_a_card_held_stands_and_is_to_be_settled() -> None:
    view = next(problem_view(one, NOW) for one in cases() if one.problem.code == "balance_short")
    assert (view.badge, [way.code for way in view.ways]) == ("to settle", ["settled"])
    assert "because the till was offline" in view.words
    assert view.meanings == ("What was done at the till stands: goods and money are as the receipt says.",)


def test_who_was_second_is_told_who_was_first_and_only_has_to_understand() -> None:
    facts = {"by": "Bea Holm", "at": NOW.isoformat(), "choice": "give_up"}
    view = problem_view(case(record(3, TOM, "problem", "problem_settled", **facts), TOM), NOW)
    assert view.words.startswith("Bea Holm has dealt with this already, Mon 23 Nov")
    assert view.words.endswith(": Give up.")
    assert [way.words for way in view.ways] == ["Understood"]


def test_what_was_tried_is_noted_with_who_when_and_why_not() -> None:
    refused = case(record(7, OLE, "cancel", "not_allowed_in_stage", stage="done"), OLE)
    assert note_words(refused, NOW) == (
        "Tried and not accepted: Cancellation, Anna K., today 10:35. "
        "Not possible: this order stands at “Done”."
    )


def test_every_act_meaning_and_choice_has_words() -> None:
    known = catalogue()
    wanted = [f"act_{kind}" for kind in ActKind] + [f"means_{one}" for one in Meaning]
    wanted += [f"choice_{choice}" for choice in Choice]
    assert [key for key in wanted if f"problems.{key}" not in known] == []
