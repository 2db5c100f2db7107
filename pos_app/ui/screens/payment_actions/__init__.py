"""The payment-action dialog."""

from pos_app.ui.screens.payment_actions.screen import PaymentActionsScreen
from pos_app.ui.screens.payment_actions.views import ActionState, ActionView, Approver, DialogHead, SumRow
from pos_app.ui.screens.payment_actions.words import action_view

__all__ = [
    "ActionState",
    "ActionView",
    "Approver",
    "DialogHead",
    "PaymentActionsScreen",
    "SumRow",
    "action_view",
]
