"""The camera that reads codes at the counter, with what it sees."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from pos_app.ui.screens.set_up.steps import Step, heading
from pos_app.ui.theme import px
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.cards import Card, column, row
from pos_app.ui.widgets.choices import Choice, ChoiceList
from pos_app.ui.widgets.fields import TextField
from pos_app.ui.widgets.labels import Text
from pos_app.ui.wording import say

NONE, VIDEO = "none", "video"
CAMERAS = ("0", "1", "2")


class CameraStep(QWidget):
    """No camera, one of the first three, or a video file."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.sources = ChoiceList(say("set_up.camera_sources"), row_height=56)
        self.sources.show_choices(
            [
                Choice(NONE, say("set_up.camera_none"), icon="ban"),
                *(
                    Choice(code, say("set_up.camera_number", number=int(code) + 1), icon="camera")
                    for code in CAMERAS
                ),
                Choice(VIDEO, say("set_up.camera_video"), icon="play"),
            ],
            NONE,
        )
        self.file = TextField(say("set_up.video_file"), hint="/srv/counter.avi")
        self.file.hide()
        self.view = CameraView(say("set_up.camera_view"))
        self.state = Text(say("set_up.camera_off"), size=18, weight=600, wrap=True)
        card = Card(edge=20, gap=12)
        card.column.addWidget(self.sources)
        card.column.addWidget(self.file)
        card.column.addStretch(1)
        card.setMaximumWidth(px(380))
        seen = column(gap=12)
        seen.addWidget(self.view, 1)
        seen.addWidget(self.state)
        body = row(gap=16)
        body.addWidget(card, 2)
        body.addLayout(seen, 3)
        whole = column(gap=16)
        whole.addWidget(heading(Step.CAMERA))
        whole.addLayout(body, 1)
        self.setLayout(whole)
        self.setFocusProxy(self.sources)
        self.sources.chosen.connect(self._choose)
        self.file.entered.connect(lambda: self.chosen.emit(self.source()))

    def source(self) -> str:
        """A camera's number or a video's path; empty without a camera."""
        code = self.sources.current()
        if code == VIDEO:
            return self.file.text()
        return "" if code == NONE else code

    def show_source(self, source: str) -> None:
        """What this till uses now."""
        code = source if source in CAMERAS else VIDEO if source else NONE
        self.file.set_text(source if code == VIDEO else "")
        self.file.setVisible(code == VIDEO)
        self.sources.row(code).setChecked(True)

    def show_frame(self, picture: QImage) -> None:
        """What the camera sees."""
        self.view.show_frame(picture)

    def show_state(self, words: str, *, state: str = "waiting", tone: str = "ink") -> None:
        """How the camera is: waiting, read or refused, in words."""
        self.view.show_state(state)
        self.state.set_tone(tone)
        self.state.say(words)

    def _choose(self, code: str) -> None:
        self.file.setVisible(code == VIDEO)
        self.view.show_frame(QImage())
        if code == VIDEO and not self.file.text():
            self.file.setFocus()
            return
        self.chosen.emit(self.source())
