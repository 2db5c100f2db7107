"""The shift: its figures, cash in and out, and the count that closes it."""

from pos_app.ui.screens.shift.screen import ShiftScreen
from pos_app.ui.screens.shift.views import FigureRow, ShiftView, TenderRow

__all__ = ["FigureRow", "ShiftScreen", "ShiftView", "TenderRow"]
