"""Who needs a second factor."""

from __future__ import annotations

import pytest

from site_sync.domain.permissions import Right, Role
from site_sync.domain.shop import StaffMember
from site_sync.service.door_rules import DoorRules


@pytest.mark.parametrize(
    ("roles", "given", "asked"),
    [
        ({Role.CASHIER}, (), True),
        ({Role.ADMINISTRATOR}, (), False),
        ({Role.ADMINISTRATOR}, (Right.ORDER_PICK,), False),
        ({Role.ADMINISTRATOR}, (Right.SETTINGS_MANAGE,), True),
        ({Role.MANAGER, Role.ADMINISTRATOR}, (Right.ORDER_PICK, Right.STAFF_MANAGE), True),
        (set(), (Right.SETTINGS_MANAGE,), False),
    ],
)
def test_a_right_that_only_strict_roles_have_is_as_strict(
    roles: set[Role], given: tuple[Right, ...], asked: bool
) -> None:
    cashier = StaffMember("1", "Eva", Role.CASHIER, rights_given=given)
    assert DoorRules(frozenset(roles)).ask_second_factor(cashier) is asked
