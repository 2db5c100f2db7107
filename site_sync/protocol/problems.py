"""Problems on the wire (RFC 9457): stable code, HTTP status and title of everything that can be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from site_sync.domain.errors import Code, Refusal
from site_sync.protocol.codec import Malformed

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:handover:problem:"

_FORBIDDEN = frozenset({Code.RIGHT_NEEDED, Code.APPROVER_IS_REQUESTER})
_MISSING = frozenset({Code.ORDER_UNKNOWN})
_CONFLICT = frozenset(
    {
        Code.NOT_ALLOWED_IN_STAGE, Code.ORDER_EXISTS, Code.INSUFFICIENT_STOCK, Code.CLAIMED_BY_OTHER,
        Code.NOT_CLAIMED, Code.NOTHING_PICKED, Code.STILL_TO_PICK, Code.ALREADY_COLLECTED,
        Code.HANDED_OVER_TWICE,
        Code.NOT_EXPIRED_YET, Code.NOT_A_QUOTE, Code.PAYMENT_REPEATED, Code.NOTHING_TO_REFUND,
        Code.REFUND_OVER_PAYMENT, Code.OVER_BALANCE, Code.BALANCE_DUE, Code.BELOW_MINIMUM_DEPOSIT,
    }
)  # fmt: skip
REFUSED = 422
"""Status of a refusal that is not named here: the request was understood and makes no sense to the rules."""

TRANSPORT: dict[str, tuple[int, str]] = {
    "not_json": (400, "The body is not JSON"),
    "malformed": (422, "The request is not what the interface says"),
    "idempotency_key_needed": (400, "This call needs an Idempotency-Key"),
    "unauthorised": (401, "A valid key is needed"),
    "forbidden": (403, "This key may not do that"),
    "device_revoked": (403, "This till was withdrawn"),
    "device_fenced": (403, "Two tills run with one identity; enrol again"),
    "enrolment_code_invalid": (403, "The enrolment code is not valid any more"),
    "enrolment_elsewhere": (409, "The code is for another till than the one whose commands wait"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This address does not know that method"),
    "idempotency_key_reused": (409, "The Idempotency-Key came with another body before"),
    "hold_ended": (409, "That hold is over"),
    "hold_too_small": (409, "The order wants what the hold does not hold"),
    "incarnation_old": (409, "This till started again meanwhile"),
    "epoch_changed": (409, "The site was restored; start again"),
    "cursor_gone": (410, "That far back there are no changes any more; load a snapshot"),
    "stale_version": (412, "The order changed meanwhile"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body must be JSON"),
    "upgrade_needed": (426, "This version is too old for the site"),
    "site_too_old": (426, "The site is too old for this version"),
    "if_match_needed": (428, "This call needs If-Match with the order's version"),
    "rate_limited": (429, "Too many calls"),
    "internal": (500, "The site made a mistake"),
    "unavailable": (503, "The site cannot reach its database"),
    "snapshot_gone": (503, "The load was taken away meanwhile; begin it again"),
}
"""Problems of the call itself, beside the refusals of the domain."""

_TITLES: dict[Code, str] = {
    Code.INSUFFICIENT_STOCK: "There is not enough stock",
    Code.NOT_ALLOWED_IN_STAGE: "The order's stage does not allow that",
    Code.RIGHT_NEEDED: "A right is missing",
    Code.ORDER_UNKNOWN: "There is no such order",
    Code.ORDER_EXISTS: "That order exists already",
    Code.OVER_BALANCE: "That is more than the balance",
    Code.BALANCE_DUE: "There is a balance to pay",
    Code.BELOW_MINIMUM_DEPOSIT: "That is below the minimum deposit",
    Code.NOTHING_TO_REFUND: "That is more than can be refunded",
    Code.ALREADY_COLLECTED: "That was collected already",
    Code.HANDED_OVER_TWICE: "That was handed over before, at another till",
    Code.NO_LINES: "An order needs lines",
    Code.LINE_UNKNOWN: "The order has no such line",
    Code.QUANTITY_INVALID: "That is no quantity: it must be above zero",
    Code.QUANTITY_TOO_LARGE: "That is more than the line holds",
    Code.AMOUNT_INVALID: "That is no amount: it must be above zero",
    Code.AMOUNT_ABSURD: "That amount is too large to be meant",
    Code.CURRENCY_MISMATCH: "One order has one currency: lines, discounts and payments must be in it",
    Code.DISCOUNT_TOO_LARGE: "The discount is more than its line costs",
    Code.PAYMENT_UNKNOWN: "Name by refund_of the payment that is given back",
    Code.PAYMENT_REPEATED: "That reference stands for another payment already",
    Code.REFUND_OVER_PAYMENT: "That is more than is left of the payment",
    Code.STORE_UNKNOWN: "There is no such store, or it hands over no orders",
    Code.STORE_NEEDED: "Name the store that hands over",
    Code.ADDRESS_NEEDED: "That delivery method needs an address",
    Code.CONTACT_NEEDED: "The customer needs a name, an e-mail address or a phone number",
    Code.FIELDS_NEEDED: "That delivery method needs more about the customer",
    Code.SOURCE_NEEDED: "Name the source of the order",
    Code.METHOD_NEEDED: "Name the delivery method",
    Code.SOURCE_NOT_OFFERED: "That source is not for customer orders",
    Code.METHOD_NOT_OFFERED: "That delivery method is not for customer orders",
    Code.ITEM_UNKNOWN: "Some SKUs are unknown, or no longer sold",
    Code.DATE_PAST: "The requested time is over",
    Code.DATE_TOO_FAR: "The requested time is too far away",
    Code.SLOT_FULL: "The requested slot is full",
    Code.NOTHING_CHANGED: "That changes nothing",
}


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """One problem: code, HTTP status, title, a sentence, errors as (JSON pointer, message), further facts."""

    code: str
    status: int
    title: str
    detail: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """The members of the problem document; facts are members of their own."""
        document: dict[str, object] = dict(self.facts)
        document |= {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
            "code": self.code,
        }
        if self.errors:
            document["errors"] = [{"pointer": pointer, "detail": text} for pointer, text in self.errors]
        return document


class ProblemFound(Exception):
    """Carries a problem out of a route to where it is answered."""

    def __init__(self, problem: ProblemDetails) -> None:
        super().__init__(problem.code)
        self.problem = problem


def status_of(code: Code) -> int:
    """HTTP status of a refusal."""
    if code in _FORBIDDEN:
        return 403
    if code in _MISSING:
        return 404
    return 409 if code in _CONFLICT else REFUSED


def of_refusal(refusal: Refusal) -> ProblemDetails:
    """The problem that tells of a refusal, its facts with it."""
    code = refusal.code
    title = _TITLES.get(code, code.value.replace("_", " ").capitalize())
    return ProblemDetails(code.value, status_of(code), title, facts=refusal.facts)


def of_call(code: str, detail: str = "", **facts: object) -> ProblemDetails:
    """A problem of the call itself, by its code in TRANSPORT."""
    status, title = TRANSPORT[code]
    return ProblemDetails(code, status, title, detail, facts=facts)


def of_malformed(malformed: Malformed) -> ProblemDetails:
    """The problem that points at what is wrong in a body."""
    broken = [text for pointer, text in malformed.errors if pointer == "/" and "JSON" in text]
    code = "not_json" if broken else "malformed"
    status, title = TRANSPORT[code]
    errors = tuple((pointer if pointer != "/" else "", text) for pointer, text in malformed.errors[:50])
    detail = "; ".join(f"{pointer} {text}".strip() for pointer, text in errors[:3])
    return ProblemDetails(code, status, title, detail, errors)
