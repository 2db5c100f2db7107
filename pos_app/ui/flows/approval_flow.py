"""An act that needs a right or a reason: asked for in place, then the same act again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pos_app.operations import reasons, signing_in
from pos_app.operations.desk import Acting, Desk
from pos_app.operations.reasons import for_right
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.approval import ApprovalScreen
from pos_app.ui.widgets.approval import ApprovalPanel
from pos_app.ui.wording import knows, language, money, refused, say
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.errors import Code, Refusal
from site_sync.domain.money import Money
from site_sync.domain.permissions import Right
from site_sync.domain.shop import ReasonFor, StaffMember

PAGE = "approval"
Operation = Callable[[Desk, Acting], Any]
Then = Callable[[Any, Acting], None]

_RIGHT_OF = {
    Code.CLAIMED_BY_OTHER: Right.ORDER_VIEW_ALL,
    Code.REFUND_OTHER_TENDER: Right.DEPOSIT_REFUND_OTHER_TENDER,
    Code.BELOW_MINIMUM_DEPOSIT: Right.DEPOSIT_OVERRIDE_MINIMUM,
    Code.IDENTITY_NEEDED: Right.ORDER_COLLECT_UNVERIFIED,
}


def needed_right(refusal: Refusal) -> Right | None:
    """The right somebody could lend for this act; None when no person can help."""
    if refusal.code is Code.RIGHT_NEEDED:
        return Right(str(refusal.facts["right"]))
    return _RIGHT_OF.get(refusal.code)


@dataclass(frozen=True, slots=True)
class Wish:
    """An act that was refused for want of a right or a reason; `then` gets its end and who acted.

    `reasons` names what a reason is given for, where the right that lacks does not say it.
    """

    operation: Operation
    then: Then
    acting: Acting
    refusal: Refusal
    reasons: ReasonFor | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A few words wanted from staff; `usual` are answers at one touch."""

    title: str
    why: str
    field: str
    then: Callable[[str], None]
    usual: Sequence[str] = ()


def permitted(
    at: Workplace,
    operation: Operation,
    then: Then,
    acting: Acting | None = None,
    reasons: ReasonFor | None = None,
) -> None:
    """Do an act; where a right or a reason lacks it is asked for in place and the act done again.

    Left unanswered, `then` gets the refusal.
    """
    who = acting if acting is not None else at.acting
    at.act(
        operation, who, then=lambda result: _judge(at, Wish(operation, then, who, result, reasons), result)
    )


def ask(at: Workplace, question: Question) -> None:
    """Ask staff for a few words; left unanswered nothing happens."""
    at.window.navigation.cover(PAGE, question=question)


def _judge(at: Workplace, wish: Wish, result: Any) -> None:
    if isinstance(result, Refusal) and _can_be_mended(wish.acting, result):
        at.window.navigation.cover(PAGE, wish=wish)
    else:
        wish.then(result, wish.acting)


def _can_be_mended(acting: Acting, refusal: Refusal) -> bool:
    if refusal.code is Code.REASON_NEEDED:
        return not acting.reason.strip()
    right = needed_right(refusal)
    if right is None:
        return False
    return not acting.may(right) or not acting.reason.strip()


