"""Enrolling this till again while people work at it: what waits is sent under its new identity."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pos_app.background.sync import Sync
from pos_app.operations import device_care
from pos_app.operations.device_care import Enrolment
from pos_app.ui.flows.set_up_flow import read_invitation
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.enrol_again import EnrolAgainScreen
from pos_app.ui.views.status import advice_for
from pos_app.ui.wording import knows, say
from site_sync.domain.codes import Scan
from site_sync.protocol.changes import Enrolled

PAGE = "enrol"


class EnrolFlow(QObject):
    """Asks the site with a new code; a code for another till is refused while commands wait here."""

    def __init__(self, at: Workplace, screen: EnrolAgainScreen, sync: Sync) -> None:
        super().__init__(screen)
        self._at = at
        self._screen = screen
        self._sync = sync
        self._asking = False
        screen.enrol_pressed.connect(self._enrol)
        screen.back_pressed.connect(at.window.navigation.back)
        sync.enrolled.connect(self._enrolled)
        sync.enrolment_failed.connect(self._failed)
        at.takes_scans(PAGE, self)

    def arrive(self, **_: object) -> None:
        """Say what this till is, and why it was stopped."""
        self._at.tasks.run(device_care.enrolment, then=self._show)

    def _show(self, known: Enrolment) -> None:
        kept = say("status.kept", count=known.pending) if known.pending else ""
        hint = say("enrol.hint", store=known.store, till=known.till)
        self._screen.show_standing(advice_for(self._sync.state.code), kept, hint, known.site_url)

    def scanned(self, scan: Scan) -> bool:
        """The code as Site Manager shows it."""
        self._screen.fill(*read_invitation(scan.raw))
        return True

    def _enrol(self, address: str, code: str) -> None:
        if self._asking:
            return
        self._asking = True
        self._screen.show_asking(say("enrol.asking"))
        self._sync.enrol(address.strip().rstrip("/"), code.strip(), "")

    def _failed(self, code: str) -> None:
        if self._asking:
            self._asking = False
            key = f"set_up.failed_{code}"
            self._screen.show_error(say(key) if knows(key) else say("set_up.failed", code=code))

    def _enrolled(self, answer: Enrolled) -> None:
        if self._asking:
            self._asking = False
            self._sync.try_now()
            self._at.window.navigation.back()
            self._at.tell(say("enrol.done", store=answer.store, till=answer.till), tone="ok", seconds=10)
