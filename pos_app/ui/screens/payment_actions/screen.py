"""The payment-action dialog: sums and "What will happen" left, actions right; it knows no rules."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.screens.payment_actions.amount_panel import AmountPanel
from pos_app.ui.screens.payment_actions.lines_panel import LinesPanel
from pos_app.ui.screens.payment_actions.views import (
    ActionState,
    ActionView,
    Approver,
    DialogHead,
    FootKey,
    PickUpLine,
    SumRow,
)
from pos_app.ui.theme import px
from pos_app.ui.widgets.approval import ApprovalPanel
from pos_app.ui.widgets.cards import Card, Surface, clear, column, edges, grid, laid_out, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.keys import ActionTile, Key
from pos_app.ui.widgets.labels import MoneyLabel, Rule, ShortText, Text
from pos_app.ui.wording import money, say
from site_sync.domain.money import Money

TILES, AMOUNT, LINES, APPROVAL = range(4)


class PaymentActionsScreen(Surface):
    """Draws the actions it is given; an editable one asks for its amount, a locked one for approval."""

    action_chosen = Signal(str, object)
    approval_wanted = Signal(str, object)
    approved = Signal(str, object, str, str, str)
    details_pressed = Signal()
    discard_pressed = Signal()
    lines_chosen = Signal(object)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__("veil")
        self._actions: dict[str, ActionView] = {}
        self._waiting: tuple[str, Money | None] = ("", None)
        self.tiles: dict[str, ActionTile] = {}
        self._sums: QVBoxLayout = column(gap=10)
        self._effects: QVBoxLayout = column(gap=6)
        self._grid: QGridLayout = grid(gap=12)
        self.amount = AmountPanel()
        self.amount.confirmed.connect(self._chosen)
        self.amount.below_minimum.connect(self.approval_wanted)
        self.amount.cancelled.connect(self.show_tiles)
        self.lines = LinesPanel()
        self.lines.confirmed.connect(self.lines_chosen)
        self.lines.cancelled.connect(self.show_tiles)
        self.approval = ApprovalPanel()
        self.approval.approved.connect(self._approved)
        self.approval.cancelled.connect(self.show_tiles)
        self._places = QStackedWidget()
        self._sheet = Surface("sheet")
        self._sheet.setLayout(self._inside())
        outside = row(gap=0)
        outside.addWidget(self._sheet)
        self.setLayout(outside)

    def _inside(self) -> QVBoxLayout:
        inside = column(gap=0)
        inside.addLayout(self._head())
        inside.addWidget(Rule())
        self._body: QBoxLayout = row(gap=0)
        self._between = Rule(upright=True)
        self._body.addWidget(self._left())
        self._body.addWidget(self._between)
        self._body.addWidget(self._right(), 1)
        inside.addLayout(self._body, 1)
        inside.addWidget(Rule())
        inside.addLayout(self._foot())
        return inside

    def _head(self) -> QBoxLayout:
        """The number is never cut: on a narrow screen what follows it stands below."""
        self._heading: QBoxLayout = row(gap=14)
        edges(self._heading, 24, 14, 24, 14)
        head = row(gap=14)
        self._title = ShortText("", size=22, weight=700)
        self._badge = Badge()
        self._detail = ShortText("", size=16, tone="ink-2")
        head.addWidget(self._title)
        head.addWidget(self._badge)
        head.addStretch(1)
        self._heading.addLayout(head, 1)
        self._heading.addWidget(self._detail)
        return self._heading

    def _left(self) -> QWidget:
        self._left_side = Surface("card")
        note = Card(edge=15, gap=6, surface="note")
        note.column.addWidget(Text(say("payment_actions.what_will_happen"), size=15, weight=700))
        note.column.addLayout(self._effects)
        inside = column(gap=0)
        edges(inside, 24, 18, 24, 18)
        inside.addLayout(self._sums)
        self._hint = Text("", size=15, tone="warn", wrap=True)
        inside.addSpacing(px(6))
        inside.addWidget(self._hint)
        inside.addSpacing(px(24))
        inside.addWidget(note)
        inside.addStretch(1)
        holder = Surface("card")
        holder.setLayout(inside)
        around = column(gap=0)
        around.addWidget(scrolled(holder))
        self._left_side.setLayout(around)
        return self._left_side

    def _right(self) -> QWidget:
        holder = Surface("card")
        tiles = column(gap=0)
        tiles.addLayout(self._grid)
        tiles.addStretch(1)
        edges(tiles, 0, 0, 6, 0)
        holder.setLayout(tiles)
        for place in (scrolled(holder), self.amount, self.lines, scrolled(self.approval)):
            self._places.addWidget(place)
        side = Surface("card")
        inside = column(gap=0)
        edges(inside, 24, 18, 18, 18)
        inside.addWidget(self._places)
        side.setLayout(inside)
        return side

    def _foot(self) -> QHBoxLayout:
        foot = row(gap=12)
        edges(foot, 24, 14, 24, 14)
        back = Key(say("payment_actions.back"), icon="chevron-left")
        back.set_shortcut("Esc")
        back.clicked.connect(self._back)
        self.details_key = Key(say("payment_actions.details"))
        self.details_key.set_shortcut("F9")
        self.details_key.clicked.connect(self.details_pressed)
        self.discard_key = Key(say("action.discard_order"), tone="danger")
        self.discard_key.clicked.connect(self.discard_pressed)
        foot.addWidget(back)
        foot.addWidget(self.details_key)
        foot.addStretch(1)
        foot.addWidget(self.discard_key)
        return foot

    def show_head(self, head: DialogHead, *, discard: str = "", details: FootKey | None = None) -> None:
        """Title, badge and second line; `discard` is the text of the red key, none when empty."""
        self._show_details(details or FootKey(say("payment_actions.details")))
        self._title.say(head.title)
        self._badge.show_badge(head.badge, head.badge_tone)
        self._detail.say(head.detail)
        self._hint.say(head.hint)
        self._hint.setVisible(bool(head.hint))
        self.discard_key.set_label(discard)
        self.discard_key.setVisible(bool(discard))

    def _show_details(self, shown: FootKey) -> None:
        key = self.details_key
        key.set_label(shown.text)
        key.setVisible(bool(shown.text))
        key.setEnabled(not shown.why_not)
        key.setAccessibleDescription(shown.why_not or shown.detail)
        key.setToolTip(shown.why_not or shown.detail)

    def show_sums(self, sums: Sequence[SumRow]) -> None:
        """The sums on the left; a line is drawn above the strong ones."""
        clear(self._sums)
        for entry in sums:
            if entry.strong:
                self._sums.addWidget(Rule())
            size, weight = (22, 700) if entry.strong else (16, 400)
            line = row(gap=8)
            line.addWidget(Text(entry.text, size=size, weight=weight, wrap=True), 1)
            line.addWidget(MoneyLabel(entry.amount, size=size, weight=weight))
            self._sums.addLayout(line)

    def show_actions(self, actions: Sequence[ActionView]) -> None:
        """The tiles in two columns, the main one first looked at."""
        clear(self._grid)
        self._actions = {action.code: action for action in actions}
        self.tiles = {}
        for number, action in enumerate(actions):
            tile = ActionTile(
                action.title,
                detail=action.detail,
                amount=money(action.amount) if action.amount is not None else "",
                state=action.state,
            )
            if number < 9 and action.state is not ActionState.DISABLED:
                tile.set_shortcut(f"Alt+{number + 1}")
            tile.looked_at.connect(lambda code=action.code: self._look(code))
            tile.clicked.connect(lambda _=False, code=action.code: self._pressed(code))
            self._grid.addWidget(tile, number // 2, number % 2)
            self.tiles[action.code] = tile
        self.show_tiles()

    def show_tiles(self) -> None:
        """The actions, in place of amount or approval."""
        self._places.setCurrentIndex(TILES)
        main = next((a.code for a in self._actions.values() if a.state is ActionState.MAIN), "")
        first = main or next(
            (a.code for a in self._actions.values() if a.state is not ActionState.DISABLED), ""
        )
        if first:
            self._look(first)
            self.setFocusProxy(self.tiles[first])
            self.tiles[first].setFocus()

    def ask_lines(self, title: str, lines: Sequence[PickUpLine]) -> None:
        """Choose the units to pick up, in place of the actions; answered by `lines_chosen`."""
        self._places.setCurrentIndex(LINES)
        self.lines.ask(title, lines)

    @property
    def approving(self) -> bool:
        """Whether somebody is asked to approve."""
        return self._places.currentIndex() == APPROVAL

    @property
    def waiting(self) -> tuple[str, Money | None]:
        """The action, with its amount, that waits for an approval."""
        return self._waiting

    def ask_approval(self, code: str, amount: Money | None, approvers: Sequence[Approver]) -> None:
        """Open approval in place for this action; the presenter answers `approval_wanted` with it."""
        action = self._actions[code]
        self._waiting = (code, amount)
        words = say("payment_actions.approve_amount", amount=amount) if amount is not None else action.detail
        people = [(person.staff_id, person.name, person.role) for person in approvers]
        self.approval.ask(
            action.title, words, people, reason_needed=action.needs_reason or amount is not None
        )
        self._look(code)
        self._places.setCurrentIndex(APPROVAL)
        self.approval.setFocus()

    def effects(self) -> list[str]:
        """The sentences shown under "What will happen"."""
        return [widget.accessibleName() for widget in laid_out(self._effects)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A sheet in the middle, the whole place on a small screen; upright, one part above the other."""
        super().resizeEvent(event)
        upright = self.height() > self.width()
        direction = QBoxLayout.Direction
        self._sheet.setFixedSize(
            min(px(1080), self.width() - px(32)), min(px(1060 if upright else 680), self.height() - px(24))
        )
        self._body.setDirection(direction.TopToBottom if upright else direction.LeftToRight)
        self._between.setVisible(not upright)
        narrow = self._sheet.width() < px(900)
        self._heading.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._heading.setSpacing(px(2) if narrow else px(14))
        if upright:
            self._left_side.setFixedWidth(self._sheet.width())
            self._left_side.setMaximumHeight(px(380))
        else:
            self._left_side.setFixedWidth(min(px(360), max(px(280), self.width() // 4)))
            self._left_side.setMaximumHeight(self._sheet.height())

    def _look(self, code: str) -> None:
        clear(self._effects)
        action = self._actions[code]
        for group in action.groups:
            self._effects.addWidget(Text(group.heading, size=16, weight=700, wrap=True))
            for sentence in group.effects:
                self._effects.addWidget(Text(sentence, size=16, wrap=True))
        for sentence in action.effects or (say("payment_actions.nothing_happens"),):
            self._effects.addWidget(Text(sentence, size=16, weight=700 if action.groups else 400, wrap=True))

    def _pressed(self, code: str) -> None:
        action = self._actions[code]
        if action.state is ActionState.LOCKED:
            self.approval_wanted.emit(code, None)
        elif action.least is not None:
            self._places.setCurrentIndex(AMOUNT)
            self.amount.ask(action)
        else:
            self._chosen(code, action.amount)

    def _chosen(self, code: str, amount: Money | None) -> None:
        self.action_chosen.emit(code, amount)

    def _approved(self, staff_id: str, pin: str, reason: str) -> None:
        code, amount = self._waiting
        self.approved.emit(code, amount, staff_id, pin, reason)

    def _back(self) -> None:
        if self._places.currentIndex() == TILES:
            self.back_pressed.emit()
        else:
            self.show_tiles()
