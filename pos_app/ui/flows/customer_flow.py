"""The customer of a sale at work: find, create, choose, see their orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pos_app.background.centre import Centre
from pos_app.operations import customers
from pos_app.store.order_rows import OrderRow
from pos_app.ui.flows.balance_part import ask_free
from pos_app.ui.flows.workplace import Workplace
from pos_app.ui.screens.customer.screen import CustomerScreen
from pos_app.ui.screens.customer.views import CustomerForm, CustomerHit, CustomerOrder
from pos_app.ui.views.orders import order_row
from pos_app.ui.wording import knows, money, refused, say
from site_sync.domain.balances import BalanceKind
from site_sync.domain.codes import Scan, ScanKind
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Refusal
from site_sync.domain.money import Money

Chosen = Callable[[Customer | None], None]


class CustomerFlow:
    """Gives the chosen customer back to whoever asked."""

    def __init__(self, at: Workplace, screen: CustomerScreen, centre: Centre) -> None:
        self._at = at
        self._centre = centre
        self._screen = screen
        self._then: Chosen = lambda _customer: None
        self._found: dict[str, Customer] = {}
        screen.searched.connect(self._search)
        screen.customer_chosen.connect(self._choose)
        screen.new_pressed.connect(self._new)
        screen.change_pressed.connect(self._change)
        screen.saved.connect(self._save)
        screen.used.connect(self._use)
        screen.removed.connect(lambda: self._give(None))
        screen.order_opened.connect(
            lambda order_id: at.window.navigation.navigate("orders", order_id=order_id)
        )
        screen.back_pressed.connect(at.window.navigation.back)
        at.takes_scans("customer", self)

    def arrive(self, then: Chosen | None = None, now: Customer | None = None, **_: object) -> None:
        """Choose a customer for the sale; `now` is who is in it already."""
        if then is not None:
            self._then = then
        self._screen.show_removable(removable=now is not None)
        self._screen.show_nobody()
        if now is not None:
            self._found[now.id] = now
            self._choose(now.id)

    def refresh(self) -> None:
        """Nothing on this screen changes under one's hands."""

    def _search(self, typed: str) -> None:
        if not typed:
            self._screen.show_hits(())
            return
        self._at.tasks.run(customers.search, typed, then=self._hits)

    def _hits(self, found: tuple[Customer, ...]) -> None:
        self._found.update({customer.id: customer for customer in found})
        self._screen.show_hits(
            [
                CustomerHit(
                    one.id,
                    one.name,
                    " · ".join(part for part in (one.phone, one.email) if part),
                    one.member_card,
                )
                for one in found
            ]
        )

    def _choose(self, customer_id: str) -> None:
        self._at.tasks.run(
            _orders_of, customer_id, then=lambda rows: self._show(self._found.get(customer_id), rows)
        )

    def _show(self, customer: Customer | None, rows: tuple[OrderRow, ...]) -> None:
        if customer is None:
            return
        now = self._at.now()
        orders = []
        for row in rows:
            shown = order_row(row, now)
            orders.append(
                CustomerOrder(
                    row.id, row.number, shown.customer_detail, row.to_pay, shown.badge, shown.badge_tone
                )
            )
        self._screen.show_customer(_form(customer), orders, badge=customer.member_card)
        ask_free(self._at, self._centre, customer, lambda free: self._free(customer, free))

    def _free(self, customer: Customer, free: dict[BalanceKind, Money]) -> None:
        """Credit and account, as far as there is anything to use."""
        told = [say(f"customer.free_{kind.value}", amount=money(one)) for kind, one in free.items() if one]
        self._screen.show_balances(customer.id, told)

    def _new(self, typed: str) -> None:
        phone = typed if typed.replace(" ", "").lstrip("+").isdigit() else ""
        email = typed if "@" in typed else ""
        name = "" if phone or email else typed
        self._screen.show_form(CustomerForm(name=name, phone=phone, email=email))

    def _change(self, customer_id: str) -> None:
        if customer_id in self._found:
            self._screen.show_form(_form(self._found[customer_id]))

    def _save(self, form: CustomerForm) -> None:
        known = self._found.get(form.customer_id, Customer())
        customer = replace(
            known,
            name=form.name,
            phone=form.phone,
            email=form.email,
            member_card=form.member_card,
            language=form.language,
        )
        self._at.act(customers.create, self._at.acting, customer, then=self._saved)

    def _saved(self, result: Any) -> None:
        if isinstance(result, Refusal):
            field = str(result.facts.get("field", "name"))
            known = f"customer.{field}_wrong"
            words = say(known) if knows(known) else refused(result.code.value, result.facts)
            self._screen.show_form_errors({field: words})
            return
        self._found[result.id] = result
        self._give(result)

    def _use(self, customer_id: str) -> None:
        self._give(self._found.get(customer_id))

    def _give(self, customer: Customer | None) -> None:
        self._at.window.navigation.back()
        self._then(customer)

    def scanned(self, scan: Scan) -> bool:
        """A member card chooses its customer."""
        if scan.kind is not ScanKind.MEMBER_CARD or not scan.card:
            return False
        self._at.tasks.run(customers.by_card, scan.card, then=self._by_card)
        return True

    def _by_card(self, customer: Customer | None) -> None:
        if customer is not None:
            self._found[customer.id] = customer
            self._choose(customer.id)


def _orders_of(desk: Any, customer_id: str) -> tuple[OrderRow, ...]:
    return customers.orders_of(desk, customer_id, open_only=False)


def _form(customer: Customer) -> CustomerForm:
    return CustomerForm(
        customer.id, customer.name, customer.phone, customer.email, customer.member_card, customer.language
    )
