"""Problems: what the site refused or parked, what it means, and the act that ends each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pos_app.operations.desk import Acting, Bringing, Changed, Desk, act_on, actor, make_again, need
from pos_app.store.audit import AuditEntry
from pos_app.store.cash import DrawerEntry, EntryKind
from site_sync.domain.card_numbers import mask_card_numbers
from site_sync.domain.commands import AddNote, Command, Create
from site_sync.domain.errors import Code, Refusal, Refused
from site_sync.domain.permissions import Right
from site_sync.domain.problem_choices import Nature, Outlook, money_of, nature_of, outlook, taken
from site_sync.domain.problem_stock import ANEW, Levels, anew, missing_skus
from site_sync.domain.problems import Choice, Ends, MoneyMoved, ProblemEnd, ProblemRecord
from site_sync.domain.shop import CASH_TENDER, TenderKind
from site_sync.protocol.codec import COMMAND, Malformed
from site_sync.protocol.envelope import PayloadKind

DEALT_WITH = 50
"""How many problems that were dealt with are shown."""


@dataclass(frozen=True, slots=True)
class Case:
    """A problem with the number and customer of its order (empty for a sale), and what it means.

    `free` are the units of the first missing item that are free now, None where stock is not the matter;
    `elsewhere` names the till whose drawer holds money that giving up would pay back; `kinds` tells what
    became of money by its tender: cash lies in a drawer, a card was charged, other money was not moved.
    """

    problem: ProblemRecord
    number: str
    outlook: Outlook
    customer: str = ""
    free: int | None = None
    elsewhere: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The ways it can end here, the first one first."""
        return tuple(one for one in self.outlook.choices if not self.elsewhere or one is not Choice.GIVE_UP)


@dataclass(frozen=True, slots=True)
class Ended:
    """A problem that was dealt with, with the number and customer of its order."""

    problem: ProblemRecord
    number: str
    customer: str


def open_problems(desk: Desk) -> tuple[Case, ...]:
    """What waits for a person, oldest first."""
    return tuple(_case(desk, _as_it_stands(desk, problem)) for problem in desk.store.problems.open())


def ended_problems(desk: Desk) -> tuple[Ended, ...]:
    """What was dealt with lately, newest first."""
    return tuple(
        Ended(_named(desk, problem), *_whose(desk, problem))
        for problem in desk.store.problems.ended(DEALT_WITH)
    )


def _as_it_stands(desk: Desk, problem: ProblemRecord) -> ProblemRecord:
    """The problem without money that went back here before: one given up may open again."""
    left = tuple(one for one in problem.money if not _went_back(desk, one))
    return problem if left == problem.money else replace(problem, money=left)


def _went_back(desk: Desk, moved: MoneyMoved) -> bool:
    card = desk.store.card_attempts.get(moved.payment)
    return desk.store.cash.knows(_back_of(moved)) or (card is not None and not card.used)


def _back_of(moved: MoneyMoved) -> str:
    """The movement of the drawer by which money of an act goes back."""
    return f"{moved.payment}:back"


def _case(desk: Desk, problem: ProblemRecord) -> Case:
    command = _command(desk, problem)
    known = bool(problem.order_id) and desk.store.orders.site_version(problem.order_id) is not None
    number, customer = _whose(desk, problem)
    return Case(
        problem=_named(desk, problem),
        number=number,
        outlook=outlook(problem, command, order_known=known, levels=_levels(desk, problem)),
        customer=customer,
        free=_free(desk, problem),
        elsewhere=_drawer_elsewhere(desk, problem),
        kinds={one.tender: _moved(desk, one) for one in problem.money},
    )


def _levels(desk: Desk, problem: ProblemRecord) -> Levels:
    """Where the missing goods might come from: the stores by their priority."""
    skus = missing_skus(problem)
    stores = sorted(desk.store.shop.stores(), key=lambda store: (store.priority, store.code))
    found = desk.store.catalogue.stock_at((store.code, sku) for store in stores for sku in skus)
    keys = ((store.code, sku) for store in stores for sku in sorted(skus))
    return {key: found[key] for key in keys if key in found}


def _moved(desk: Desk, one: MoneyMoved) -> str:
    kind = _kind(desk, one)
    return str(kind.value) if kind in (TenderKind.CASH, TenderKind.CARD) else "other"


