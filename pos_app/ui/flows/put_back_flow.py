"""Putting back at work: scan or press what lies on its shelf again."""

from __future__ import annotations

from typing import Any

from pos_app.hardware.sounds import Sound
from pos_app.operations import printing, putting_back
from pos_app.operations.putting_back import PutBackLine
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.put_back import PutBackRow, PutBackScreen
from pos_app.ui.wording import quantity, refused, say
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.errors import Refusal


class PutBackFlow:
    """The list shrinks as goods go back to their shelves."""

    def __init__(self, at: Workplace, screen: PutBackScreen) -> None:
        self._at = at
        self._screen = screen
        self._lines: tuple[PutBackLine, ...] = ()
        screen.row_pressed.connect(self._one)
        screen.all_pressed.connect(self._all)
        screen.list_pressed.connect(self._print)
        screen.back_pressed.connect(at.window.navigation.back)
        at.takes_scans("put_back", self)

    def arrive(self, **_: object) -> None:
        """Show the list."""
        self._screen.show_refusal("")
        self.refresh()

    def refresh(self) -> None:
        """Show the list as it is now."""
        self._at.tasks.run(putting_back.rows, then=self._show)

    def _show(self, lines: tuple[PutBackLine, ...]) -> None:
        self._lines = lines
        self._screen.show_rows([_row(line) for line in lines])

    def _one(self, key: str) -> None:
        for line in self._lines:
            if _key(line) == key:
                self._put(line.order_id, {line.line: line.quantity})

    def _put(self, order_id: str, quantities: dict[int, int] | None) -> None:
        self._at.tasks.run(putting_back.put_back, self._at.acting, order_id, quantities, then=self._done)

    def _all(self) -> None:
        for order_id in dict.fromkeys(line.order_id for line in self._lines):
            self._put(order_id, None)

    def _done(self, result: Any) -> None:
        self._at.sound(Sound.REFUSED if isinstance(result, Refusal) else Sound.ACCEPTED)
        if isinstance(result, Refusal):
            self._screen.show_refusal(refused(result.code.value, result.facts))
        else:
            self._screen.show_refusal("")
            self._at.tell(say("put_back.noted", number=result.record.order.number), tone="ok")
        self.refresh()

    def _print(self) -> None:
        ids = tuple(dict.fromkeys(line.order_id for line in self._lines))
        self._at.act(printing.print_put_back_list, self._at.acting, ids, then=self._at.went_well)

    def scanned(self, scan: Scan) -> bool:
        """An item was put on its shelf."""
        if scan.kind is not ScanKind.ITEM:
            return False
        self._at.tasks.run(putting_back.scan, self._at.acting, scan, then=self._done)
        return True


def _key(line: PutBackLine) -> str:
    return f"{line.order_id}:{line.line}"


def _row(line: PutBackLine) -> PutBackRow:
    return PutBackRow(
        key=_key(line),
        order=line.number,
        customer=line.customer,
        name=line.item,
        quantity=quantity(line.quantity, line.unit),
        from_shelf=line.bag_shelf or "–",
        to_shelf=line.shelf or "–",
        reason=say(f"put_back.reason_{line.reason}"),
        order_id=line.order_id,
    )
