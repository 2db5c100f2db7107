"""The sale."""

from pos_app.ui.screens.sale.screen import SaleScreen
from pos_app.ui.screens.sale.views import SaleCustomer, SaleLineView, SaleOrder, SaleTotals, SearchHit

__all__ = ["SaleCustomer", "SaleLineView", "SaleOrder", "SaleScreen", "SaleTotals", "SearchHit"]
