"""The details of a customer order."""

from pos_app.ui.screens.order_details.screen import OrderDetailsScreen
from pos_app.ui.screens.order_details.views import (
    AddressForm,
    DayChoice,
    DepositPreview,
    MethodChoice,
    Needed,
    OrderDetailsForm,
    SlotChoice,
    SourceChoice,
    StoreChoice,
)

__all__ = [
    "AddressForm",
    "DayChoice",
    "DepositPreview",
    "MethodChoice",
    "Needed",
    "OrderDetailsForm",
    "OrderDetailsScreen",
    "SlotChoice",
    "SourceChoice",
    "StoreChoice",
]
