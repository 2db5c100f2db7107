"""Customer, order details, payment actions and payment on the same believable day."""

from __future__ import annotations

from datetime import date, timedelta

from pos_app.ui.screens.customer import CustomerForm, CustomerHit, CustomerOrder, CustomerScreen
from pos_app.ui.screens.order_details import (
    DayChoice,
    DepositPreview,
    MethodChoice,
    OrderDetailsForm,
    OrderDetailsScreen,
    SlotChoice,
    SourceChoice,
    StoreChoice,
)
from pos_app.ui.screens.order_details.views import Cover
from pos_app.ui.screens.payment import (
    CardState,
    CardView,
    PaymentHead,
    PaymentScreen,
    TakenPayment,
    TenderChoice,
)
from pos_app.ui.screens.payment_actions import (
    ActionState,
    ActionView,
    Approver,
    DialogHead,
    PaymentActionsScreen,
    SumRow,
)
from tests.screens.sample import eur

MARIA = CustomerForm("c1", "Maria Jensen", "+45 20 11 43 07", "maria.jensen@example.org", "4471", "da")
MONDAY = date(2026, 11, 23)

METHODS = (
    MethodChoice("collect_here", "Collect here", "S01 Harbour Street", icon="store"),
    MethodChoice("collect_other", "Another store", "choose below", needs_store=True, icon="map-pin"),
    MethodChoice("ship", "Ship", "6.90 · paid in full", needs_address=True, icon="truck"),
    MethodChoice("home", "Home delivery", "19.00 · Thu and Fri", needs_address=True, icon="house"),
)

STORES = (
    StoreChoice("S03", "S03 Airport", Cover.ALL, 4, 4, "ready today from 16:00 · 9 km"),
    StoreChoice("S02", "S02 Old Town", Cover.SOME, 3, 4, "head torch in 2 days by transfer · 2 km"),
    StoreChoice("S05", "S05 Fjord Centre", Cover.NONE, 0, 4, "transfer in 3 days · 31 km"),
)

ACTIONS = (
    ActionView(
        "pay_deposit",
        "Pay deposit",
        "20 % now, rest at collection",
        eur(4298),
        ActionState.MAIN,
        eur(4298),
        eur(21490),
        (
            "Reserves 4 items at S03 Airport.",
            "Takes 42.98 now, 171.92 at collection.",
            "Prints an order slip with a code.",
            "Sends Maria a confirmation.",
        ),
    ),
    ActionView(
        "pay_in_full",
        "Pay in full",
        "nothing due at collection",
        eur(21490),
        effects=("Reserves 4 items at S03 Airport.", "Takes 214.90 now."),
    ),
    ActionView("continue_to_payment", "Continue to payment", "3 lines marked for pickup", eur(16500)),
    ActionView("pick_up_all", "Pick up entire order", "1 line is not in this store", eur(21490)),
    ActionView(
        "save",
        "Save without deposit",
        "needs a supervisor",
        eur(0),
        ActionState.LOCKED,
        effects=("Reserves 4 items at S03 Airport.", "Leaves 214.90 to pay."),
        needs_reason=True,
    ),
    ActionView("save_and_print", "Save and print", "needs a supervisor", eur(0), ActionState.LOCKED),
    ActionView(
        "pay_back_deposit", "Pay back deposit", "no deposit on this order", state=ActionState.DISABLED
    ),
    ActionView("save_as_quote", "Print quote instead", "reserves nothing", eur(0)),
)

APPROVERS = (Approver("ole", "Ole Brandt", "Supervisor"), Approver("sara", "Sara Holm", "Store manager"))

TENDERS = (
    TenderChoice("card", "Card", "credit-card"),
    TenderChoice("cash", "Cash", "banknote", may_exceed=True),
    TenderChoice("gift_card", "Gift card", "gift", reference="Gift card number"),
    TenderChoice("credit", "Customer credit", "wallet", "12.50 there"),
    TenderChoice("account", "On account", "file-text", "no account", possible=False),
)


