"""The page that says what works offline, with this till's figures."""

from __future__ import annotations

from pos_app.operations import cut_off
from pos_app.operations.cut_off import WhatWorks
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.works_offline import WorksOfflineScreen
from pos_app.ui.views import works_offline


class WorksOfflineFlow:
    """Shows the table as it stands now."""

    def __init__(self, at: Workplace, screen: WorksOfflineScreen) -> None:
        self._at = at
        self._screen = screen
        screen.back_pressed.connect(at.window.navigation.back)

    def arrive(self, **_: object) -> None:
        """Show it."""
        self.refresh()

    def refresh(self) -> None:
        """Show it anew."""
        self._at.tasks.run(cut_off.what_works, then=self._show)

    def _show(self, works: WhatWorks) -> None:
        self._screen.show_state(*works_offline.state(works), works_offline.figures(works))
        self._screen.show_rows(works_offline.rows(works))
