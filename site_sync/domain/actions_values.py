"""The values of the payment-action dialog: what is asked of it and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from site_sync.domain.documents.blocks import DocumentKind
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.offline import CONNECTED, Standing
from site_sync.domain.orders import Order
from site_sync.domain.particulars import LineQuantity
from site_sync.domain.permissions import Right


class ActionCode(StrEnum):
    """What a payment button can lead to."""

    PAY_DEPOSIT = "pay_deposit"
    PAY_IN_FULL = "pay_in_full"
    SAVE = "save"
    SAVE_AND_PRINT = "save_and_print"
    PRINT = "print"
    CONTINUE_TO_PAYMENT = "continue_to_payment"
    PICK_UP_SELECTED = "pick_up_selected"
    PICK_UP_ALL = "pick_up_all"
    PAY_BACK_DEPOSIT = "pay_back_deposit"
    REFUND_SURPLUS = "refund_surplus"
    KEEP_AS_CREDIT = "keep_as_credit"
    SAVE_AS_QUOTE = "save_as_quote"
    CONVERT_QUOTE = "convert_quote"
    EXTEND = "extend"
    CHANGE_DETAILS = "change_details"
    CANCEL_ORDER = "cancel_order"
    DISCARD_ORDER = "discard_order"
    DISCARD_CHANGES = "discard_changes"


class DialogContext(StrEnum):
    """What the dialog is opened on: the columns of its table."""

    NEW = "new"
    BALANCE_OPEN = "balance_open"
    FULLY_PAID = "fully_paid"
    MARKED = "marked"
    SOME_VOIDED = "some_voided"
    ALL_VOIDED = "all_voided"
    TO_COLLECT = "to_collect"
    EXPIRED = "expired"
    QUOTE = "quote"


class Connection(StrEnum):
    """Whether the till reaches the site."""

    ONLINE = "online"
    OFFLINE = "offline"


class MessageKind(StrEnum):
    """What the customer is told."""

    CONFIRMATION = "confirmation"
    CANCELLED = "cancelled"
    EXTENDED = "extended"


class StockEffectKind(StrEnum):
    """What an action does to stock."""

    RESERVE = "reserve"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    PUT_BACK = "put_back"


class HintCode(StrEnum):
    """The small line under an action's name."""

    MINIMUM_DEPOSIT = "minimum_deposit"
    PREPAID = "prepaid"
    MORE_PAYMENT = "more_payment"
    NOTHING_DUE_LATER = "nothing_due_later"
    WITHOUT_DEPOSIT = "without_deposit"
    MARKED_LINES = "marked_lines"
    CHOOSE_LINES = "choose_lines"
    EVERYTHING = "everything"
    RESERVES_NOTHING = "reserves_nothing"
    RESERVES_SOFTLY = "reserves_softly"
    DEPOSIT_CHOICE = "deposit_choice"
    TRANSFER = "transfer"
    SURPLUS = "surplus"


class EffectCode(StrEnum):
    """The sentences of "What will happen"."""

    RESERVES = "reserves"
    RESERVES_NOTHING = "reserves_nothing"
    RESERVES_SOFTLY = "reserves_softly"
    RELEASES = "releases"
    HANDS_OVER = "hands_over"
    PUTS_BACK = "puts_back"
    TRANSFERS = "transfers"
    WOULD_TRAVEL = "would_travel"
    TAKES_NOW = "takes_now"
    TAKES_NOW_REST_LATER = "takes_now_rest_later"
    LEAVES_TO_PAY = "leaves_to_pay"
    PAYS_BACK = "pays_back"
    KEEPS_AS_CREDIT = "keeps_as_credit"
    ASKS_ABOUT_DEPOSIT = "asks_about_deposit"
    ASKS_TO_PREPAY = "asks_to_prepay"
    BECOMES_ORDER = "becomes_order"
    REPRICES = "reprices"
    TO_CONFIRM = "to_confirm"
    CANCELS = "cancels"
    GIVES_MORE_TIME = "gives_more_time"
    FORGETS_ORDER = "forgets_order"
    FORGETS_CHANGES = "forgets_changes"
    PRINTS = "prints"
    SENDS = "sends"
    NEEDS_APPROVAL = "needs_approval"


@dataclass(frozen=True, slots=True)
class Hint:
    """The small line under an action's name: a code and the facts of its words."""

    code: HintCode
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """One sentence of "What will happen": a code and the facts of its words (texts, numbers, Money)."""

    code: EffectCode
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StockEffect:
    """Items (a weighed line counts as one) reserved, released, handed over or put back at a store."""

    kind: StockEffectKind
    items: int
    store: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A customer order in the sale: as it would be (`after`), seen from the till of `store`.

    `new` says it was never saved; `marked` are the units to be picked up now, `voided` the lines taken out.
    `today` is the quote at the prices it gets when it becomes an order, None where it keeps its own;
    `standing` is how the till stands while it is cut off.
    """

    after: Order
    store: str
    new: bool = False
    changed: bool = False
    marked: tuple[LineQuantity, ...] = ()
    voided: tuple[int, ...] = ()
    today: Order | None = None
    standing: Standing = CONNECTED


@dataclass(frozen=True, slots=True)
class Action:
    """One button of the dialog.

    `amount_now` is taken (negative: paid out) and lies between `least` and `most` where staff may edit it;
    `amount_left` is the balance afterwards. `reason` says why a disabled action is not possible. `missing`
    are rights that the requester lacks: the action is locked until somebody who holds them approves.
    `asks_to_prepay` says that staff ask first whether the customer pays all of it now.
    """

    code: ActionCode
    amount_now: Money
    amount_left: Money
    main: bool = False
    least: Money | None = None
    most: Money | None = None
    stock: tuple[StockEffect, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    message: MessageKind | None = None
    hint: Hint | None = None
    reason: Refusal | None = None
    missing: tuple[Right, ...] = ()
    needs_reason: bool = False
    asks_to_prepay: bool = False

    @property
    def enabled(self) -> bool:
        """Whether the action can be chosen, if need be with an approval."""
        return self.reason is None

    @property
    def locked(self) -> bool:
        """Whether somebody else has to approve."""
        return bool(self.missing)

    @property
    def editable(self) -> bool:
        """Whether staff may change the amount."""
        return self.least is not None and self.least != self.most
