"""An application event filter that takes a scanner's key bursts out of the keys typed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from shiboken6 import isValid

from pos_app.hardware.scanner import GROUP_SEPARATOR, BurstRecogniser, Verdict, WedgeSettings

TIMER_GRACE_MS = 10
"""Keys that wait in the queue while the screen was busy must be seen before their time is called over."""

_MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
_KEY_EVENTS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})
_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


@dataclass(slots=True)
class _Stroke:
    """A held key: where it was going, its press, and its release once that came."""

    receiver: QObject
    press: QKeyEvent
    release: QKeyEvent | None = None


class WedgeFilter(QObject):
    """Emits `code` for each burst of a keyboard-wedge scanner; hand typing arrives, at most a blink later.

    Only keys of a real keyboard are looked at: what the till's own keys send is passed on at once. The clock
    counts seconds; it serves where a key event carries no time of its own.
    """

    code = Signal(str)

    def __init__(
        self, settings: WedgeSettings, clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._recogniser = BurstRecogniser(settings)
        self._clock = clock
        self._held: list[_Stroke] = []
        self._used_up: set[int] = set()
        self._replaying = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._first_call)

    def install(self, application: QCoreApplication) -> None:
        """Begin to watch the application's keys."""
        application.installEventFilter(self)

    def remove(self, application: QCoreApplication) -> None:
        """Stop watching; what is still held is given back."""
        application.removeEventFilter(self)
        self.use(self._settings)

    def use(self, settings: WedgeSettings) -> None:
        """Recognise bursts by these settings from now on."""
        self._timer.stop()
        self._give_back(len(self._held))
        self._settings = settings
        self._recogniser = BurstRecogniser(settings)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold, use up or pass a key event; everything else passes."""
        if event.type() not in _KEY_EVENTS or self._replaying or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            return self._keep_from_shortcuts(event)
        if not event.spontaneous():
            return False
        if event.type() == QEvent.Type.KeyRelease:
            return self._released(event)
        return self._pressed(watched, event)

    def _keep_from_shortcuts(self, event: QKeyEvent) -> bool:
        """Inside a burst, no key may set off a shortcut or a default button."""
        if not self._held or not _text(event):
            return False
        event.accept()
        return True

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() in _MODIFIER_KEYS:
            return False
        self._used_up.discard(_code(event))
        at_ms = event.timestamp() or round(self._clock() * 1000)
        self._apply(self._recogniser.expire(at_ms))
        verdict = self._recogniser.feed("" if event.isAutoRepeat() else _text(event), at_ms)
        self._give_back(verdict.release)
        if verdict.hold:
            self._held.append(_Stroke(watched, _copy(event)))
        if verdict.code is not None:
            self._use_up(verdict.code)
        elif verdict.hold:
            self._timer.start(self._settings.max_gap_ms + TIMER_GRACE_MS)
        return verdict.hold

    def _released(self, event: QKeyEvent) -> bool:
        """Send a release the way of its press."""
        for stroke in self._held:
            if stroke.release is None and _code(stroke.press) == _code(event):
                stroke.release = _copy(event)
                return True
        if _code(event) in self._used_up:
            self._used_up.discard(_code(event))
            return True
        return False

    def _first_call(self) -> None:
        """Let keys that are already in the queue come first, then call time."""
        QTimer.singleShot(0, self, self._last_call)

    def _last_call(self) -> None:
        deadline = self._recogniser.deadline_ms
        if deadline is not None and not self._timer.isActive():
            self._apply(self._recogniser.expire(deadline))

    def _apply(self, verdict: Verdict) -> None:
        self._give_back(verdict.release)
        if verdict.code is not None:
            self._use_up(verdict.code)

    def _use_up(self, code: str) -> None:
        self._used_up.update(_code(stroke.press) for stroke in self._held if stroke.release is None)
        self._held.clear()
        self._timer.stop()
        self.code.emit(code)

    def _give_back(self, count: int) -> None:
        """Send the oldest held keys where they were going, or to the focus if that is gone."""
        strokes, self._held = self._held[:count], self._held[count:]
        self._replaying = True
        try:
            for stroke in strokes:
                receiver = stroke.receiver if isValid(stroke.receiver) else QGuiApplication.focusObject()
                for event in (stroke.press, stroke.release):
                    if event is not None and receiver is not None and isValid(receiver):
                        QCoreApplication.sendEvent(receiver, event)
        finally:
            self._replaying = False


def _text(event: QKeyEvent) -> str:
    """Return what a key types; empty for commands such as Ctrl+V, but AltGr characters count as typed."""
    text = event.text()
    modifiers = event.modifiers()
    is_altgr = modifiers & Qt.KeyboardModifier.AltModifier and modifiers & Qt.KeyboardModifier.ControlModifier
    is_command = modifiers & (_COMMAND | Qt.KeyboardModifier.AltModifier)
    return "" if is_command and not is_altgr and text != GROUP_SEPARATOR else text


def _code(event: QKeyEvent) -> int:
    """Return what press and release of one key have in common, whatever the modifiers did in between."""
    return event.nativeScanCode() or int(event.key())


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
