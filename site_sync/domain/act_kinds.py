"""The kinds of acts, as the transition table, the wire and the API call them."""

from __future__ import annotations

from enum import StrEnum


class ActKind(StrEnum):
    """The acts, as the transition table, the wire and the API's allowed_actions call them."""

    CREATE = "create"
    AMEND = "amend"
    CONVERT_QUOTE = "convert_quote"
    TAKE_PAYMENT = "take_payment"
    REFUND_PAYMENT = "refund_payment"
    KEEP_CREDIT = "keep_credit"
    FORFEIT = "forfeit"
    CLAIM = "claim"
    RELEASE = "release"
    PICK = "pick"
    SHORT = "short"
    UNPICK = "unpick"
    CONFIRM_PICKING = "confirm_picking"
    PLACE_BAG = "place_bag"
    SUBSTITUTE = "substitute"
    ANSWER_SUBSTITUTE = "answer_substitute"
    RECEIVE = "receive"
    NAME_COLLECTOR = "name_collector"
    ARRIVE = "arrive"
    COLLECT = "collect"
    SHIP = "ship"
    DELIVER = "deliver"
    CANCEL = "cancel"
    EXTEND = "extend"
    REMIND = "remind"
    EXPIRE = "expire"
    PUT_BACK = "put_back"
    NOTE = "note"
    MARK_READY = "mark_ready"
    REOPEN = "reopen"
    UNDO_COLLECT = "undo_collect"
    REPRICE = "reprice"
    RETURN = "return"
    SEND_MESSAGE = "send_message"
