"""Every screen test runs in the light look, in English, without sliding."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from pos_app.ui import theme, wording
from tests.screens.show import show

__all__ = ["show"]


@pytest.fixture(scope="module", autouse=True)
def _collected_here() -> Iterator[None]:
    """Garbage is collected only between tests and in this thread, also while a module keeps a till open.

    Left to itself Python collects in whatever thread happens to allocate; a window that goes in the database
    thread waits for this one for ever.
    """
    gc.collect()
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    """The look; afterwards the windows of the test go, in this thread, as Qt wants it."""
    theme.apply(qapp, theme.load_look(moving=False))
    wording.speak(wording.Language.ENGLISH, ZoneInfo("Europe/Copenhagen"))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect(0)  # what is new; the end of the module looks at the rest
