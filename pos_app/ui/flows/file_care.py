"""What people are told of the till's file: too little room on the disk, damage, and what was saved of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from pos_app.operations import file_care
from pos_app.operations.file_care import FileState
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.wording import say

LOOK_MS = 30_000
LONG_SECONDS = 60


class FileCare(QObject):
    """Looks at the disk now and then, and tells each change once."""

    def __init__(self, at: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._at = at
        self._enough = True
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        at.tasks.mended.connect(self._mended)
        at.signed_in.connect(self.look)

    def look(self) -> None:
        """Look at the disk, and whether the file was put right since somebody was here."""
        if self._at.staff is not None:
            self._at.tasks.run(file_care.look, then=self._tell)

    def _tell(self, state: FileState) -> None:
        if state.saved is not None:
            words = f"{say('till.file_saved', count=state.saved)} {say('till.file_brought')}"
            self._at.tell(words, tone="warn", seconds=LONG_SECONDS)
        room = state.room
        if room.enough == self._enough:
            return
        self._enough = room.enough
        if room.enough:
            self._at.tell(say("till.room_again"), tone="ok")
        else:
            words = say("refusal.disk_nearly_full_detail", free=room.free, needed=room.needed)
            self._at.tell(words, tone="bad", seconds=LONG_SECONDS)

    def _mended(self, found: bool) -> None:
        words = say("till.mended") if found else say("till.start_again")
        self._at.tell(words, tone="warn" if found else "bad", seconds=LONG_SECONDS)
