"""The first start of a till: its site, printer, camera and scanner."""

from pos_app.ui.screens.set_up.screen import SetUpScreen
from pos_app.ui.screens.set_up.steps import STEPS, Step

__all__ = ["STEPS", "SetUpScreen", "Step"]
