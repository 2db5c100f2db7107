"""Rights and the roles that hold them."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """What a person may do; checked in `decide` at till and site alike."""

    ORDER_CREATE = "order.create"
    ORDER_RECALL = "order.recall"
    ORDER_CHANGE = "order.change"
    ORDER_REPRICE = "order.reprice"
    ORDER_CANCEL = "order.cancel"
    ORDER_PICK = "order.pick"
    ORDER_SHORT = "order.short"
    ORDER_READY = "order.ready"
    ORDER_DELIVER = "order.deliver"
    ORDER_COLLECT = "order.collect"
    ORDER_COLLECT_UNVERIFIED = "order.collect_unverified"
    ORDER_PUT_BACK = "order.put_back"
    ORDER_EXTEND = "order.extend"
    ORDER_EXPIRE = "order.expire"
    ORDER_UNDO = "order.undo"
    ORDER_VIEW_ALL = "order.view_all"
    QUOTE_CREATE = "quote.create"
    QUOTE_CONVERT = "quote.convert"
    DEPOSIT_TAKE = "deposit.take"
    DEPOSIT_OVERRIDE_MINIMUM = "deposit.override_minimum"
    DEPOSIT_REFUND = "deposit.refund"
    DEPOSIT_REFUND_OTHER_TENDER = "deposit.refund_other_tender"
    DEPOSIT_FORFEIT = "deposit.forfeit"
    DEPOSIT_CREDIT = "deposit.credit"
    PAYMENT_FORCE = "payment.force"
    SALE_VOID = "sale.void"
    SALE_DISCOUNT = "sale.discount"
    SALE_PRICE = "sale.price"
    SALE_RETURN = "sale.return"
    SHIFT_OPEN = "shift.open"
    SHIFT_CLOSE = "shift.close"
    SHIFT_CASH = "shift.cash"
    PRINT_COPY = "print.copy"
    DRAWER_OPEN = "drawer.open"
    SYNC_RESOLVE = "sync.resolve"
    STOCK_ADJUST = "stock.adjust"
    BALANCE_VIEW = "balance.view"
    BALANCE_MANAGE = "balance.manage"
    SETTINGS_VIEW = "settings.view"
    SETTINGS_MANAGE = "settings.manage"
    STAFF_VIEW = "staff.view"
    STAFF_MANAGE = "staff.manage"
    DEVICE_VIEW = "device.view"
    DEVICE_MANAGE = "device.manage"


class Role(StrEnum):
    """The shop's roles, from the till to head office."""

    CASHIER = "cashier"
    COUNTER = "counter"
    PICKER = "picker"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


_R = Right
_COUNTER = frozenset(
    {_R.ORDER_RECALL, _R.ORDER_COLLECT, _R.ORDER_EXTEND, _R.ORDER_DELIVER, _R.DEPOSIT_TAKE, _R.SHIFT_OPEN,
     _R.SHIFT_CLOSE, _R.PRINT_COPY, _R.ORDER_PUT_BACK}
)  # fmt: skip
_CASHIER = _COUNTER | {
    _R.ORDER_CREATE, _R.ORDER_CHANGE, _R.ORDER_CANCEL, _R.QUOTE_CREATE, _R.QUOTE_CONVERT, _R.DEPOSIT_REFUND,
    _R.DEPOSIT_CREDIT, _R.SALE_VOID, _R.SALE_RETURN,
}  # fmt: skip
_PICKER = frozenset(
    {_R.ORDER_RECALL, _R.ORDER_PICK, _R.ORDER_SHORT, _R.ORDER_READY, _R.ORDER_PUT_BACK, _R.PRINT_COPY}
)
_SUPERVISOR = _CASHIER | _PICKER | {
    _R.ORDER_REPRICE, _R.ORDER_UNDO, _R.ORDER_COLLECT_UNVERIFIED, _R.ORDER_VIEW_ALL,
    _R.DEPOSIT_OVERRIDE_MINIMUM,
    _R.DEPOSIT_REFUND_OTHER_TENDER, _R.DEPOSIT_FORFEIT, _R.PAYMENT_FORCE, _R.SALE_DISCOUNT, _R.SALE_PRICE,
    _R.SHIFT_CASH, _R.DRAWER_OPEN, _R.SYNC_RESOLVE,
}  # fmt: skip
_MANAGER = _SUPERVISOR | {
    _R.STOCK_ADJUST, _R.BALANCE_VIEW, _R.SETTINGS_VIEW, _R.STAFF_VIEW, _R.STAFF_MANAGE, _R.DEVICE_VIEW,
}  # fmt: skip

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.COUNTER: _COUNTER,
    Role.CASHIER: _CASHIER,
    Role.PICKER: _PICKER,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.MANAGER: _MANAGER,
    Role.ADMINISTRATOR: frozenset(Right),
}


class Preset(StrEnum):
    """The four permissions about customer orders that shops know from elsewhere: groups of rights."""

    RECALL = "recall"
    CREATE = "create"
    MANAGE_ORDERS = "manage_orders"
    MANAGE_SETTINGS = "manage_settings"


PRESET_RIGHTS: dict[Preset, frozenset[Right]] = {
    Preset.RECALL: frozenset({_R.ORDER_RECALL, _R.ORDER_COLLECT, _R.PRINT_COPY}),
    Preset.CREATE: frozenset({_R.ORDER_CREATE, _R.QUOTE_CREATE, _R.QUOTE_CONVERT, _R.DEPOSIT_TAKE}),
    Preset.MANAGE_ORDERS: frozenset(
        {_R.ORDER_CHANGE, _R.ORDER_CANCEL, _R.ORDER_EXTEND, _R.ORDER_REPRICE, _R.ORDER_PICK, _R.ORDER_SHORT,
         _R.ORDER_READY, _R.ORDER_DELIVER, _R.ORDER_PUT_BACK, _R.ORDER_UNDO, _R.DEPOSIT_REFUND,
         _R.DEPOSIT_CREDIT}
    ),
    Preset.MANAGE_SETTINGS: frozenset({_R.SETTINGS_VIEW, _R.SETTINGS_MANAGE}),
}  # fmt: skip
"""No right is in two groups, so that giving or taking one group leaves the others as they are."""

JOB_RIGHTS = frozenset({_R.ORDER_EXPIRE, _R.ORDER_EXTEND})
"""What the site's own jobs (expiry, reminders) may do."""

SHOP_RIGHTS = frozenset(
    {_R.ORDER_CREATE, _R.ORDER_CHANGE, _R.ORDER_CANCEL, _R.DEPOSIT_TAKE, _R.DEPOSIT_REFUND,
     _R.DEPOSIT_OVERRIDE_MINIMUM}
)  # fmt: skip
"""What a web shop's key may do; which calls it may make is narrowed by the key's scopes."""

CUSTOMER_RIGHTS = frozenset({_R.ORDER_EXTEND, _R.ORDER_CANCEL})
"""What the customer's page may do with its own order."""


def rights_of(role: Role) -> frozenset[Right]:
    """All rights of a role."""
    return ROLE_RIGHTS[role]


def toggled(held: frozenset[Right], preset: Preset) -> frozenset[Right]:
    """The rights of somebody after a group was given to them, or taken from who had all of it."""
    group = PRESET_RIGHTS[preset]
    return held - group if group <= held else held | group
