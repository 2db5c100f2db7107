"""Telling a shop of its order through the shop's own API, so that saying it twice has the effect of once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from site_sync.service.connector_register import NOTE_ONLY, ConnectorKind, ShopEvent
from site_sync.service.connectors.polling import SHOPIFY_VERSION
from site_sync.service.connectors.shop_api import ShopApi, ShopTrouble
from site_sync.service.sentences import said

MARK = "_handover_reported"
"""The field of a WooCommerce order that says up to which step of ours it was told."""
OVER = frozenset({"cancelled", "refunded", "failed", "trash"})
ENDS = frozenset({ShopEvent.CANCELLED, ShopEvent.EXPIRED})


@dataclass(frozen=True, slots=True)
class Report:
    """One thing to tell: of which order of the shop's, at which version, what its order becomes, in words."""

    external_id: str
    version: int
    event: ShopEvent
    becomes: str
    words: str
    tracking: str = ""

    @property
    def step(self) -> int:
        """A number that grows with every report about the same order."""
        return self.version * 10 + list(ShopEvent).index(self.event)


def tell(api: ShopApi, report: Report) -> str:
    """Tell it; what came of it in words. ShopTrouble when it must be told again."""
    return _TELLERS[api.kind](api, report)


def _woocommerce(api: ShopApi, report: Report) -> str:
    """A note, once, then the status with the mark in one write; what is over in the shop stays over."""
    path = f"/wp-json/wc/v3/orders/{report.external_id}"
    order = _object(api.ask("GET", path))
    if _marked(order) >= report.step:
        return said("the shop knew")
    mark = f"(Handover {report.step})"
    notes = api.ask("GET", f"{path}/notes")
    if not any(mark in str(note.get("note", "")) for note in notes if isinstance(note, dict)):
        api.ask("POST", f"{path}/notes", body={"note": f"{report.words} {mark}"})
    change: dict[str, Any] = {"meta_data": [{"key": MARK, "value": str(report.step)}]}
    status = str(order.get("status", ""))
    wanted = report.becomes.removeprefix("wc-")
    kept = status in OVER and report.event not in ENDS
    if wanted not in (NOTE_ONLY, status) and not kept:
        change["status"] = wanted
    api.ask("PUT", path, body=change)
    return said("the shop's order is over and stays so") if kept else ""


def _marked(order: Mapping[str, Any]) -> int:
    """Up to which step the shop's order was told."""
    for entry in order.get("meta_data") or ():
        marked = str(entry.get("value"))[:9] if isinstance(entry, dict) and entry.get("key") == MARK else ""
        if marked.isdecimal():
            return int(marked)
    return 0


_LOOK = """query($id: ID!) { order(id: $id) { id cancelledAt tags fulfillmentOrders(first: 50) {
 nodes { id status deliveryMethod { methodType } } } } }"""
_PREPARED = """mutation($input: FulfillmentOrderLineItemsPreparedForPickupInput!) {
 fulfillmentOrderLineItemsPreparedForPickup(input: $input) { userErrors { field message } } }"""
_FULFILL = """mutation($fulfillment: FulfillmentInput!) {
 fulfillmentCreate(fulfillment: $fulfillment) { userErrors { field message } } }"""
_CANCEL = """mutation($orderId: ID!, $refundMethod: OrderCancelRefundMethodInput!, $staffNote: String) {
 orderCancel(orderId: $orderId, reason: OTHER, restock: true, notifyCustomer: false,
 refundMethod: $refundMethod, staffNote: $staffNote) { orderCancelUserErrors { field message } } }"""
_TAG = """mutation($id: ID!, $tags: [String!]!) {
 tagsAdd(id: $id, tags: $tags) { userErrors { field message } } }"""


def _shopify(api: ShopApi, report: Report) -> str:
    """What each event is in Shopify: prepared for pick-up, fulfilled, cancelled; and a tag that says it."""
    identity = {"id": f"gid://shopify/Order/{report.external_id}"}
    order = _graphql(api, _LOOK, identity).get("order")
    if not isinstance(order, dict):
        raise ShopTrouble("the shop has no such order", final=True)
    tag = f"handover-{report.event.value}"
    if tag in (order.get("tags") or ()):
        return said("the shop knew")
    over = bool(order.get("cancelledAt"))
    if report.becomes != NOTE_ONLY and not over:
        _shopify_act(api, report, order)
    _graphql(api, _TAG, identity | {"tags": [tag]})
    return said("the shop's order is over and stays so") if over and report.event not in ENDS else ""


def _shopify_act(api: ShopApi, report: Report, order: Mapping[str, Any]) -> None:
    if report.event in ENDS:
        refund = {"originalPaymentMethodsRefund": False}
        given = {"orderId": order["id"], "refundMethod": refund, "staffNote": report.words[:255]}
        _graphql(api, _CANCEL, given)
    elif report.event is ShopEvent.READY:
        waiting = _fulfilment_orders(order, ("OPEN",), pick_up=True)
        if waiting:
            _graphql(api, _PREPARED, {"input": {"lineItemsByFulfillmentOrder": waiting}})
    elif report.event in (ShopEvent.COLLECTED, ShopEvent.SHIPPED):
        waiting = _fulfilment_orders(order, ("OPEN", "IN_PROGRESS"), pick_up=False)
        if waiting:
            given = {"lineItemsByFulfillmentOrder": waiting, "notifyCustomer": False}
            if report.tracking:
                given["trackingInfo"] = {"number": report.tracking}
            _graphql(api, _FULFILL, {"fulfillment": given})


def _fulfilment_orders(
    order: Mapping[str, Any], states: tuple[str, ...], *, pick_up: bool
) -> list[dict[str, str]]:
    nodes = (order.get("fulfillmentOrders") or {}).get("nodes") or ()
    return [
        {"fulfillmentOrderId": node["id"]}
        for node in nodes
        if node.get("status") in states
        and (not pick_up or (node.get("deliveryMethod") or {}).get("methodType") == "PICK_UP")
    ]


def _graphql(api: ShopApi, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """One GraphQL call; errors of any kind are trouble, those of what was asked for final."""
    path = f"/admin/api/{SHOPIFY_VERSION}/graphql.json"
    answer = _object(api.ask("POST", path, body={"query": query, "variables": dict(variables)}))
    if errors := answer.get("errors"):
        answer_text = str(errors)[:200]
        raise ShopTrouble(f"the shop says: {answer_text}", final="THROTTLED" not in str(errors))
    data = _object(answer.get("data"))
    for part in data.values():
        if isinstance(part, dict):
            wrong = part.get("userErrors") or part.get("orderCancelUserErrors")
            if wrong:
                answer_text = str(wrong)[:200]
                raise ShopTrouble(f"the shop says: {answer_text}", final=True)
    return data


def _object(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ShopTrouble("the shop's answer is no object")
    return found


_TELLERS: dict[ConnectorKind, Callable[[ShopApi, Report], str]] = {
    ConnectorKind.WOOCOMMERCE: _woocommerce,
    ConnectorKind.SHOPIFY: _shopify,
}
