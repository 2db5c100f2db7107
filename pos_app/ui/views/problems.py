"""Problems in words: what was done, why it was not accepted, what that means and how it can end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pos_app.operations.loose_cards import LooseCard
from pos_app.operations.paying import REFUND
from pos_app.operations.problems import Case, Ended
from pos_app.store.card_attempts import AttemptState
from pos_app.ui.screens.problems import ProblemView, Way
from pos_app.ui.wording import knows, money_with_currency, refused, say, when
from site_sync.domain.commands import ActKind
from site_sync.domain.errors import Code
from site_sync.domain.problem_choices import Meaning, Nature, taken
from site_sync.domain.problems import Choice, MoneyMoved, ProblemRecord

OPEN_ORDER = "open"
_BADGES = {
    Nature.REFUSED: ("refused", "bad"),
    Nature.WAITING: ("waits", "warn"),
    Nature.STANDS: ("to_settle", "warn"),
    Nature.ALARM: ("alarm", "bad"),
}


def card_view(card: LooseCard, now: datetime) -> ProblemView:
    """Money of a card terminal that stands alone."""
    attempt = card.attempt
    kind = "loose_refund" if attempt.purpose == REFUND else "loose_payment"
    key = kind if attempt.state is AttemptState.APPROVED else "unknown_card"
    return ProblemView(
        problem_id=attempt.id,
        group=card.number or say("problems.card"),
        headline=say("problems.card"),
        words=say(f"problems.{key}", amount=money_with_currency(attempt.amount)),
        detail=say("problems.card_when", when=when(attempt.at, now)),
        badge=say("problems.card_badge"),
        ways=tuple(Way(choice, say(f"problems.choice_{choice}")) for choice in card.choices),
    )


def in_groups(cases: Sequence[Case]) -> list[Case]:
    """Orders by their newest problem, the newest first; within one the cause before what followed from it."""
    newest: dict[str, datetime] = {}
    for case in cases:
        group = _key(case)
        newest[group] = max(newest.get(group, case.problem.at), case.problem.at)
    by_cause = sorted(cases, key=lambda case: (case.problem.at, case.problem.id))
    by_cause.sort(key=lambda case: case.outlook.nature is Nature.WAITING)
    return sorted(by_cause, key=lambda case: (newest[_key(case)], _key(case)), reverse=True)


def _key(case: Case) -> str:
    return case.problem.order_id or case.problem.id


def problem_view(case: Case, now: datetime) -> ProblemView:
    """An open problem in words."""
    problem = case.problem
    badge, tone = _BADGES[case.outlook.nature]
    return ProblemView(
        problem_id=problem.id,
        group=_group(problem, case.number, case.customer),
        headline=_headline(problem),
        words=refused(problem.code, problem.facts),
        detail=_told(problem, now),
        badge=say(f"problems.{badge}"),
        tone=tone,
        meanings=tuple(_meanings(case)),
        ways=tuple(_ways(case)),
    )


def ended_view(ended: Ended, now: datetime) -> ProblemView:
    """A problem that was dealt with, and by whom."""
    problem = ended.problem
    return ProblemView(
        problem_id=problem.id,
        group=_group(problem, ended.number, ended.customer),
        headline=_headline(problem),
        words=_outcome(problem, now),
        detail=_told(problem, now),
        meanings=tuple(part for part in (refused(problem.code, problem.facts), _note(problem)) if part),
    )


def _note(problem: ProblemRecord) -> str:
    return problem.resolution if problem.resolved_by else ""


def _outcome(problem: ProblemRecord, now: datetime) -> str:
    if not problem.resolved_by or problem.resolved_at is None:
        return say("problems.ended_self")
    key = f"problems.choice_{problem.choice or Choice.SETTLED.value}"
    facts = {"who": problem.resolved_by, "when": when(problem.resolved_at, now), "choice": say(key)}
    if problem.resolved_till:
        return say("problems.ended_by", till=problem.resolved_till, **facts)
    return say("problems.ended_office", **facts)


def note_words(case: Case, now: datetime) -> str:
    """What is written on the order when what was tried is kept as a note."""
    problem = case.problem
    return say(
        "problems.note_words",
        act=_act(problem),
        who=problem.staff or say("problems.somebody"),
        when=when(problem.at, now),
        why=refused(problem.code, problem.facts),
    )


def _group(problem: ProblemRecord, number: str, customer: str) -> str:
    named = " · ".join(part for part in (number, customer) if part)
    return named or say("problems.sale" if problem.act else "problems.of_till")


def _act(problem: ProblemRecord) -> str:
    key = f"problems.act_{problem.act or 'other'}"
    return say(key if knows(key) else "problems.act_other")


def _headline(problem: ProblemRecord) -> str:
    return say("problems.headline", act=_act(problem), who=problem.staff) if problem.staff else _act(problem)


def _told(problem: ProblemRecord, now: datetime) -> str:
    if not problem.staff:
        return say("problems.since", when=when(problem.at, now))
    if problem.till:
        return say("problems.told_at", who=problem.staff, till=problem.till, when=when(problem.at, now))
    return say("problems.told", who=problem.staff, when=when(problem.at, now))


def _amounts(money: Iterable[MoneyMoved], sign: int) -> str:
    moved = (one.amount for one in money if one.amount.amount * sign > 0)
    return " + ".join(money_with_currency(amount if sign > 0 else -amount) for amount in moved)


def _meanings(case: Case) -> Iterable[str]:
    problem = case.problem
    for meaning in case.outlook.meanings:
        key = f"problems.means_{meaning}"
        if meaning in (Meaning.MONEY_TAKEN, Meaning.MONEY_PAID_OUT):
            sign = 1 if meaning is Meaning.MONEY_TAKEN else -1
            yield say(key, amounts=_amounts(problem.money, sign))
        else:
            yield say(key)
    if case.elsewhere:
        yield say("problems.elsewhere", till=case.elsewhere)
    numbers = problem.facts.get("basket")
    if isinstance(numbers, list | tuple):
        others = ", ".join(str(number) for number in numbers if number != case.number)
        yield say("problems.basket", numbers=others)


def _ways(case: Case) -> Iterable[Way]:
    if case.problem.code == Code.MONEY_FOR_ENDED:
        yield Way(OPEN_ORDER, say("problems.choice_open"), say("problems.effect_open"))
    for choice in case.choices:
        understood = case.problem.code == Code.PROBLEM_SETTLED and choice is Choice.GIVE_UP
        if understood:
            yield Way(choice, say("problems.choice_understood"), say("problems.effect_understood"))
        else:
            yield Way(choice, say(f"problems.choice_{choice}"), _effect(case, choice))


def _effect(case: Case, choice: Choice) -> str:
    new = case.problem.act == ActKind.CREATE and Meaning.ORDER_NOT_KEPT in case.outlook.meanings
    if choice is Choice.TRY_AGAIN:
        if case.free is not None:
            key = "problems.effect_try_again_free" if new else "problems.effect_try_again_change"
            return say(key, free=case.free)
        return say("problems.effect_try_again_new" if new else "problems.effect_try_again")
    if choice in (Choice.BACK_ORDER, Choice.OTHER_STORE):
        return say(f"problems.effect_{choice}")
    if choice is not Choice.GIVE_UP:
        return say("problems.effect_keep_note" if choice is Choice.KEEP_NOTE else "problems.effect_settled")
    plain = (
        "effect_give_up_new" if new else "effect_give_up" if case.problem.order_id else "effect_give_up_other"
    )
    return " ".join((*_back(case), say(f"problems.{plain}")))


def _back(case: Case) -> Iterable[str]:
    for one in taken(case.problem.money):
        kind = case.kinds.get(one.tender, "other")
        amount = money_with_currency(one.amount)
        if kind == "other":
            yield say("problems.back_other", amount=amount, tender=one.tender)
        else:
            yield say("problems.back_cash" if kind == "cash" else "problems.back_card", amount=amount)
