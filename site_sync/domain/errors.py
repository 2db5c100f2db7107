"""The ways an act can fail: refused with a code and facts, worth trying again, or a mistake of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Fact = str | int | bool | None | tuple[object, ...] | Mapping[str, object]


class Code(StrEnum):
    """Stable codes of refusals; words on the wire, in problems and in the wording of every language."""

    NOT_ALLOWED_IN_STAGE = "not_allowed_in_stage"
    RIGHT_NEEDED = "right_needed"
    APPROVER_IS_REQUESTER = "approver_is_requester"
    REASON_NEEDED = "reason_needed"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_EXISTS = "order_exists"
    NO_LINES = "no_lines"
    LINE_UNKNOWN = "line_unknown"
    QUANTITY_INVALID = "quantity_invalid"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    AMOUNT_INVALID = "amount_invalid"
    AMOUNT_ABSURD = "amount_absurd"
    CURRENCY_MISMATCH = "currency_mismatch"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    BELOW_MINIMUM_DEPOSIT = "below_minimum_deposit"
    DEPOSIT_NOT_ALLOWED = "deposit_not_allowed"
    OVER_BALANCE = "over_balance"
    BALANCE_DUE = "balance_due"
    NOTHING_TO_REFUND = "nothing_to_refund"
    REFUND_OVER_PAYMENT = "refund_over_payment"
    REFUND_OTHER_TENDER = "refund_other_tender"
    PAYMENT_UNKNOWN = "payment_unknown"
    PAYMENT_REPEATED = "payment_repeated"
    INSUFFICIENT_STOCK = "insufficient_stock"
    CLAIMED_BY_OTHER = "claimed_by_other"
    NOT_CLAIMED = "not_claimed"
    NOTHING_PICKED = "nothing_picked"
    NOTHING_TO_PICK = "nothing_to_pick"
    STILL_TO_PICK = "still_to_pick"
    BAG_UNKNOWN = "bag_unknown"
    BAG_INVALID = "bag_invalid"
    BAGS_ON_THEIR_WAY = "bags_on_their_way"
    NOTHING_TO_RECEIVE = "nothing_to_receive"
    SUBSTITUTE_DEARER = "substitute_dearer"
    SUBSTITUTE_SAME = "substitute_same"
    SUBSTITUTE_UNANSWERED = "substitute_unanswered"
    NOTHING_ASKED = "nothing_asked"
    FOLLOW_UP_NEEDED = "follow_up_needed"
    CODE_WRONG = "code_wrong"
    CODE_REPLACED = "code_replaced"
    IDENTITY_NEEDED = "identity_needed"
    ALREADY_COLLECTED = "already_collected"
    HANDED_OVER_TWICE = "handed_over_twice"
    STORE_UNKNOWN = "store_unknown"
    STORE_NEEDED = "store_needed"
    ADDRESS_NEEDED = "address_needed"
    CONTACT_NEEDED = "contact_needed"
    DEADLINE_INVALID = "deadline_invalid"
    DATE_PAST = "date_past"
    DATE_TOO_FAR = "date_too_far"
    SLOT_FULL = "slot_full"
    FIELDS_NEEDED = "fields_needed"
    SOURCE_NEEDED = "source_needed"
    METHOD_NEEDED = "method_needed"
    SOURCE_NOT_OFFERED = "source_not_offered"
    METHOD_NOT_OFFERED = "method_not_offered"
    NOT_EXPIRED_YET = "not_expired_yet"
    NOT_A_QUOTE = "not_a_quote"
    TEXT_INVALID = "text_invalid"
    ITEM_UNKNOWN = "item_unknown"
    NOTHING_CHANGED = "nothing_changed"
    NOTHING_TO_PAY = "nothing_to_pay"
    NOT_IN_THIS_STORE = "not_in_this_store"
    OFFLINE = "offline"
    DISK_NEARLY_FULL = "disk_nearly_full"
    TOO_MUCH_AT_ONCE = "too_much_at_once"
    SITE_REFUSED = "site_refused"
    PIN_WRONG = "pin_wrong"
    PIN_BLOCKED = "pin_blocked"
    PIN_LOCKED = "pin_locked"
    BADGE_UNKNOWN = "badge_unknown"
    SIGN_IN_AGED = "sign_in_aged"
    CODE_UNKNOWN = "code_unknown"
    SHIFT_NEEDED = "shift_needed"
    SHIFT_OPEN = "shift_open"
    SALE_UNKNOWN = "sale_unknown"
    TENDER_UNKNOWN = "tender_unknown"
    TENDER_BLOCKED = "tender_blocked"
    PROBLEM_UNKNOWN = "problem_unknown"
    PROBLEM_SETTLED = "problem_settled"
    CARD_NUMBER_INVALID = "card_number_invalid"
    CARD_NUMBER_NEEDED = "card_number_needed"
    CARD_UNKNOWN = "card_unknown"
    CARD_IN_ORDER = "card_in_order"
    CARD_USED = "card_used"
    BALANCE_EMPTY = "balance_empty"
    BALANCE_SHORT = "balance_short"
    BALANCE_BLOCKED = "balance_blocked"
    ACCOUNT_NOT_ALLOWED = "account_not_allowed"
    CUSTOMER_NEEDED = "customer_needed"
    RETURNED_ALREADY = "returned_already"
    EMAIL_INVALID = "email_invalid"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_COLLECTED = "not_collected"
    SETTLED_LINE = "settled_line"
    MONEY_FOR_ENDED = "money_for_ended"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule said no: the stable code and the facts a sentence needs (plain JSON values)."""

    code: Code
    facts: Mapping[str, object] = field(default_factory=dict)


class Refused(Exception):
    """Carries a Refusal out of nested rule functions; `decide` turns it back into a value."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(f"{code.value} {facts}" if facts else code.value)
        self.refusal = Refusal(code, facts)


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met: a mistake of the caller."""
