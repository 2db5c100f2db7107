"""A till that does not start says why and what to do."""

from __future__ import annotations

import pytest

from pos_app.ui.screens.cannot_start import CannotStartScreen
from pos_app.ui.wording import say
from tests.screens.hand import heard, key, named, press
from tests.screens.show import Show


@pytest.mark.parametrize("code", ["locked", "newer", "upgrade"])
def test_it_says_why_and_what_to_do_and_can_be_closed(show: Show, code: str) -> None:
    screen = CannotStartScreen(say(f"start.{code}"), say(f"start.{code}_do"))
    show(screen)
    assert named(screen, say(f"start.{code}")).isVisible()
    assert named(screen, say(f"start.{code}_do")).isVisible()
    closed = heard(screen.closed)
    press(key(screen, "Close"))
    assert closed == [()]
