"""What is heard at the till while people work: an order that arrives, a scan that fits or does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from pos_app.hardware.sounds import Sound, SoundPlayer
from pos_app.operations import arrivals, device_settings
from pos_app.operations.device_settings import Habits
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.wording import say


class TillNews(QObject):
    """Sounds and notices; `refresh` shows counters and screens as they are now."""

    def __init__(
        self, at: Workplace, player: SoundPlayer | None, refresh: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._at = at
        self._player = player
        self._refresh = refresh
        self._to_put_back: int | None = None
        at.sounded.connect(self.sound)
        at.habits_changed.connect(self._heed)
        at.tasks.run(device_settings.habits, then=at.heed)

    def _heed(self, habits: Habits) -> None:
        if self._player is not None:
            self._player.volume = habits.volume

    def sound(self, sound: Sound) -> None:
        """Let it be heard; a computer without a player beeps where people have to look up."""
        if self._player is None or self._player.play(sound):
            return
        if sound in (Sound.ARRIVED, Sound.REFUSED):
            QApplication.beep()

    def counted(self, to_put_back: int) -> None:
        """How many orders have goods to put back; more than before is said, as nobody here made it so."""
        before, self._to_put_back = self._to_put_back, to_put_back
        if before is not None and to_put_back > before and self._at.staff is not None:
            self._at.tell(say("put_back.more", count=to_put_back), tone="warn", seconds=8)

    def arrived(self, order_id: str) -> None:
        """An order came from the site."""
        self._at.tasks.run(arrivals.arrived, order_id, then=self._tell)

    def _tell(self, record: Any) -> None:
        if record is not None:
            self.sound(Sound.ARRIVED)
            if self._at.staff is not None:
                order = record.order
                words = say("till.arrived", number=order.number, name=order.customer.name)
                self._at.tell(words, tone="info", seconds=8)
        self._refresh()
