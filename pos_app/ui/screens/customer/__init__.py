"""The customer."""

from pos_app.ui.screens.customer.screen import CustomerScreen
from pos_app.ui.screens.customer.views import CustomerForm, CustomerHit, CustomerOrder

__all__ = ["CustomerForm", "CustomerHit", "CustomerOrder", "CustomerScreen"]
