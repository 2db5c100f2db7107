"""The first start of a till: its site, printer, camera, card terminal and scanner."""

from pos_app.ui.screens.set_up.screen import SetUpScreen
from pos_app.ui.screens.set_up.steps import DEVICE_STEPS, STEPS, Step

__all__ = ["DEVICE_STEPS", "STEPS", "SetUpScreen", "Step"]
