"""Where an order comes from and how it is handed over: what is offered for its kind, what must be chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from site_sync.domain.errors import Code, Refused
from site_sync.domain.orders import DeliveryMode, OrderKind
from site_sync.domain.policies import Policy
from site_sync.domain.shop import DeliveryMethod, Source

Choice = TypeVar("Choice", DeliveryMethod, Source)
USUAL_SOURCE = "till"
"""Where orders come from that staff take, unless they say otherwise."""


def offered_for(listed: Iterable[Choice], kinds: Collection[OrderKind], kept: str = "") -> tuple[Choice, ...]:
    """What may be chosen for an order of one of these kinds, and the one that was chosen before."""
    wanted = frozenset(kinds)
    return tuple(
        one for one in listed if (one.active and not wanted.isdisjoint(one.kinds)) or one.code == kept
    )


def needs_source(policy: Policy, kind: OrderKind) -> bool:
    """Whether staff choose where an order of that kind comes from."""
    return policy.quote_needs_source if kind is OrderKind.QUOTE else policy.order_needs_source


def needs_method(policy: Policy, kind: OrderKind) -> bool:
    """Whether staff choose how an order of that kind is handed over."""
    return policy.quote_needs_method if kind is OrderKind.QUOTE else policy.order_needs_method


def usual_source(sources: Iterable[Source], kind: OrderKind) -> str:
    """The source of an order for which none was chosen: the till, else the first one offered."""
    known = list(sources)
    codes = [one.code for one in offered_for(known, (kind,))]
    listed = USUAL_SOURCE in {one.code for one in known}
    return USUAL_SOURCE if USUAL_SOURCE in codes or not listed or not codes else codes[0]


def usual_method(methods: Iterable[DeliveryMethod], kind: OrderKind) -> str:
    """The delivery method of an order for which none was chosen: the first by which goods are collected."""
    codes = [one.code for one in offered_for(methods, (kind,)) if one.mode is DeliveryMode.COLLECT]
    return codes[0] if codes else DeliveryMode.COLLECT.value


def check_method(
    kind: OrderKind, method: str, methods: Mapping[str, DeliveryMethod], policy: Policy | None = None
) -> None:
    """Refuse a delivery method that is not for orders of that kind, or none where the policy needs one."""
    if not method and policy and needs_method(policy, kind):
        raise Refused(Code.METHOD_NEEDED, order_kind=kind.value)
    if method in methods and kind not in methods[method].kinds:
        raise Refused(Code.METHOD_NOT_OFFERED, method=method, order_kind=kind.value)


def check_source(
    kind: OrderKind, source: str, sources: Mapping[str, Source], policy: Policy | None = None
) -> None:
    """Refuse a source of the list that is not for orders of that kind, or none where the policy needs one.

    What is not in the list names itself, as web shops do.
    """
    if not source and policy and needs_source(policy, kind):
        raise Refused(Code.SOURCE_NEEDED, order_kind=kind.value)
    if source in sources and kind not in sources[source].kinds:
        raise Refused(Code.SOURCE_NOT_OFFERED, source=source, order_kind=kind.value)