def _whose(desk: Desk, problem: ProblemRecord) -> tuple[str, str]:
    order = desk.store.orders.order(problem.order_id) if problem.order_id else None
    if order is None:
        return str(problem.facts.get("number") or ""), ""
    return order.number, order.customer.name


def _drawer_elsewhere(desk: Desk, problem: ProblemRecord) -> str:
    identity = desk.identity
    here = f"{identity.store}-{identity.till}"
    return problem.till if _cash(desk, problem) and problem.till not in ("", here) else ""


def _cash(desk: Desk, problem: ProblemRecord) -> tuple[MoneyMoved, ...]:
    """What lies in a drawer of an act that was not booked."""
    return tuple(one for one in taken(problem.money) if _kind(desk, one) is TenderKind.CASH)


def _kind(desk: Desk, moved: MoneyMoved) -> TenderKind | None:
    tender = desk.store.shop.tender(moved.tender)
    if tender is None:
        return TenderKind.CASH if moved.tender == CASH_TENDER else None
    return tender.kind


def _short_line(problem: ProblemRecord) -> Mapping[str, Any] | None:
    lines = problem.facts.get("lines")
    first = lines[0] if isinstance(lines, list | tuple) and lines else None
    return first if isinstance(first, Mapping) and "sku" in first and "store" in first else None


def _free(desk: Desk, problem: ProblemRecord) -> int | None:
    line = _short_line(problem)
    if line is None or problem.code != Code.INSUFFICIENT_STOCK:
        return None
    key = (str(line["store"]), str(line["sku"]))
    level = desk.store.catalogue.stock_at({key}).get(key)
    return max(0, level.available) if level is not None else None


def _named(desk: Desk, problem: ProblemRecord) -> ProblemRecord:
    """The problem with items called as on their shelf, since nobody at a till knows a SKU by heart."""
    lines = problem.facts.get("lines")
    if not isinstance(lines, list | tuple):
        return problem
    named = [_with_name(desk, line) if isinstance(line, Mapping) else line for line in lines]
    return replace(problem, facts={**problem.facts, "lines": named})


def _with_name(desk: Desk, line: Mapping[str, Any]) -> dict[str, Any]:
    item = desk.store.catalogue.item(str(line.get("sku", "")))
    return {**line, "sku": item.name} if item is not None else dict(line)


def _command(desk: Desk, problem: ProblemRecord) -> Command | None:
    """The order command a problem is about, when this till made it and it can be done once more.

    One whose money went back here cannot: it would be booked without any.
    """
    sent = desk.store.outbox.sent(problem.command_id) if problem.of_command else None
    if sent is None or sent.kind is not PayloadKind.ORDER:
        return None
    try:
        command = COMMAND.load(sent.payload)
    except Malformed:
        return None
    return None if any(_went_back(desk, moved) for moved in money_of(command.act)) else command


def resolve(
    desk: Desk, acting: Acting, problem_id: str, choice: str, note: str = ""
) -> bool | Changed | Refusal:
    """End a problem; a refusal names who was first. `note` is what is kept on the order, or what was done.

    To try again is a new act by who presses the key, refused like any other when it still cannot be done.
    """
    refusal = need(acting, Right.SYNC_RESOLVE)
    if refusal is not None:
        return refusal
    problem = desk.store.problems.get(problem_id)
    if problem is None:
        return Refusal(Code.PROBLEM_UNKNOWN, {"problem": problem_id})
    if not problem.open:
        return _settled_before(problem)
    problem = _as_it_stands(desk, problem)
    wanted = Choice(choice)
    if wanted not in _case(desk, problem).choices:
        return Refusal(Code.PROBLEM_UNKNOWN, {"problem": problem_id, "choice": choice})
    if wanted in ANEW:
        return _again(desk, acting, problem, wanted)
    if wanted is Choice.KEEP_NOTE:
        return _as_note(desk, acting, problem, note)
    return _by_word(desk, acting, problem, wanted, mask_card_numbers(note))


def _settled_before(problem: ProblemRecord) -> Refusal:
    at = problem.resolved_at.isoformat() if problem.resolved_at else ""
    facts = {"by": problem.resolved_by, "at": at, "choice": problem.choice, "till": problem.resolved_till}
    return Refusal(Code.PROBLEM_SETTLED, facts)