class ApprovalFlow:
    """Nobody approves their own act; only who holds the right is asked."""

    def __init__(self, at: Workplace, screen: ApprovalScreen) -> None:
        self._at = at
        self._screen = screen
        self._wish: Wish | None = None
        self._question: Question | None = None
        screen.approved.connect(self._approved)
        screen.said.connect(self._said)
        screen.cancelled.connect(self._cancelled)
        at.takes_scans(PAGE, self)

    def arrive(self, wish: Wish | None = None, question: Question | None = None) -> None:
        """Ask for what lacks."""
        self._wish, self._question = wish, question
        if question is not None:
            self._screen.ask_words(question.title, question.why, question.field, question.usual)
        elif wish is not None:
            self._ask(wish)

    def leave(self) -> None:
        """Whatever was asked is not asked any more."""
        self._wish, self._question = None, None

    def _ask(self, wish: Wish) -> None:
        right = needed_right(wish.refusal)
        why = refused(wish.refusal.code.value, wish.refusal.facts)
        wanted = wish.reasons or for_right(right)

        def tell(usual: tuple[str, ...]) -> None:
            if self._wish is wish and right is not None and not wish.acting.may(right):
                self._screen.approval.show_usual(usual)
            elif self._wish is wish:
                self._screen.ask_words(say("approval.why_title"), why, say("approval.reason"), usual)

        if right is None or wish.acting.may(right):
            self._screen.ask_words(say("approval.why_title"), why, say("approval.reason"))
            self._at.tasks.run(reasons.usual, wanted, language().value, then=tell)
            return

        def show(people: tuple[StaffMember, ...]) -> None:
            if self._wish is wish:
                self._show_people(wish, right, people)

        self._screen.ask_approval(say("approval.needed"), why, (), reason_needed=True)
        self._at.tasks.run(signing_in.approvers, wish.acting, right, then=show)
        if not wish.acting.reason:
            self._at.tasks.run(reasons.usual, wanted, language().value, then=tell)

    def _show_people(self, wish: Wish, right: Right, people: tuple[StaffMember, ...]) -> None:
        if not people:
            self._at.tell(say("approval.nobody"), tone="bad", seconds=10)
            self._cancelled()
            return
        names = [(one.id, one.name, say(f"role.{one.role.value}")) for one in people]
        title = _title(wish.refusal, right)
        self._screen.ask_approval(title, _why(wish.refusal), names, reason_needed=not wish.acting.reason)

    # answers

    def _said(self, words: str) -> None:
        wish, question = self._wish, self._question
        self._away()
        if question is not None:
            question.then(words)
        elif wish is not None:
            self._again(wish, replace(wish.acting, reason=words))

    def _approved(self, staff_id: str, pin: str, reason: str) -> None:
        wish = self._wish
        if wish is not None:
            because = reason or wish.acting.reason
            self._at.act(signing_in.approve, wish.acting, staff_id, pin, because, then=self._approved_by)

    def scanned(self, scan: Scan) -> bool:
        """The badge of who approves stands for name and PIN; other codes mean nothing here."""
        wish = self._wish
        if wish is not None and scan.kind is ScanKind.STAFF_BADGE and scan.token:
            reason = self._screen.approval.reason() or wish.acting.reason
            self._at.act(
                signing_in.approve_with_badge, wish.acting, scan.token, reason, then=self._approved_by
            )
        elif self._question is not None:
            self._said(scan.raw)
        return True

    def _approved_by(self, result: Any) -> None:
        wish = self._wish
        if wish is None:
            return
        if isinstance(result, Refusal):
            show_not_approved(self._screen.approval, result, self._at.now())
            return
        self._away()
        self._again(wish, result)

    def _again(self, wish: Wish, acting: Acting) -> None:
        permitted(self._at, wish.operation, wish.then, acting, wish.reasons)

    def _cancelled(self) -> None:
        wish = self._wish
        self._away()
        if wish is not None:
            wish.then(wish.refusal, wish.acting)

    def _away(self) -> None:
        if self._at.window.navigation.current == PAGE:
            self._at.window.navigation.back()


def show_not_approved(panel: ApprovalPanel, refusal: Refusal, now: datetime) -> None:
    """Say beside the PIN why it was not taken, and for how long none is."""
    left, until = refusal.facts.get("left"), refusal.facts.get("until")
    if isinstance(until, str):
        wait = datetime.fromisoformat(until) - now
        panel.show_wait(max(1, int(wait.total_seconds())))
    elif isinstance(left, int):
        panel.show_wrong(say("pin.wrong", count=left))
    else:
        panel.show_wrong(refused(refusal.code.value, refusal.facts))


def _title(refusal: Refusal, right: Right) -> str:
    """What is to be approved: the act as such, or what makes it one to approve now."""
    for key in (f"approval.of_{refusal.facts.get('why')}", f"right.{right.value.replace('.', '_')}"):
        if knows(key):
            return say("approval.title", what=say(key))
    return say("approval.needed")


def _why(refusal: Refusal) -> str:
    due, currency = refusal.facts.get("due"), refusal.facts.get("currency")
    if refusal.code is Code.BELOW_MINIMUM_DEPOSIT and isinstance(due, int):
        return say("approval.deposit_missing", amount=money(Money(due, str(currency))))
    if refusal.code is Code.RIGHT_NEEDED:
        key = f"approval.right_missing_{refusal.facts.get('why')}"
        return say(key if knows(key) else "approval.right_missing")
    return refused(refusal.code.value, refusal.facts)
