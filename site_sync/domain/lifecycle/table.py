"""The transition table: which act is allowed in which stage, by what right, and how it moves units."""

from __future__ import annotations

from dataclasses import dataclass

from site_sync.domain.commands import ActKind
from site_sync.domain.orders import Bucket, Stage
from site_sync.domain.permissions import Right

COLUMNS: tuple[Stage | None, ...] = (None, *Stage)
"""None stands for an order that does not exist yet."""

_B = Bucket
Move = tuple[Bucket, Bucket]
_DROP: tuple[Move, ...] = ((_B.TO_PICK, _B.CANCELLED), (_B.PICKED, _B.TO_PUT_BACK))
_WANTED: tuple[Move, ...] = (
    (_B.CANCELLED, _B.TO_PICK), (_B.TO_PUT_BACK, _B.PICKED), (_B.PUT_BACK, _B.TO_PICK)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One act: the right it needs (another one for quotes), where it is allowed, how units may move by it."""

    right: Right | None
    stages: frozenset[Stage | None]
    moves: tuple[Move, ...] = ()
    quote_right: Right | None = None

    def right_for(self, *, quote: bool) -> Right | None:
        """The right needed on a quote or on a customer order."""
        return self.quote_right if quote and self.quote_right else self.right


def _row(marks: str, right: Right | None, *moves: Move, quote: Right | None = None) -> Row:
    allowed = frozenset(stage for stage, mark in zip(COLUMNS, marks.split(), strict=True) if mark == "x")
    return Row(right, allowed, moves, quote)


_R = Right
#                                    new quote to_pick picking to_collect to_ship to_put_back done
TABLE: dict[ActKind, Row] = {
    ActKind.CREATE:          _row("x  .     .       .       .          .       .           .", _R.ORDER_CREATE, (_B.TO_PICK, _B.SHORT), quote=_R.QUOTE_CREATE),
    ActKind.AMEND:           _row(".  x     x       x       x          x       .           .", _R.ORDER_CHANGE, *_DROP, *_WANTED, quote=_R.QUOTE_CREATE),
    ActKind.CONVERT_QUOTE:   _row(".  x     .       .       .          .       .           .", _R.QUOTE_CONVERT),
    ActKind.TAKE_PAYMENT:    _row(".  .     x       x       x          x       x           x", _R.DEPOSIT_TAKE),
    ActKind.REFUND_PAYMENT:  _row(".  .     x       x       x          x       x           x", _R.DEPOSIT_REFUND),
    ActKind.KEEP_CREDIT:     _row(".  .     x       x       x          x       x           x", _R.DEPOSIT_CREDIT),
    ActKind.FORFEIT:         _row(".  .     .       .       .          .       x           x", _R.DEPOSIT_FORFEIT),
    ActKind.CLAIM:           _row(".  .     x       x       .          .       .           .", _R.ORDER_PICK),
    ActKind.RELEASE:         _row(".  .     .       x       .          .       .           .", _R.ORDER_PICK),
    ActKind.PICK:            _row(".  .     x       x       .          .       .           .", _R.ORDER_PICK, (_B.TO_PICK, _B.PICKED)),
    ActKind.SHORT:           _row(".  .     x       x       .          .       .           .", _R.ORDER_SHORT, (_B.TO_PICK, _B.SHORT)),
    ActKind.UNPICK:          _row(".  .     x       x       x          x       .           .", _R.ORDER_PICK, (_B.PICKED, _B.TO_PICK)),
    ActKind.CONFIRM_PICKING: _row(".  .     .       x       .          .       .           .", _R.ORDER_READY, (_B.TO_PICK, _B.PICKED)),
    ActKind.PLACE_BAG:       _row(".  .     x       x       x          x       x           .", _R.ORDER_RECALL),
    ActKind.SUBSTITUTE:      _row(".  .     x       x       .          .       .           .", _R.ORDER_SHORT, (_B.TO_PICK, _B.SHORT)),
    ActKind.ANSWER_SUBSTITUTE: _row(".  .   .       x       .          .       .           .", None, *_DROP),
    ActKind.RECEIVE:         _row(".  .     .       x       .          .       .           .", _R.ORDER_PICK),
    ActKind.NAME_COLLECTOR:  _row(".  .     x       x       x          .       .           .", _R.ORDER_CHANGE),
    ActKind.ARRIVE:          _row(".  .     x       x       x          .       .           .", None),
    ActKind.COLLECT:         _row(".  .     x       x       x          .       .           .", _R.ORDER_COLLECT, (_B.PICKED, _B.COLLECTED), (_B.TO_PICK, _B.COLLECTED)),
    ActKind.SHIP:            _row(".  .     .       .       .          x       .           .", _R.ORDER_DELIVER, (_B.PICKED, _B.COLLECTED)),
    ActKind.DELIVER:         _row(".  .     .       .       .          .       .           x", _R.ORDER_DELIVER),
    ActKind.CANCEL:          _row(".  x     x       x       x          x       x           .", _R.ORDER_CANCEL, *_DROP, quote=_R.QUOTE_CREATE),
    ActKind.EXTEND:          _row(".  x     .       .       x          .       x           .", _R.ORDER_EXTEND, (_B.TO_PUT_BACK, _B.PICKED)),
    ActKind.REMIND:          _row(".  .     .       .       x          .       .           .", _R.ORDER_EXTEND),
    ActKind.EXPIRE:          _row(".  x     x       x       x          .       .           .", _R.ORDER_EXPIRE, *_DROP),
    ActKind.PUT_BACK:        _row(".  .     x       x       x          x       x           .", _R.ORDER_PUT_BACK, (_B.TO_PUT_BACK, _B.PUT_BACK)),
    ActKind.MARK_READY:      _row(".  .     x       x       .          .       .           .", _R.ORDER_READY, (_B.TO_PICK, _B.PICKED)),
    ActKind.REOPEN:          _row(".  x     x       x       x          x       x           x", _R.ORDER_CANCEL, *_WANTED, (_B.COLLECTED, _B.CANCELLED), quote=_R.QUOTE_CREATE),
    ActKind.UNDO_COLLECT:    _row(".  .     x       x       x          x       x           x", _R.ORDER_COLLECT, (_B.COLLECTED, _B.PICKED)),
    ActKind.REPRICE:         _row(".  x     x       x       x          x       .           .", _R.ORDER_REPRICE),
    ActKind.RETURN:          _row(".  .     x       x       x          x       x           x", _R.SALE_RETURN),
    ActKind.SEND_MESSAGE:    _row(".  .     x       x       x          x       x           x", _R.ORDER_RECALL),
    ActKind.ISSUE_CODE:      _row(".  .     x       x       x          x       x           .", _R.ORDER_CHANGE),
    ActKind.NOTE:            _row(".  x     x       x       x          x       x           x", None),
}  # fmt: skip


def allowed(stage: Stage | None, act: ActKind) -> bool:
    """Whether the act has a place in that stage at all."""
    return stage in TABLE[act].stages
