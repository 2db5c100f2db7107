"""Sign in: staff tiles, PIN pad or badge, and the float that opens the shift."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.icons import pixmap
from pos_app.ui.screens.sign_in.float_panel import FloatPanel
from pos_app.ui.screens.sign_in.views import StaffTile
from pos_app.ui.theme import px
from pos_app.ui.widgets.cards import Card, Surface, column, row
from pos_app.ui.widgets.labels import Text
from pos_app.ui.widgets.pin_pad import PinPad
from pos_app.ui.widgets.tabs import SegmentTabs, Tab
from pos_app.ui.widgets.tile_grid import GAP, SCROLL_BAR, Tile, TileGrid
from pos_app.ui.wording import Language, language, say
from site_sync.domain.money import Money

_LANGUAGES = ((Language.ENGLISH, "English"), (Language.GERMAN, "Deutsch"), (Language.DANISH, "Dansk"))


class SignInScreen(Surface):
    """Choose your name, type your PIN; or scan your badge. Then, once a day, the float."""

    staff_chosen = Signal(str)
    pin_entered = Signal(str, str)
    float_entered = Signal(Money)
    language_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("ground")
        self._staff: dict[str, StaffTile] = {}
        self._chosen = ""
        self._store = Text("", size=28, weight=700, wrap=True)
        self._till = Text("", size=16, tone="ink-2")
        self._tiles = TileGrid(say("sign_in.staff"), tile_width=230, tile_height=88)
        self._tiles.tile_pressed.connect(self.choose)
        self._pin = PinPad(key_height=64)
        self._pin.setMinimumWidth(px(300))
        self._pin.entered.connect(self._entered)
        self._name = Text("", size=22, weight=700)
        self._name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._role = Text("", size=15, tone="ink-2")
        self._role.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._float = FloatPanel()
        self._float.entered.connect(self.float_entered)
        self._languages = SegmentTabs([Tab(code, name) for code, name in _LANGUAGES], weight=500)
        self._languages.choose(language())
        self._languages.chosen.connect(self.language_chosen)
        self._panels = QStackedWidget()
        self._panels.addWidget(self._badge_panel())
        self._panels.addWidget(self._pin_panel())
        self._panels.addWidget(self._float)
        card = Card(edge=24)
        card.setFixedWidth(px(380))
        card.column.addWidget(self._panels)
        inside = row(edge=24, gap=24)
        inside.addLayout(self._left(), 1)
        inside.addWidget(card)
        self.setLayout(inside)
        self.setFocusProxy(self._tiles)

    def _left(self) -> QVBoxLayout:
        left = column(gap=4)
        left.addWidget(self._store)
        left.addWidget(self._till)
        left.addSpacing(px(16))
        tiles = row(gap=0)
        tiles.setContentsMargins(-px(GAP), 0, -px(GAP + SCROLL_BAR), 0)
        tiles.addWidget(self._tiles)
        left.addLayout(tiles, 1)
        left.addWidget(self._languages)
        return left

    def _badge_panel(self) -> QWidget:
        panel = QWidget()
        inside = column(gap=12)
        inside.addStretch(1)
        sign = QLabel()
        sign.setPixmap(pixmap("id-card", 72, "ink-2"))
        sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(sign)
        for text, size, weight, tone in (
            (say("sign_in.title"), 22, 700, "ink"),
            (say("sign_in.hint"), 16, 400, "ink-2"),
        ):
            words = Text(text, size=size, weight=weight, tone=tone, wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(words)
        inside.addStretch(2)
        panel.setLayout(inside)
        return panel

    def _pin_panel(self) -> QWidget:
        panel = QWidget()
        inside = column(gap=4)
        inside.addWidget(self._name)
        inside.addWidget(self._role)
        inside.addSpacing(px(8))
        inside.addWidget(self._pin, 1)
        badge = Text(say("sign_in.or_badge"), size=14, tone="ink-2", wrap=True)
        badge.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        badge.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        inside.addWidget(badge)
        panel.setLayout(inside)
        return panel

    def show_place(self, store: str, till: str) -> None:
        """Store and till, large."""
        self._store.say(store)
        self._till.say(till)

    def ask_who(self) -> None:
        """Begin anew: nobody is chosen yet."""
        self._chosen = ""
        self._pin.forget()
        self._panels.setCurrentIndex(0)

    def show_staff(self, staff: Sequence[StaffTile]) -> None:
        """Who may sign in here; whoever types a PIN goes on, unless they work here no more."""
        self._staff = {person.staff_id: person for person in staff}
        self._tiles.show_tiles([Tile(p.staff_id, p.name, p.role, face=_initials(p.name)) for p in staff])
        if self._chosen and self._chosen not in self._staff:
            self.ask_who()

    def choose(self, staff_id: str) -> None:
        """Ask this person for the PIN, as by touch; also used when the till locked itself."""
        person = self._staff[staff_id]
        self._chosen = staff_id
        self._name.say(person.name)
        self._role.say(person.role)
        self._pin.forget()
        self._panels.setCurrentIndex(1)
        self._pin.setFocus()
        self.staff_chosen.emit(staff_id)

    def show_wrong_pin(self, tries_left: int) -> None:
        """The PIN was wrong; so many tries are left before a wait."""
        self._pin.show_wrong(say("pin.wrong", count=tries_left))

    def show_wait(self, seconds: int) -> None:
        """Too many wrong tries: a wait that counts down."""
        self._pin.show_wait(seconds)

    def show_refused(self, words: str) -> None:
        """Any other reason why this person cannot sign in here."""
        self._pin.show_wrong(words)

    def ask_float(self, expected: Money) -> None:
        """Ask for the cash in the drawer before the first sale of the shift."""
        self._panels.setCurrentIndex(2)
        self._float.ask(expected)

    def _entered(self, pin: str) -> None:
        self.pin_entered.emit(self._chosen, pin)


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
