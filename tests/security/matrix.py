"""The table of who may call what: each address of the application, and the answer each caller gets.

A row names the door of an address, who passes it and what they get; whoever does not pass gets the answer of
the door, which `calling.expected` says once. Letters are people: C cashier, O counter, P picker, S supervisor
and M manager of S01, A administrator, c cashier and m manager of S02. `elsewhere` is what people get for
things of other stores, `foreign` what a web shop gets for things of another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

STAFF = "COPSMAcm"
ALL = STAFF
LEAD = "SMAm"
HEAD = "MAm"
BOSS = "A"


class Door(StrEnum):
    """What an address asks for before it does anything."""

    OPEN = "open"
    LINK = "link"
    PAGE = "page"
    FORM = "form"
    TILL = "till"
    KEY = "key"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Row:
    """One address: who passes (people, or the scope of a key, or the sender) and with which answer."""

    call: str
    door: Door
    who: str
    passes: int
    elsewhere: dict[str, int] = field(default_factory=dict)
    foreign: int = 0


def _page(call: str, who: str, **elsewhere: int) -> Row:
    return Row(f"GET /manager{call}", Door.PAGE, who, 200, elsewhere)


def _form(call: str, who: str, passes: int, **elsewhere: int) -> Row:
    return Row(f"POST /manager{call}", Door.FORM, who, passes, elsewhere)


def _key(call: str, scope: str, passes: int, foreign: int = 0) -> Row:
    return Row(call, Door.KEY, scope, passes, foreign=foreign)


SYNC = (
    Row("POST /sync/v1/start", Door.TILL, "", 200),
    Row("POST /sync/v1/commands", Door.TILL, "", 200),
    Row("GET /sync/v1/changes", Door.TILL, "", 200),
    Row("GET /sync/v1/snapshot", Door.TILL, "", 200),
    Row("GET /sync/v1/sums", Door.TILL, "", 200),
    Row("GET /sync/v1/orders", Door.TILL, "", 200),
    Row("POST /sync/v1/presence", Door.TILL, "", 200),
    Row("POST /sync/v1/balances", Door.TILL, "", 200),
    Row("POST /sync/v1/holds", Door.TILL, "", 200),
    Row("POST /sync/v1/holds/release", Door.TILL, "", 200),
    Row("GET /sync/v1/receipts", Door.TILL, "", 200),
    Row("POST /sync/v1/returns", Door.TILL, "", 200),
)
OPEN = (
    Row("POST /sync/v1/enrol", Door.OPEN, "", 200),
    Row("GET /sync/v1/authority", Door.OPEN, "", 404),  # this site has none of its own
    Row("GET /health", Door.OPEN, "", 200),
    Row("GET /ready", Door.OPEN, "", 200),
    Row("GET /metrics", Door.OPEN, "", 200),
    Row("GET /docs", Door.OPEN, "", 307),
    Row("GET /api/v1/openapi.json", Door.OPEN, "", 200),
    Row("GET /api/v1/docs", Door.OPEN, "", 200),
    Row("GET /api/v1/docs.css", Door.OPEN, "", 200),
    Row("GET /o/page.css", Door.OPEN, "", 200),
    Row("GET /manager", Door.OPEN, "", 308),
    Row("GET /manager/sign-in", Door.OPEN, "", 200),
    Row("GET /manager/first", Door.OPEN, "", 303),  # it has an administrator
    Row("POST /manager/first", Door.OPEN, "", 403),
    Row("POST /manager/sign-in", Door.OPEN, "", 403),  # without the token of its form nobody gets as far
    Row("GET /manager/sign-in/code", Door.OPEN, "", 303),  # nobody is between the password and the inside
    Row("POST /manager/sign-in/code", Door.OPEN, "", 303),
    Row("GET /manager/sign-in/password", Door.OPEN, "", 303),
    Row("POST /manager/sign-in/password", Door.OPEN, "", 303),
    Row("GET /manager/sign-in/second-factor", Door.OPEN, "", 303),
    Row("POST /manager/sign-in/second-factor", Door.OPEN, "", 303),
    Row("GET /manager/static/tokens.css", Door.OPEN, "", 200),
    Row("GET /manager/static/{file}", Door.OPEN, "", 200),
    Row("GET /o/{token}", Door.LINK, "", 200),
    Row("POST /o/{token}/{button}", Door.LINK, "", 303),
    Row("GET /o/{token}/wallet/apple", Door.LINK, "", 404),  # no certificates are set up
    Row("GET /o/{token}/wallet/google", Door.LINK, "", 404),
    Row("GET /c/{number}/{token}", Door.LINK, "", 200),
)
SHOP = (
    _key("GET /api/v1/stores", "stock:read", 200),
    _key("GET /api/v1/items", "stock:read", 200),
    _key("POST /api/v1/availability", "stock:read", 200),
    _key("POST /api/v1/holds", "orders:write", 201),
    _key("DELETE /api/v1/holds/{hold}", "orders:write", 204, 404),
    _key("POST /api/v1/orders", "orders:write", 201),
    _key("GET /api/v1/orders", "orders:read", 200),
    _key("GET /api/v1/orders/{order}", "orders:read", 200, 404),
    _key("PATCH /api/v1/orders/{order}", "orders:write", 412, 404),
    _key("POST /api/v1/orders/{order}/payments", "orders:write", 201, 404),
    _key("POST /api/v1/orders/{order}/cancel", "orders:write", 422, 404),  # it has no such line
    _key("GET /api/v1/webhook-endpoints", "webhooks", 200),
    _key("POST /api/v1/webhook-endpoints", "webhooks", 201),
    _key("DELETE /api/v1/webhook-endpoints/{endpoint}", "webhooks", 204, 404),
    Row("POST /webhooks/woocommerce/{connector}", Door.SIGNED, "woocommerce", 200, foreign=401),
    Row("POST /webhooks/shopify/{connector}", Door.SIGNED, "shopify", 200, foreign=401),
    Row("POST /webhooks/standard/{connector}", Door.SIGNED, "standard", 200, foreign=401),
)
MANAGER = (
    _form("/sign-out", ALL, 303),
    _form("/language", ALL, 404),  # it names none
    _page("/account", ALL),
    _form("/account/password", ALL, 422),
    _form("/account/second-factor", ALL, 422),
    _form("/account/second-factor/confirm", ALL, 422),
    _form("/account/second-factor/codes", ALL, 404),  # there is no second factor
    _form("/account/second-factor/remove", ALL, 422),
    _form("/account/sessions/end", ALL, 404),  # it names none of theirs
    _page("/doors", BOSS),
    _form("/doors", BOSS, 422),
    _page("/", ALL),
    _page("/orders", ALL),
    _form("/orders/views", ALL, 422),  # no filter is set
    _form("/orders/views/drop", ALL, 303),
    _page("/orders/{reference}", ALL, COPc=404),
    _form("/orders/{order_id}/{act}", ALL, 303, COPc=404),
    _page("/items", ALL),
    _page("/items/{sku:path}", ALL),
    _page("/items/{sku:path}/explain/{store}", ALL, COPc=404),
    _page("/items/{sku:path}/movements", ALL),
    _page("/stock", HEAD),
    _form("/stock/new", HEAD, 422),
    _page("/stock/{document_id}", HEAD, Mm=404),
    _form("/stock/{document_id}/line", HEAD, 422, Mm=404),
    _form("/stock/{document_id}/discard", HEAD, 422, Mm=404),
    _form("/stock/{document_id}/post", HEAD, 422, Mm=404),
    _form("/stock/{document_id}/receive", HEAD, 422, Mm=404),
    _page("/journals", ALL),
    _page("/journals/{order_id}", ALL, COPc=404),
    _page("/problems", LEAD),
    _form("/problems/{problem_id}/resolve", LEAD, 422),
    _page("/balances", HEAD),
    _form("/balances", HEAD, 200),
    _page("/balances/{kind}/{key:path}", HEAD),
    _form("/balances/{kind}/{key:path}/block", BOSS, 422),
    _form("/balances/{kind}/{key:path}/correct", BOSS, 422),
    _form("/balances/{kind}/{key:path}/limit", BOSS, 422),
    _page("/stores", HEAD),
    _page("/stores/{code}", HEAD),
    _form("/stores/{code}", BOSS, 422),
    Row("GET /manager/stores/{code}/logo.png", Door.PAGE, HEAD, 404),  # there is none
    _page("/stores/{code}/logo", HEAD),
    _form("/stores/{code}/logo", BOSS, 422),
    _form("/stores/{code}/logo/remove", BOSS, 303),
    _page("/tills", HEAD),
    _form("/tills", BOSS, 200),
    _form("/tills/{device_id}/revoke", BOSS, 303),
    _page("/people", BOSS),
    _form("/people", BOSS, 200),
    _form("/people/months", BOSS, 422),
    _page("/people/{key:path}", BOSS),
    _form("/people/{key:path}/export", BOSS, 200),
    _form("/people/{key:path}/erase", BOSS, 422),
    _page("/staff", HEAD),
    _page("/staff/new", HEAD),
    _form("/staff/new", HEAD, 422),
    _page("/staff/{staff_id}", HEAD),
    _form("/staff/{staff_id}", HEAD, 303, Mm=422),
    _form("/staff/{staff_id}/rights", HEAD, 422, Mm=422),
    _form("/staff/{staff_id}/pin", HEAD, 200, Mm=422),
    _form("/staff/{staff_id}/badge", HEAD, 200, Mm=422),
    _form("/staff/{staff_id}/unlock", HEAD, 303, Mm=422),
    _form("/staff/{staff_id}/sign-out", HEAD, 303, Mm=422),
    _form("/staff/{staff_id}/password", HEAD, 422, Mm=422),
    _form("/staff/{staff_id}/second-factor", HEAD, 303, Mm=422),
    _page("/settings", HEAD),
    _page("/settings/policy", HEAD),
    _form("/settings/policy", BOSS, 422),
    _form("/settings/policy/remove", BOSS, 404),  # there is no exception
    _page("/settings/numbers", HEAD),
    _form("/settings/numbers", BOSS, 422),
    _page("/lists/{name}", HEAD),
    _page("/lists/{name}/add", BOSS),
    _form("/lists/{name}/add", BOSS, 422),
    _page("/lists/{name}/of/{code}", HEAD),
    _form("/lists/{name}/of/{code}", BOSS, 422),
    _page("/tax", HEAD),
    _form("/tax", BOSS, 422),
    _page("/audit", BOSS),
    _form("/audit/verify", BOSS, 200),
    _page("/alerts", BOSS),
    _form("/alerts", BOSS, 422),
    _form("/alerts/test", BOSS, 422),  # no channel is set
    _page("/connectors", BOSS),
    _form("/connectors", BOSS, 422),
    _page("/connectors/{connector_id}", BOSS),
    _form("/connectors/{connector_id}/secret", BOSS, 200),
    _form("/connectors/{connector_id}/switch", BOSS, 303),
    _form("/connectors/{connector_id}/map", BOSS, 303),
    _form("/connectors/{connector_id}/replay", BOSS, 303),
    _form("/connectors/{connector_id}/settings", BOSS, 422),
    _form("/connectors/{connector_id}/reconcile", BOSS, 422),
    _form("/connectors/{connector_id}/tell", BOSS, 404),  # nothing was given up
    _page("/webhooks", BOSS),
    _form("/webhooks", BOSS, 422),
    _page("/webhooks/{endpoint_id}", BOSS),
    _form("/webhooks/{endpoint_id}/replay", BOSS, 303),
    _form("/webhooks/{endpoint_id}/secret", BOSS, 200),
    _form("/webhooks/{endpoint_id}/switch", BOSS, 303),
    _form("/webhooks/{endpoint_id}/remove", BOSS, 303),
    _page("/keys", BOSS),
    _form("/keys", BOSS, 422),
    _form("/keys/{key_id}/rate", BOSS, 422),
    _form("/keys/{key_id}/revoke", BOSS, 303),
    _page("/messages", BOSS),
    _form("/messages/sms", BOSS, 303),
    _form("/messages/again", BOSS, 404),  # nothing was given up
    _page("/messages/mail", BOSS),
    _form("/messages/mail", BOSS, 422),
    _form("/messages/mail/remove", BOSS, 422),
    _form("/messages/mail/test", BOSS, 422),
    _page("/messages/edit", BOSS),
    _form("/messages/save", BOSS, 303),
    _form("/messages/reset", BOSS, 303),
    _page("/messages/preview", BOSS),
    _form("/messages/preview", BOSS, 200),
    _form("/messages/test", BOSS, 422),
)
SET_UP = (
    Row("GET /manager/setup", Door.PAGE, BOSS, 303),
    _page("/setup/company", BOSS),
    _form("/setup/company", BOSS, 422),
    _page("/setup/store", BOSS),
    _form("/setup/store", BOSS, 422),
    _page("/setup/tax", BOSS),
    _form("/setup/tax", BOSS, 422),
    _page("/setup/tenders", BOSS),
    _form("/setup/tenders", BOSS, 303),
    _page("/setup/staff", BOSS),
    _form("/setup/staff", HEAD, 422),
    _page("/setup/till", BOSS),
    _form("/setup/till", BOSS, 422),
    _page("/setup/till/joined", HEAD),
    _page("/setup/goods", BOSS),
    _page("/setup/check", BOSS),
    _page("/setup/demo", BOSS),
    _form("/setup/demo", BOSS, 422),
    _form("/setup/demo/remove", BOSS, 422),
    _form("/setup/{step}/later", BOSS, 303),
    _page("/import", BOSS),
    _form("/import", BOSS, 403),
    _page("/import/template.{ending}", BOSS),
    _page("/import/{import_id}", BOSS),
    _form("/import/{import_id}/columns", BOSS, 422),
    _form("/import/{import_id}/{act}", BOSS, 422),
    _page("/import/{import_id}/problems.{ending}", BOSS),
    _page("/export/goods.{ending}", ALL),
    _page("/export/stock.{ending}", ALL),
    _page("/export/orders.{ending}", ALL),
    _page("/export/journals.{ending}", ALL),
    _page("/export/audit.{ending}", BOSS),
    _page("/backups", BOSS),
    _form("/backups", BOSS, 303),
    _form("/backups/{name}/check", BOSS, 303),
    _form("/backups/{name}/download", BOSS, 200),
    _page("/checks", BOSS),
    _form("/checks", BOSS, 303),
    _form("/checks/repair", BOSS, 303),
)
ROWS = (*OPEN, *SYNC, *SHOP, *SET_UP, *MANAGER)
