"""Roles grow from the counter to head office, and nobody holds more than their work needs."""

import pytest

from site_sync.domain.permissions import (
    CUSTOMER_RIGHTS,
    JOB_RIGHTS,
    PRESET_RIGHTS,
    ROLE_RIGHTS,
    SHOP_RIGHTS,
    Preset,
    Right,
    Role,
    rights_of,
    toggled,
)
from site_sync.domain.shop import StaffMember


def test_every_role_has_rights_and_the_administrator_all() -> None:
    assert set(ROLE_RIGHTS) == set(Role)
    assert all(rights_of(role) for role in Role)
    assert rights_of(Role.ADMINISTRATOR) == set(Right)


@pytest.mark.parametrize(
    ("lesser", "greater"),
    [
        (Role.COUNTER, Role.CASHIER),
        (Role.CASHIER, Role.SUPERVISOR),
        (Role.PICKER, Role.SUPERVISOR),
        (Role.SUPERVISOR, Role.MANAGER),
        (Role.MANAGER, Role.ADMINISTRATOR),
    ],
)
def test_a_greater_role_may_all_that_a_lesser_may_and_more(lesser: Role, greater: Role) -> None:
    assert rights_of(lesser) < rights_of(greater)


@pytest.mark.parametrize(
    ("right", "holders"),
    [
        (Right.ORDER_CREATE, {Role.CASHIER, Role.SUPERVISOR, Role.MANAGER}),
        (Right.ORDER_COLLECT, {Role.COUNTER, Role.CASHIER, Role.SUPERVISOR, Role.MANAGER}),
        (Right.ORDER_PICK, {Role.PICKER, Role.SUPERVISOR, Role.MANAGER}),
        (Right.DEPOSIT_REFUND, {Role.CASHIER, Role.SUPERVISOR, Role.MANAGER}),
        (Right.DEPOSIT_OVERRIDE_MINIMUM, {Role.SUPERVISOR, Role.MANAGER}),
        (Right.DEPOSIT_REFUND_OTHER_TENDER, {Role.SUPERVISOR, Role.MANAGER}),
        (Right.DEPOSIT_FORFEIT, {Role.SUPERVISOR, Role.MANAGER}),
        (Right.ORDER_COLLECT_UNVERIFIED, {Role.SUPERVISOR, Role.MANAGER}),
        (Right.DRAWER_OPEN, {Role.SUPERVISOR, Role.MANAGER}),
        (Right.STAFF_MANAGE, {Role.MANAGER}),
        (Right.BALANCE_VIEW, {Role.MANAGER}),
        (Right.BALANCE_MANAGE, set()),
        (Right.SETTINGS_MANAGE, set()),
        (Right.DEVICE_MANAGE, set()),
        (Right.ORDER_EXPIRE, set()),
    ],
)
def test_who_holds_the_rights_that_guard_money_and_goods(right: Right, holders: set[Role]) -> None:
    assert {role for role in Role if right in rights_of(role)} == holders | {Role.ADMINISTRATOR}


def test_jobs_shops_and_customers_never_hand_over_goods_or_manage_anything() -> None:
    for rights in (JOB_RIGHTS, SHOP_RIGHTS, CUSTOMER_RIGHTS):
        assert rights
        assert not rights & {Right.ORDER_COLLECT, Right.ORDER_PICK, Right.DRAWER_OPEN, Right.DEPOSIT_FORFEIT}
        assert not any(right.value.endswith(".manage") for right in rights)


def test_a_group_of_rights_is_given_and_taken_without_touching_the_others() -> None:
    everything: list[Right] = [right for rights in PRESET_RIGHTS.values() for right in rights]
    assert set(PRESET_RIGHTS) == set(Preset)
    assert len(everything) == len(set(everything))
    for preset, group in PRESET_RIGHTS.items():
        with_it = toggled(rights_of(Role.PICKER), preset)
        assert with_it == rights_of(Role.PICKER) | group
        assert toggled(with_it, preset) == rights_of(Role.PICKER) - group


def test_a_person_may_hold_more_and_less_than_the_role() -> None:
    cashier = StaffMember("1", "Eva", Role.CASHIER)
    wanted = cashier.rights - {Right.DEPOSIT_REFUND} | {Right.ORDER_PICK}
    eva = cashier.holding(wanted)
    assert (eva.rights, eva.rights_given, eva.rights_taken) == (
        wanted,
        (Right.ORDER_PICK,),
        (Right.DEPOSIT_REFUND,),
    )
    assert eva.holding(cashier.rights) == cashier
    raised = eva.in_role(Role.SUPERVISOR)
    assert (raised.rights_given, raised.rights_taken) == ((), (Right.DEPOSIT_REFUND,))
    assert raised.in_role(Role.PICKER).rights == rights_of(Role.PICKER)
    gone = StaffMember("1", "Eva", Role.CASHIER, active=False, rights_given=(Right.ORDER_PICK,))
    assert (gone.rights, Right.ORDER_PICK in gone.granted) == (frozenset(), True)