def customer() -> CustomerScreen:
    """A search with a customer and her orders."""
    screen = CustomerScreen()
    screen.search.setText("jensen")
    screen.show_hits(
        [
            CustomerHit("c1", "Maria Jensen", "+45 20 11 43 07 · member 4471", "2 orders"),
            CustomerHit("c2", "Peter Jensen", "+45 31 80 12 55"),
            CustomerHit("c3", "Anne-Mette Jensen", "am.jensen@example.org", "1 order"),
        ],
        chosen="c1",
    )
    screen.show_customer(
        MARIA,
        [
            CustomerOrder(
                "o1", "S01-02-000311-5", "4 items · collect by today 18:00", eur(4990), "To collect", "ok"
            ),
            CustomerOrder("o2", "W-000479-2", "2 items · promised tomorrow 10:00", eur(0), "To pick", "info"),
            CustomerOrder("o3", "S01-01-000702-8", "1 item · 3 Nov", badge="Done", badge_tone="quiet"),
        ],
        badge="2 open orders",
    )
    return screen


def customer_form() -> CustomerScreen:
    """A new customer with two mistakes."""
    screen = CustomerScreen()
    screen.show_nobody()
    screen.show_form(CustomerForm(name="Ines Ferreira", phone="20 1", email="ines@"))
    screen.show_form_errors({"phone": "That is no phone number.", "email": "That is no e-mail address."})
    return screen


def order_details() -> OrderDetailsScreen:
    """A new order to be collected at another store."""
    screen = OrderDetailsScreen()
    screen.show_order("New customer order", "Maria Jensen · 4 items · 214.90", OrderDetailsForm())
    screen.show_methods(METHODS, "collect_other")
    screen.show_stores(STORES, "S03")
    screen.show_sources(
        [SourceChoice("till", "Till"), SourceChoice("phone", "Phone"), SourceChoice("mail", "E-mail")], "till"
    )
    days = [MONDAY + timedelta(days=n) for n in range(7)]
    screen.show_days([DayChoice(d, d.weekday() != 6, "closed on Sunday") for d in days], days[3])
    hours = (9, 11, 13, 15)
    screen.show_slots([SlotChoice(f"{h}", f"{h:02}:00–{h + 2:02}:00", h != 9) for h in hours], "13")
    screen.show_promise("Ready by Thu 26 Nov 13:00")
    screen.show_deposit(DepositPreview(eur(21490), eur(4298), "20"))
    return screen


def payment_actions() -> PaymentActionsScreen:
    """The dialog on a new order."""
    screen = PaymentActionsScreen()
    detail = "Maria Jensen · collect at S03 Airport · Thu 26 Nov from 10:00"
    screen.show_head(
        DialogHead("Customer order S01-02-000318-4", "New", "info", detail), discard="Discard order"
    )
    screen.show_sums(
        [
            SumRow("4 items", eur(21490)),
            SumRow("Deposit needed (20 %)", eur(4298)),
            SumRow("Paid", eur(0)),
            SumRow("Left to pay", eur(21490), strong=True),
        ]
    )
    screen.show_actions(ACTIONS)
    return screen


def payment_actions_amount() -> PaymentActionsScreen:
    """A deposit below the minimum."""
    screen = payment_actions()
    screen.tiles["pay_deposit"].click()
    screen.amount.amount.set_text("20")
    screen.amount.confirm_key.click()
    return screen


def payment_actions_approval() -> PaymentActionsScreen:
    """Saving without a deposit needs a supervisor."""
    screen = payment_actions()
    screen.ask_approval("save", None, APPROVERS)
    return screen


def payment() -> PaymentScreen:
    """The rest of a sale after a gift card."""
    screen = PaymentScreen()
    screen.show_head(
        PaymentHead("Customer order S01-02-000318-4", "Deposit · Maria Jensen", eur(4298), eur(1798))
    )
    screen.show_tenders(TENDERS)
    screen.show_quick_cash([eur(1800), eur(2000), eur(5000), eur(10000)])
    screen.show_taken([TakenPayment("p1", "Gift card", eur(2500), "…4417", removable=True)])
    return screen


def payment_card() -> PaymentScreen:
    """The terminal waits for the customer."""
    screen = payment()
    screen.show_card(CardView(CardState.WAITING, eur(1798)))
    return screen


def payment_card_unknown() -> PaymentScreen:
    """The terminal did not answer."""
    screen = payment()
    screen.show_card(CardView(CardState.UNKNOWN, eur(1798), may_decide=True))
    return screen


def payment_done() -> PaymentScreen:
    """Paid in cash, with change."""
    screen = payment()
    screen.show_head(
        PaymentHead("Customer order S01-02-000318-4", "Deposit · Maria Jensen", eur(4298), eur(0))
    )
    screen.show_taken([TakenPayment("p1", "Gift card", eur(2500)), TakenPayment("p2", "Cash", eur(1798))])
    screen.show_done("Order S01-02-000318-4 is saved and its deposit is paid.", eur(3202))
    return screen
