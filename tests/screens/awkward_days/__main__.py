"""Pictures of the awkward days: `python -m tests.screens.awkward_days DIRECTORY`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from pos_app.ui import theme, wording
from tests.screens.awkward_days.calendar import DAYS
from tests.screens.awkward_days.town import TillHere, open_town
from tests.screens.hand import settle


def main(arguments: list[str]) -> None:
    """Play every day in one town and write its pictures."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, theme.load_look(moving=False))
    wording.speak(wording.Language.ENGLISH, ZoneInfo("Europe/Copenhagen"))
    with tempfile.TemporaryDirectory() as place, open_town(Path(place)) as town:
        for number, day in enumerate(DAYS, start=1):
            town.tomorrow()
            name = f"day-{number:02}"
            taken: list[str] = []

            def look(till: TillHere, step: str, name: str = name, taken: list[str] = taken) -> None:
                settle()
                taken.append(step)
                picture = till.till.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
                picture.save(str(folder / f"{name}-{len(taken)}-{step}.png"), quality=0)

            day(town, look)
            town.everybody_meets()
            town.all_is_well()


if __name__ == "__main__":
    main(sys.argv[1:])
