"""Signing in at work: who, PIN or badge, and the float that opens a shift."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pos_app.operations import shifts, signing_in
from pos_app.operations.desk import Acting
from pos_app.store.cash import Shift
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.sign_in.screen import SignInScreen
from pos_app.ui.screens.sign_in.views import StaffTile
from pos_app.ui.wording import Language, refused, say, speak
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money
from site_sync.domain.permissions import Right
from site_sync.domain.shop import StaffMember

USUAL_FLOAT = 20_000


class SignInFlow:
    """Ends on the sale screen with somebody signed in and, where they may, a shift open."""

    def __init__(self, at: Workplace, screen: SignInScreen) -> None:
        self._at = at
        self._screen = screen
        self._person: StaffMember | None = None
        screen.pin_entered.connect(self._pin)
        screen.float_entered.connect(self._float)
        screen.language_chosen.connect(self._language)
        at.takes_scans("sign_in", self)

    def arrive(self, **_: object) -> None:
        """Show who may sign in here."""
        place = self._at.place
        self._person = None
        self._screen.show_place(f"{place.store.code} {place.store.name}", say("till.name", till=place.till))
        self._screen.ask_who()
        self.refresh()

    def refresh(self) -> None:
        """News of any kind: show who may sign in now, and disturb nobody who is doing so."""
        self._at.tasks.run(signing_in.staff_here, then=self._show)

    def _show(self, staff: tuple[StaffMember, ...]) -> None:
        self._screen.show_staff([StaffTile(one.id, one.name, say(f"role.{one.role.value}")) for one in staff])

    def _language(self, code: str) -> None:
        speak(Language(code), ZoneInfo(self._at.place.store.calendar.timezone))
        self._at.window.rebuild()

    def _pin(self, staff_id: str, pin: str) -> None:
        self._at.act(signing_in.with_pin, staff_id, pin, then=self._known)

    def scanned(self, scan: Scan) -> bool:
        """A staff badge signs in."""
        if scan.kind is not ScanKind.STAFF_BADGE or not scan.token:
            return False
        self._at.tasks.run(signing_in.with_badge, scan.token, then=self._badge)
        return True

    def _badge(self, result: Any) -> None:
        """A badge that lets nobody in is told over the screen, as no PIN is being typed beside it."""
        if self._at.went_well(result):
            self._known(result)

    def _known(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._refused(result)
            return
        self._person = result
        self._at.tasks.run(shifts.current, then=self._shift)

    def _refused(self, refusal: Refusal) -> None:
        left, until = refusal.facts.get("left"), refusal.facts.get("until")
        if isinstance(until, str):
            wait = datetime.fromisoformat(until) - self._at.now()
            self._screen.show_wait(max(1, int(wait.total_seconds())))
        elif isinstance(left, int):
            self._screen.show_wrong_pin(left)
        else:
            self._screen.show_refused(refused(refusal.code.value, refusal.facts))

    def _shift(self, shift: Shift | None) -> None:
        person = self._person
        if person is None:
            return
        if shift is None and Right.SHIFT_OPEN in person.rights:
            self._screen.ask_float(Money(USUAL_FLOAT, self._at.place.currency))
            return
        self._enter(shift)

    def _float(self, amount: Money) -> None:
        if self._person is not None:
            self._at.act(shifts.open, Acting(self._person), amount, then=self._opened)

    def _opened(self, result: Any) -> None:
        if isinstance(result, Refusal):
            self._screen.show_refused(refused(result.code.value, result.facts))
            return
        self._enter(result)

    def _enter(self, shift: Shift | None) -> None:
        person, self._person = self._person, None
        if person is not None:
            self._at.sign_in(person, shift)
