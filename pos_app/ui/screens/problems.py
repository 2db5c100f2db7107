"""The problems screen: what was not accepted, order by order, beside it what one means and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Surface, clear, column, edges, row, scrolled
from pos_app.ui.widgets.chips import Badge
from pos_app.ui.widgets.choices import Choice, ChoiceRow
from pos_app.ui.widgets.keys import ActionTile, Key
from pos_app.ui.widgets.labels import Rule, ShortText, Text
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.wording import say

OPEN, ENDED = "open", "ended"
"""The tabs: what waits for a person, and what was dealt with."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way a problem can end: its code, name and what it brings."""

    code: str
    words: str
    effect: str = ""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem in words: of which order (`group`), what was done, why it was refused, what that means."""

    problem_id: str
    group: str
    headline: str
    words: str
    detail: str
    badge: str = ""
    tone: str = "bad"
    meanings: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()


class ProblemsScreen(QWidget):
    """Groups of one order each on the left, the chosen problem on the right; it ends by somebody's act."""

    choice_pressed = Signal(str, str)
    tab_pressed = Signal(str)
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, ProblemView] = {}
        self._chosen = ""
        self._group = QButtonGroup(self)
        self.rows: dict[str, ChoiceRow] = {}
        self.keys: dict[tuple[str, str], ActionTile] = {}
        self.tabs = SegmentTabs((Tab(OPEN, say("problems.tab_open")), Tab(ENDED, say("problems.tab_ended"))))
        self.tabs.chosen.connect(self.tab_pressed)
        self._count = ShortText("", size=15, tone="ink-2")
        self._empty = Text("", size=20, tone="ink-2", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._list = column(gap=6)
        edges(self._list, 0, 0, 10, 0)
        self._detail = column(edge=20, gap=10)
        self._left, self._right = _held(self._list), _held(self._detail, "panel")
        panes = row(gap=12)
        panes.addWidget(self._left, 9)
        panes.addWidget(self._right, 11)
        whole = column(edge=16, gap=12)
        whole.addLayout(self._head())
        whole.addWidget(self._empty, 1)
        whole.addLayout(panes, 1)
        self.setLayout(whole)
        self.show_problems(())

    def _head(self) -> QHBoxLayout:
        back = Key("", icon="chevron-left", height=50)
        back.setAccessibleName(say("problems.back"))
        back.set_shortcut("Esc")
        back.clicked.connect(self.back_pressed)
        head = row(gap=12)
        head.addWidget(back)
        head.addWidget(ShortText(say("problems.title"), size=24, weight=700))
        head.addWidget(self._count, 1)
        head.addWidget(self.tabs)
        return head

    def show_problems(self, problems: Sequence[ProblemView]) -> None:
        """These problems, those of one order under each other; the chosen one stays chosen."""
        self._shown = {problem.problem_id: problem for problem in problems}
        ended = self.tabs.current() == ENDED
        self._empty.say(say("problems.none_ended" if ended else "problems.none"))
        self._count.say(say("problems.count", count=len(problems)) if problems and not ended else "")
        for part, wanted in ((self._empty, not problems), (self._left, problems), (self._right, problems)):
            part.setVisible(bool(wanted))
        self._fill_list(problems)
        chosen = self._chosen if self._chosen in self._shown else next(iter(self._shown), "")
        self.choose(chosen)

    def _fill_list(self, problems: Sequence[ProblemView]) -> None:
        for shown in self.rows.values():
            self._group.removeButton(shown)
        clear(self._list)
        self.rows = {}
        group = None
        for problem in problems:
            if problem.group != group:
                group = problem.group
                self._list.addWidget(ShortText(group, size=16, weight=700))
            self._list.addWidget(self._row(problem))
        self._list.addStretch(1)

    def _row(self, problem: ProblemView) -> ChoiceRow:
        choice = Choice(
            problem.problem_id, problem.headline, problem.words, badge=problem.badge, badge_tone=problem.tone
        )
        shown = ChoiceRow(choice, height=58)
        shown.clicked.connect(lambda _=False, chosen=problem.problem_id: self.choose(chosen))
        self._group.addButton(shown)
        self.rows[problem.problem_id] = shown
        return shown

    @property
    def views(self) -> tuple[ProblemView, ...]:
        """What is shown, from top to bottom."""
        return tuple(self._shown.values())

    def choose(self, problem_id: str) -> None:
        """Show what a problem means and how it can end."""
        clear(self._detail)
        self.keys = {}
        self._chosen = problem_id
        problem = self._shown.get(problem_id)
        if problem is None:
            return
        self.rows[problem_id].setChecked(True)
        self._tell(problem)
        if problem.ways:
            self._detail.addWidget(ShortText(say("problems.what_to_do"), size=15, weight=700, tone="ink-2"))
        for way in problem.ways:
            self._detail.addWidget(self._tile(problem_id, way))
        self._detail.addStretch(1)

    def _tell(self, problem: ProblemView) -> None:
        head = row(gap=10)
        head.addWidget(ShortText(problem.group, size=20, weight=700), 1)
        if problem.badge:
            head.addWidget(Badge(problem.badge, problem.tone))
        self._detail.addLayout(head)
        self._detail.addWidget(Text(problem.headline, size=17, weight=600, wrap=True))
        self._detail.addWidget(Text(problem.detail, size=15, tone="ink-2", wrap=True))
        self._detail.addWidget(Text(problem.words, size=18, wrap=True))
        if problem.meanings:
            self._detail.addWidget(Rule())
            self._detail.addWidget(
                ShortText(
                    say("problems.what_it_means" if problem.ways else "problems.what_it_was"),
                    size=15,
                    weight=700,
                    tone="ink-2",
                )
            )
        for meaning in problem.meanings:
            self._detail.addWidget(Text(meaning, size=16, wrap=True))

    def _tile(self, problem_id: str, way: Way) -> ActionTile:
        tile = ActionTile(way.words, detail=way.effect)
        tile.setFixedHeight(px(96))
        pressed = (problem_id, way.code)
        tile.clicked.connect(lambda _=False, pressed=pressed: self.choice_pressed.emit(*pressed))
        self.keys[pressed] = tile
        return tile


def _held(inside: QVBoxLayout, surface: str = "") -> QScrollArea:
    """A column in an area of its own that scrolls."""
    content = Surface(surface) if surface else QWidget()
    content.setLayout(inside)
    return scrolled(content)
