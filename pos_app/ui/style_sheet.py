"""The Qt style sheet of the till, written from the design tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_SHEET = """
QWidget#Window, QWidget[surface="ground"] {{ background: {ground}; }}
QWidget[surface="card"] {{ background: {card}; }}
QWidget[surface="bar"] {{ background: {bar}; }}
QWidget[surface="camera"] {{ background: {camera}; }}
QWidget[surface="veil"] {{ background: {veil}; }}
QFrame[surface="panel"] {{ background: {card}; border: 1px solid {line}; border-radius: {r}px; }}
QFrame[surface="sheet"] {{ background: {card}; border-radius: {r2}px; }}
QFrame[surface="note"] {{ background: {disabled}; border-radius: {r}px; }}
QFrame[surface="ok"] {{ background: {ok-ground}; border-radius: {r}px; }}
QFrame[surface="warn"] {{ background: {warn-ground}; border-radius: {r}px; }}
QFrame[surface="bad"] {{ background: {bad-ground}; border-radius: {r}px; }}
QFrame[surface="info"] {{ background: {info-ground}; border-radius: {r}px; }}
QFrame[surface="strip"] {{ background: {info-ground}; }}
QFrame[surface="bulk"] {{ background: {bar}; border-radius: {r}px; }}
QLineEdit, QPlainTextEdit {{
  background: {card}; color: {ink}; placeholder-text-color: {ink-2};
  border: 1px solid {line}; border-radius: {r}px;
  padding: 0 {pad}px; min-height: {touch}px; selection-background-color: {info}; selection-color: {card};
}}
QPlainTextEdit {{ padding: {gap}px; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {focus}; }}
QLineEdit[tall="true"] {{ min-height: {tall}px; }}
QLineEdit[wrong="true"] {{ border: 2px solid {bad}; }}
QLineEdit:disabled {{ background: {disabled}; color: {ink-2}; }}
QLineEdit[frameless="true"] {{ border: none; background: transparent; padding: 0; }}
QAbstractItemView {{ background: transparent; border: none; outline: none; }}
QScrollArea, QScrollArea > QWidget > QWidget[surface="clear"] {{ background: transparent; border: none; }}
QTableView {{ background: {card}; border: 1px solid {line}; border-radius: {r}px; }}
QScrollBar:vertical {{ background: transparent; width: {bar-w}px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {line}; border-radius: {bar-r}px; min-height: {touch}px; }}
QScrollBar:horizontal {{ background: transparent; height: {bar-w}px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {line}; border-radius: {bar-r}px; min-width: {touch}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QToolTip {{ background: {bar}; color: {bar-ink}; border: none; padding: {gap}px; }}
"""


def style_sheet(colours: Mapping[str, str], px: Callable[[float], int]) -> str:
    """The sheet for these colours; `px` turns design pixels into this till's pixels."""
    lengths = {
        "r": px(10),
        "r2": px(14),
        "pad": px(14),
        "gap": px(8),
        "touch": px(46),
        "tall": px(54),
        "bar-w": px(8),
        "bar-r": px(4),
    }
    return _SHEET.format(**colours, **lengths)
