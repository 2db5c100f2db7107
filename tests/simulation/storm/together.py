"""Steps that more than one till takes part in: two at one order, two at the last units, a new one."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.storm import acts, shop
from tests.simulation.storm.template import EMPTY, PLACES, let_in
from tests.simulation.storm.till import SimTill, copy_folder
from tests.simulation.storm.wire import Fault

if TYPE_CHECKING:
    from tests.simulation.storm.world import World


def _other(world: World, till: SimTill, draw: Random) -> SimTill:
    """A till beside it, mostly of the same store."""
    others = [one for one in world.tills[: len(PLACES)] if one is not till]
    near = [one for one in others if one.store_code == till.store_code]
    return draw.choice(near or others) if draw.random() < 0.8 else draw.choice(others)


def contend(world: World, till: SimTill, draw: Random) -> None:
    """Two people act at one order before either till hears of the other; an answer may be lost."""
    other, query = _other(world, till, draw), "SELECT id FROM orders_now ORDER BY id"
    there = {row[0] for row in other.store.file.raw.execute(query)}
    known = [row[0] for row in till.store.file.raw.execute(query) if row[0] in there]
    if not known:
        return
    order_id, luck = draw.choice(known), draw.randrange(1 << 30)
    for one in (till, other):
        _at_order(one, order_id, Random(luck))
    for one in (till, other):
        if draw.random() < 0.4:
            one.wire.planned.append(Fault.DROP_REPLY)
        world.meet(one)


def _at_order(till: SimTill, order_id: str, draw: Random) -> None:
    acting = till.acting(draw.choice((shop.BOSS, "anna")))
    if acting is not None:
        till.do(lambda desk: acts.at_order(desk, acting, draw, order_id))


def last_units(world: World, till: SimTill, draw: Random) -> None:
    """Two tills promise what is left of something, cut off from each other."""
    other, luck = _other(world, till, draw), draw.randrange(1 << 30)
    for one in (till, other):
        acting = one.acting(shop.BOSS)
        if acting is not None:
            one.do(partial(acts.all_there_is, acting=acting, draw=Random(luck)))
    for one in (till, other):
        world.meet(one)


def join(world: World, store: str) -> None:
    """Another till begins at a store and loads everything."""
    if len(world.tills) > len(PLACES) + 1:
        return
    name, number = f"{store}-new-{len(world.tills)}", str(70 + len(world.tills))
    copy_folder(world.template.folder / EMPTY, world.folder / name)
    till = world.joined(SimTill(name, store, world.folder / name, world.wire_of(name), world.clock))
    world.tills.append(till)
    world.numbers[name] = number
    let_in(world.door, till, number)
    till.open_again()
    world.meet(till)
