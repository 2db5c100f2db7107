"""The account of an hour apart as the till's problem screen gives it: in words, and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QApplication

from pos_app.operations import problems
from pos_app.operations.desk import Desk
from pos_app.store.store import Store
from pos_app.ui import theme, wording
from pos_app.ui.screens.problems import ProblemsScreen, ProblemView
from pos_app.ui.views.problems import in_groups, problem_view
from tests.screens.render import window_with

WIDTH, HEIGHT = 1366, 768


def views(folder: Path) -> list[ProblemView]:
    """What the problem screen of a till that has ended would show."""
    wording.speak(wording.Language.ENGLISH, ZoneInfo("Europe/Copenhagen"))
    now = datetime.now(UTC)
    with closing(Store(folder)) as store:
        desk = Desk(store, lambda: now, lambda: "", lambda: True)
        return [problem_view(case, now) for case in in_groups(problems.open_problems(desk))]


def lines(shown: list[ProblemView]) -> Iterator[str]:
    """The account read out: order, act and person, why, what it means, what can be done."""
    for view in shown:
        yield f"{view.group}: {view.headline}"
        yield f"    {view.detail}"
        yield f"    {view.words}"
        yield from (f"    - {meaning}" for meaning in view.meanings)
        yield from (f"    [{way.words}] {way.effect}".rstrip() for way in view.ways)


def picture(shown: list[ProblemView], target: Path) -> None:
    """The screen as staff see it."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.load_look(theme.ThemeName.LIGHT, moving=False))

    def screen() -> ProblemsScreen:
        made = ProblemsScreen()
        made.show_problems(shown)
        return made

    window = window_with(screen, WIDTH, HEIGHT)
    window.grab().save(str(target))
    window.close()
