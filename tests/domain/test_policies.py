"""The narrowest policy counts."""

import pytest

from site_sync.domain.policies import DepositPolicy, Policies, Policy, PolicyRule


def named(percent: int) -> Policy:
    """A policy told from others by its minimum percent."""
    return Policy(deposit=DepositPolicy(minimum_percent=percent))


GENERAL, STORE, METHOD, BOTH = named(1), named(2), named(3), named(4)
RULES = (PolicyRule(METHOD, "", "ship"), PolicyRule(STORE, "S02"), PolicyRule(BOTH, "S02", "ship"))


@pytest.mark.parametrize(
    ("store", "method", "policy"),
    [
        ("S01", "collect", GENERAL),
        ("S01", "ship", METHOD),
        ("S02", "collect", STORE),
        ("S02", "ship", BOTH),
    ],
)
@pytest.mark.parametrize("rules", [RULES, RULES[::-1]])
def test_store_and_method_narrow_the_policy(
    store: str, method: str, policy: Policy, rules: tuple[PolicyRule, ...]
) -> None:
    assert Policies(GENERAL, rules).for_order(store, method) is policy


def test_a_store_is_narrower_than_a_method() -> None:
    policies = Policies(GENERAL, (PolicyRule(STORE, "S02"), PolicyRule(METHOD, "", "ship")))
    assert policies.for_order("S02", "ship") is STORE


def test_the_first_of_two_equal_rules_counts_and_a_rule_without_names_never_does() -> None:
    policies = Policies(GENERAL, (PolicyRule(BOTH), PolicyRule(STORE, "S02"), PolicyRule(METHOD, "S02")))
    assert policies.for_order("S02", "collect") is STORE
    assert policies.for_order("S01", "collect") is GENERAL
