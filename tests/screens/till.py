"""A till at work without a site: real store, database thread and window, with somebody signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent

from pos_app.background.tasks import Tasks
from pos_app.operations import shifts
from pos_app.operations.desk import Acting, Desk
from pos_app.store.cash import Shift
from pos_app.ui.flows.workplace import Place, Workplace
from pos_app.ui.navigation import Page
from pos_app.ui.window import Window
from site_sync.domain.money import Money
from site_sync.domain.shop import StaffMember
from site_sync.domain.shop import Store as Shop
from site_sync.protocol.changes import RecordKind
from tests.builders import NOW
from tests.desks import BOSS, CASHIER, Bench, open_bench, with_pin
from tests.screens.hand import settle


@dataclass
class Till:
    """A window on a bench; everything that touches the store runs on the database thread."""

    window: Window
    tasks: Tasks
    at: Workplace

    def put(self, name: str, screen: Any, flow: Any) -> None:
        """Show a screen with its flow."""
        self.window.navigation.register(name, lambda: Page(screen, flow.arrive))
        self.window.navigation.home(name)
        self.rest()

    def rest(self) -> None:
        """Let the database thread finish and its answers arrive, a few times as answers ask again."""
        for _ in range(4):
            self.tasks.call(lambda _desk: None)
            settle()

    def sign_in(self, staff: StaffMember, floated: int | None = 20_000) -> None:
        """Somebody begins to work, with a shift when there is a float."""
        shift = None
        if floated is not None:
            opened = self.tasks.call(shifts.open, Acting(BOSS), Money(floated, "EUR"))
            assert isinstance(opened, Shift)
            shift = opened
        self.at.sign_in(staff, shift)

    def said(self) -> list[str]:
        """What the notices say."""
        return self.window.notices.texts()

    def close(self) -> None:
        """End of the day; the window goes in its own thread, not when another one collects garbage."""
        self.tasks.close()
        self.tasks.deleteLater()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def open_till(folder: Path, prepare: Callable[[Bench], None] = lambda _: None) -> Till:
    """A till with the small shop of the benches; the boss and the cashier have PINs."""

    def desk() -> Desk:
        bench = open_bench(folder)
        for person in (BOSS, CASHIER):
            bench.tell(RecordKind.STAFF, person.id, with_pin(person))
        prepare(bench)
        return bench.desk

    tasks = Tasks(desk)
    tasks.wait_until_open()
    window = Window()
    window.resize(1366, 768)
    window.show()
    return Till(window, tasks, Workplace(window, tasks, Place(Shop("S01", "Harbour"), "02"), lambda: NOW))
