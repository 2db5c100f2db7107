"""The till from the command line: its composition root."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from pos_app.arguments import Options, read
from pos_app.assembly import TillProgram
from pos_app.store.schema import SchemaTooNew, UpgradeFailed
from pos_app.store.till_file import FileLocked
from pos_app.ui import theme
from pos_app.ui.navigation import Page
from pos_app.ui.screens.cannot_start import CannotStartScreen
from pos_app.ui.tidying import Tidying
from pos_app.ui.window import Window
from pos_app.ui.wording import say
from site_sync.private_files import private

_REASONS: dict[type[Exception], str] = {
    FileLocked: "locked",
    SchemaTooNew: "newer",
    UpgradeFailed: "upgrade",
}


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,  # without the values of variables: they name customers
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _window(app: QApplication, options: Options) -> Window:
    name = theme.ThemeName(options.theme)
    scale = theme.scale_for_screen(app.primaryScreen(), options.scale)
    theme.apply(app, theme.load_look(name, scale_percent=scale))
    window = Window(keyboard_on_screen=options.keyboard)
    window.resize(1366, 768)
    return window


def _stop_on_signals(app: QApplication) -> QTimer:
    """Ctrl-C and termination end the event loop; Python needs a moment now and then to see them."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.quit())
    timer = QTimer(app)
    timer.start(200)
    timer.timeout.connect(lambda: None)
    return timer


def main(words: Sequence[str] | None = None) -> int:
    """Run the till; returns the exit code."""
    options = read(words)
    _log_to_stderr()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Handover")
    _stop_on_signals(app)
    Tidying(app)
    window = _window(app, options)
    if options.walk_through is not None or options.screenshots is not None:
        return _guided(app, options, window)
    with private():
        return _work(app, options, window)


def _work(app: QApplication, options: Options, window: Window) -> int:
    """A till that people work at, from its first screen to its end."""
    try:
        program = TillProgram(app, options, window)
        if options.enrol:
            program.failed.connect(lambda code: _not_let_in(app, options, code))
        program.start()
    except (FileLocked, SchemaTooNew, UpgradeFailed) as error:
        print(f"handover-till: {error}", file=sys.stderr)
        return _cannot_start(app, window, error)
    try:
        if options.full_screen:
            window.showFullScreen()
        else:
            window.show()
        return int(app.exec())
    finally:
        program.close()


def _cannot_start(app: QApplication, window: Window, error: Exception) -> int:
    """Say on the screen why this till does not start, and what to do; nothing of its data was touched."""
    code = _REASONS[type(error)]
    screen = CannotStartScreen(say(f"start.{code}"), say(f"start.{code}_do"))
    screen.closed.connect(app.quit)
    window.navigation.register("cannot_start", lambda: Page(screen))
    window.navigation.home("cannot_start")
    window.show()
    app.exec()
    return 2


def _guided(app: QApplication, options: Options, window: Window) -> int:
    # Loaded only when asked for, as a till that starts for work needs none of it.
    from pos_app.walk_through.play import screenshots, walk_through

    if options.walk_through is not None:
        return walk_through(app, options, window, options.walk_through)
    return screenshots(app, options, window, options.screenshots or Path())


def _not_let_in(app: QApplication, options: Options, code: str) -> None:
    print(f"handover-till: {options.site} did not let this till in: {code}", file=sys.stderr)
    app.exit(3)


if __name__ == "__main__":
    sys.exit(main())
