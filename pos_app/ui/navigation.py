"""Which screen is shown: screens are named, built when first needed, and left by going back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget


@dataclass(frozen=True, slots=True)
class Page:
    """A screen with what to do when it is shown (given the facts of `navigate`) and when it is left."""

    widget: QWidget
    arrive: Callable[..., None] | None = None
    leave: Callable[[], None] | None = None


class Navigation(QObject):
    """Shows one page of a stack at a time; pages never know each other, only names."""

    changed = Signal(str)

    def __init__(self, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._stack = stack
        self._builders: dict[str, Callable[[], Page]] = {}
        self._pages: dict[str, Page] = {}
        self._retired: list[Page] = []
        self._trail: list[tuple[str, dict[str, object]]] = []
        self._covered = False

    def register(self, name: str, build: Callable[[], Page]) -> None:
        """Tell how to build a page; it is built when it is first shown."""
        if name in self._builders:
            raise ValueError(f"there is a screen named {name} already")
        self._builders[name] = build

    def names(self) -> list[str]:
        """Every registered screen."""
        return list(self._builders)

    @property
    def current(self) -> str:
        """Name of the screen shown, empty before the first."""
        return self._trail[-1][0] if self._trail else ""

    def navigate(self, name: str, **facts: object) -> None:
        """Show a screen with these facts; going to one already on the trail returns to it."""
        self._uncover()
        known = [number for number, (visited, _) in enumerate(self._trail) if visited == name]
        self._leave()
        if known:
            del self._trail[known[0] :]
        self._trail.append((name, facts))
        self._show()

    def home(self, name: str, **facts: object) -> None:
        """Show a screen and forget how we came here."""
        self._uncover()
        self._leave()
        self._trail = [(name, facts)]
        self._show()

    def cover(self, name: str, **facts: object) -> None:
        """Lay a short question over the screen, which is not left by it: `back` shows it as it was."""
        self._uncover()
        self._trail.append((name, facts))
        self._covered = True
        self._show()

    def _uncover(self) -> bool:
        """Take the question away, if there is one; the screen below is the current one again."""
        if not self._covered:
            return False
        self._covered = False
        self._leave()
        self._trail.pop()
        return True

    def back(self) -> None:
        """Show the screen before this one; on the first screen nothing is left to go back to."""
        if self._uncover():
            name, _ = self._trail[-1]
            self._stack.setCurrentWidget(self.page(name).widget)
            self.page(name).widget.setFocus()
            self.changed.emit(name)
            return
        if len(self._trail) < 2:
            return
        self._leave()
        self._trail.pop()
        self._show()

    def rebuild(self) -> None:
        """Build every page anew, for another language or look, and show the current one again.

        The old pages stay until the next time: answers of the database may still be on their way to them.
        """
        self._leave()
        old, self._retired = self._retired, list(self._pages.values())
        self._pages.clear()
        for page in self._retired:
            self._stack.removeWidget(page.widget)
            page.widget.hide()
        for page in old:
            page.widget.deleteLater()
        QTimer.singleShot(0, self, old.clear)  # a key of an old page may be what was just pressed
        if self._trail:
            self._show()

    def page(self, name: str) -> Page:
        """The page of that name, built if need be."""
        if name not in self._pages:
            page = self._builders[name]()
            self._pages[name] = page
            self._stack.addWidget(page.widget)
        return self._pages[name]

    def _show(self) -> None:
        name, facts = self._trail[-1]
        page = self.page(name)
        self._stack.setCurrentWidget(page.widget)
        page.widget.setFocus()
        if page.arrive is not None:
            page.arrive(**facts)
        self.changed.emit(name)

    def _leave(self) -> None:
        page = self._pages.get(self.current)
        if page is not None and page.leave is not None:
            page.leave()