def _again(desk: Desk, acting: Acting, problem: ProblemRecord, choice: Choice) -> Changed | Refusal:
    """The act once more, then what waited for it; nothing changes when the act itself is refused."""
    try:
        with desk.store.file.transaction():
            done = _once_more(desk, acting, problem, choice)
            if isinstance(done, Refusal):
                raise Refused(done.code, **done.facts)
            for waiting in desk.store.problems.open_of(problem.order_id):
                if nature_of(waiting) is Nature.WAITING:
                    _once_more(desk, acting, waiting, Choice.TRY_AGAIN)
            return done
    except Refused as refused:
        return refused.refusal


def _once_more(desk: Desk, acting: Acting, problem: ProblemRecord, choice: Choice) -> Changed | Refusal:
    command = _command(desk, problem)
    if command is None:
        return Refusal(Code.PROBLEM_UNKNOWN, {"problem": problem.id})
    desk.store.outbox.let_go(problem.command_id)
    unknown_there = desk.store.orders.site_version(command.order_id) is None
    bringing = _bringing(desk, acting, problem, choice)
    act = anew(problem, command.act, choice, _levels(desk, problem))
    if isinstance(act, Create) and unknown_there:
        return make_again(desk, acting, command.order_id, act, bringing)
    desk.store.orders.settle(command.order_id)
    return act_on(desk, acting, command.order_id, act, bringing)


def _as_note(desk: Desk, acting: Acting, problem: ProblemRecord, note: str) -> Changed | Refusal:
    if not note.strip():
        return Refusal(Code.TEXT_INVALID, {"field": "note"})
    bringing = _bringing(desk, acting, problem, Choice.KEEP_NOTE, note)
    return act_on(desk, acting, problem.order_id, AddNote(note), bringing)


def _bringing(desk: Desk, acting: Acting, problem: ProblemRecord, choice: Choice, note: str = "") -> Bringing:
    """What a command that ends a problem brings: the problem is closed with it."""

    def end(changed: Changed) -> tuple[str, ...]:
        ended = _ended(desk, acting, problem, choice, note)
        if desk.store.problems.close(replace(ended, resolved_at=changed.command.at)):
            _after(desk, acting, problem, choice)
        return ()

    return Bringing(papers=end, ends=Ends(problem.id, choice))


def _by_word(desk: Desk, acting: Acting, problem: ProblemRecord, choice: Choice, note: str) -> bool | Refusal:
    if choice is Choice.GIVE_UP and _cash(desk, problem) and not acting.shift:
        return Refusal(Code.SHIFT_NEEDED)
    ended = _ended(desk, acting, problem, choice, note)
    identity, at = desk.identity, ended.resolved_at or desk.now()
    end = ProblemEnd(
        id=desk.new_id(),
        problem=problem.id,
        choice=choice,
        at=at,
        by=acting.by,
        store=identity.store,
        till=identity.till,
        note=note,
        approver=actor(acting.approver) if acting.approver else None,
    )
    with desk.store.file.transaction():
        if not desk.store.keep_end(end, ended):
            return False
        if choice is Choice.GIVE_UP:
            _pay_back(desk, acting, problem)
        _after(desk, acting, problem, choice)
        return True


def _ended(desk: Desk, acting: Acting, problem: ProblemRecord, choice: Choice, note: str) -> ProblemRecord:
    identity = desk.identity
    return replace(
        problem,
        open=False,
        choice=choice.value,
        resolution=note,
        resolved_by=acting.staff.name,
        resolved_at=desk.now(),
        resolved_till=f"{identity.store}-{identity.till}",
    )


def _after(desk: Desk, acting: Acting, problem: ProblemRecord, choice: Choice) -> None:
    now = desk.now()
    desk.store.audit.add(AuditEntry(now, acting.staff.id, "problem_resolved", problem.id, choice.value))
    desk.store.outbox.let_go(problem.command_id)
    if problem.order_id:
        desk.store.orders.settle_ended(problem.order_id)


def _pay_back(desk: Desk, acting: Acting, problem: ProblemRecord) -> None:
    """Cash leaves the drawer; money of a card stands alone again, until somebody refunds or books it."""
    now = desk.now()
    desk.store.cash.move(
        DrawerEntry(
            id=_back_of(one),
            shift=acting.shift,
            at=now,
            kind=EntryKind.ORDER_REFUND,
            tender=one.tender,
            amount=-one.amount.amount,
            subject=problem.order_id,
            staff=acting.staff.id,
            reason=problem.id,
        )
        for one in _cash(desk, problem)
    )
    desk.store.card_attempts.let_go(tuple(one.payment for one in taken(problem.money)))
