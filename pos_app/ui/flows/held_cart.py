"""What the parts of the sale need of the sale they belong to."""

from __future__ import annotations

from typing import Any, Protocol

from pos_app.operations.cart import Cart


class HoldsCart(Protocol):
    """The sale with its one cart."""

    @property
    def cart(self) -> Cart:
        """What lies in the sale."""
        ...

    def edit(self, change: Any, *, of_line: bool = False) -> None:
        """Change the cart by a function of (desk, cart)."""
        ...

    def edit_by_right(self, change: Any) -> None:
        """Change the cart by a function of (desk, acting, cart) that may need somebody's approval."""
        ...

    def clear(self) -> None:
        """The next customer."""
        ...

    def forget(self) -> None:
        """Nothing lies in the sale."""
        ...

    def take(self, cart: Cart) -> None:
        """Another cart lies in the sale."""
        ...

    def refresh(self) -> None:
        """Show everything as it is now."""
        ...
