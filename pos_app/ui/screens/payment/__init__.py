"""Payment."""

from pos_app.ui.screens.payment.screen import PaymentScreen
from pos_app.ui.screens.payment.views import (
    CardState,
    CardView,
    PaymentHead,
    Receipt,
    TakenPayment,
    TenderChoice,
)

__all__ = ["CardState", "CardView", "PaymentHead", "PaymentScreen", "Receipt", "TakenPayment", "TenderChoice"]
