"""Signing in and opening the shift."""

from pos_app.ui.screens.sign_in.screen import SignInScreen
from pos_app.ui.screens.sign_in.views import StaffTile

__all__ = ["SignInScreen", "StaffTile"]
