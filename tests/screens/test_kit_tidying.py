"""Garbage is collected in Qt's thread and in no other."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui.tidying import Tidying


class _Ring:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self, freed_in: list[int]) -> None:
        self.me = self
        self.end = weakref.finalize(self, lambda: freed_in.append(threading.get_ident()))


def _litter(freed_in: list[int]) -> None:
    _Ring(freed_in)
    kept = [[] for _ in range(50_000)]  # type: list[list[int]]
    kept.clear()


def test_what_another_thread_leaves_behind_is_freed_here(qapp: QApplication, qtbot: QtBot) -> None:
    freed_in: list[int] = []
    home = QObject()
    tidying = Tidying(home)
    try:
        worker = threading.Thread(target=_litter, args=(freed_in,))
        worker.start()
        worker.join()
        assert freed_in == []
        held = [_Ring([]) for _ in range(2_000)]
        qtbot.waitUntil(lambda: freed_in == [threading.get_ident()], timeout=3000)
        assert len(held) == 2_000
    finally:
        tidying.stop()
        gc.freeze()  # as the module had it
    assert gc.isenabled()
