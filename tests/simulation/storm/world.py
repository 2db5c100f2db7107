"""One run: the steps of a schedule carried out, then everything healed, then everything checked."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from pos_app.store.outbox import ToSend
from site_sync.domain.permissions import Role
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.envelope import PayloadKind
from site_sync.service import enrolment, wiring
from site_sync.service.database import records
from site_sync.service.enrolment import DeviceState
from site_sync.service.jobs.deadlines import answer_for_customers, expire_orders, remind_customers
from site_sync.service.jobs.leases import lend_stock
from site_sync.worker.worker import Lane, Link
from tests.simulation.storm import acts, shop, together, web
from tests.simulation.storm.door import Asked
from tests.simulation.storm.memory import MemoryDatabase
from tests.simulation.storm.steps import Step, What
from tests.simulation.storm.stood import Stood, is_awaited
from tests.simulation.storm.template import PLACES, Template, let_in, make_door
from tests.simulation.storm.till import SimTill, VirtualClock, copy_folder
from tests.simulation.storm.watching import AnswerWatch, CommitWatch
from tests.simulation.storm.wire import Fault, Wire

PEOPLE = tuple(member.id for member in shop.STAFF)
TWIN = "twin-"
"""How the name of a copied till begins."""
ROUNDS = 12
"""How often tills and site may talk until everything is settled."""


@dataclass
class World:
    """Site, tills, web shop and clock of one run."""

    template: Template
    folder: Path
    fired: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    keeps_backups: bool = False
    """Whether a restore is to come."""
    restored: int = 0
    stood: list[Stood] = field(default_factory=list)
    """What was applied before each restore."""
    said: list[str] = field(default_factory=list)
    """What was logged."""

    def __post_init__(self) -> None:
        self.clock = VirtualClock(shop.NOON + timedelta(minutes=1))
        self.database = MemoryDatabase(self.template.image)
        self.door = make_door(self.database, self.clock, "run", self.folder)
        self.commits, self.answers = CommitWatch(), AnswerWatch()
        self.database.watch = self.commits.look
        self.backups: list[bytes] = []
        self.withdrawn_in: dict[int, bool] = {}
        self.shop = web.WebShop(self.door, self.fired)
        web.subscribe(self.door)
        self.tills = [self._till(f"{store}-{number}", store) for store, number in PLACES]
        self.numbers = {till.name: number for till, (_, number) in zip(self.tills, PLACES, strict=True)}

    def wire_of(self, name: str) -> Wire:
        """A wire to the site whose answers are looked at."""
        wire = Wire(self.door, self.fired)
        wire.saw = partial(self.answers.look, name)
        return wire

    def _till(self, name: str, store: str) -> SimTill:
        target = self.folder / name
        copy_folder(self.template.folder / name, target)
        return self.joined(SimTill(name, store, target, self.wire_of(name), self.clock))

    def joined(self, till: SimTill) -> SimTill:
        """A till whose calls the world goes on during."""
        till.wire.meanwhile = lambda asked: self._meanwhile(till, asked)
        return till

    def close(self) -> None:
        """Let go of everything."""
        for till in self.tills:
            till.close()
        self.database.close()

    # steps

    def do(self, step: Step) -> None:
        """Carry out one step."""
        if self.keeps_backups:
            self.backups = [*self.backups[-4:], self.database.image()]
        self.clock.forward(seconds=7)
        draw = Random(step.luck)
        till = self.tills[step.till % len(self.tills)]
        match step.what:
            case What.ACT:
                self._act(till, draw)
            case What.MEET:
                self.meet(till)
            case What.WEB:
                self.shop.act(draw)
            case What.JOBS:
                self._jobs()
            case What.TIME:
                self.clock.forward(minutes=draw.choice((1, 20, 90, 400)))
            case What.ON_THE_WIRE:
                self._on_the_wire(till, step.fault, draw)
            case _:
                self.fired[step.what.value] += 1
                self._break_till(step.what, till, draw)

    def _act(self, till: SimTill, draw: Random) -> None:
        till.do(lambda desk: self._by_somebody(till, desk, draw))

    def _by_somebody(self, till: SimTill, desk: Any, draw: Random) -> Any:
        return self._by(draw.choice(PEOPLE), till, desk, draw)

    def _by(self, staff: str, till: SimTill, desk: Any, draw: Random) -> Any:
        acting = till.acting(staff)
        return acts.drawn(desk, acting, draw) if acting else None

    def meet(self, till: SimTill) -> None:
        """Till and site talk for a moment; the till may die of it."""
        till.dies_in(till.meet)

    def _meanwhile(self, till: SimTill, asked: Asked) -> None:
        """While a call is in the air the other lane and the staff go on."""
        if till.wire.planned:
            return
        self._act(till, Random(len(asked.body)))
        pulling = asked.path in ("/sync/v1/changes", "/sync/v1/snapshot")
        till.turn(Lane.PUSH if pulling else Lane.PULL)

    def _jobs(self) -> None:
        expire_orders(self.door.site)
        remind_customers(self.door.site)
        answer_for_customers(self.door.site)
        lend_stock(self.door.site)
        self.shop.send()

    def _on_the_wire(self, till: SimTill, fault: Fault, draw: Random) -> None:
        self._act(till, draw)
        if draw.random() < 0.3:
            till.wire.planned.append(Fault.DROP_REPLY)
        till.wire.planned.append(fault)
        till.due.clear()
        self.meet(till)

    def _break_till(self, what: What, till: SimTill, draw: Random) -> None:
        match what:
            case What.PARTITION:
                till.wire.up = False
            case What.HEAL:
                till.wire.up = True
                till.wire.planned.clear()
            case What.LONG_OFFLINE:
                self._long_offline(till, draw)
            case What.KILL:
                self._act(till, draw)
                till.kill()
            case What.KILL_IN_ACT:
                till.kill_in(lambda desk: self._by_somebody(till, desk, draw), draw)
            case What.POWER_CUT:
                self._act(till, draw)
                till.power_cut()
            case What.POWER_CUT_IN_WRITE:
                till.power_cut_in(lambda desk: self._by_somebody(till, desk, draw), draw)
            case What.DISK_FULL:
                self._disk_full(till, draw)
            case What.DAMAGE:
                self._act(till, draw)
                till.damage(draw)
            case What.CLOCK_JUMP:
                till.skew = timedelta(hours=draw.choice((-400, -3, 0, 2, 50, 400)))
            case _:
                self._break_site(what, till, draw)

    def _break_site(self, what: What, till: SimTill, draw: Random) -> None:
        match what:
            case What.SITE_RESTART:
                self.door.restart()
            case What.BACKUP:
                self.backups.append(self.database.image())
            case What.RESTORE:
                self._restore(draw)
                self._act(till, draw)
                self.meet(till)
            case What.CLONE:
                self._clone(till, draw)
            case What.REVOKE:
                self._revoke(till)
                self._act(till, draw)
                if draw.random() < 0.5:
                    let_in(self.door, till, self.numbers[till.name])
                    till.open_again()
                self.meet(till)
            case What.POISON:
                self._poison(till, draw)
                self._half_heard(till, draw)
            case What.WITHDRAW:
                self._withdraw(draw)
                till.do(lambda desk: self._by(shop.EVE, till, desk, draw))
                self._half_heard(till, draw)
            case What.SLOW_FEED:
                self.door.feed.at_once = draw.choice((1, 2, 3))
            case What.WEBHOOKS:
                self.shop.stormy, self.shop.luck = True, draw
                for _ in range(3):
                    self.shop.act(draw)
                    self.shop.send()
            case What.CONTEND | What.LAST_UNITS:
                act = together.contend if what is What.CONTEND else together.last_units
                act(self, till, draw)
            case What.JOIN:
                together.join(self, till.store_code)
            case What.LOSE:
                till.lose(draw)

    def _half_heard(self, till: SimTill, draw: Random) -> None:
        """What the site refuses is told; now and then the first answer is lost."""
        if draw.random() < 0.4:
            till.wire.planned.append(Fault.DROP_REPLY)
        self.meet(till)
        self.meet(till)

    def _long_offline(self, till: SimTill, draw: Random) -> None:
        """Days without the site, with work done on each."""
        till.wire.up = False
        for _ in range(4):
            self._act(till, draw)
            self.clock.forward(hours=draw.choice((5, 20, 40)))
            till.meet()
        till.wire.up = True

    def _disk_full(self, till: SimTill, draw: Random) -> None:
        till.fill_disk(full=True)
        for _ in range(3):
            self._act(till, draw)
        self.meet(till)
        till.fill_disk(full=False)

    def _restore(self, draw: Random) -> None:
        """The site comes back as it was once, in a new epoch."""
        self.restored += 1
        image = draw.choice(self.backups) if self.backups else self.template.image
        stood = Stood.before(self.database.raw)
        self.database.lay(image)
        self.commits.begin_with(self.database.raw)
        if image is self.template.image:
            web.subscribe(self.door)
        self.database.write(lambda tx: wiring.begin_epoch(tx, self.door.site.new_id(), self.door.site.now()))
        if is_awaited(self.database.raw, (till.store.identity.read().device for till in self.tills)):
            stood.look_back(self.database.raw)
            self.stood.append(stood)
        self.withdrawn_now()
        self.door.restart()

    def withdrawn_now(self) -> None:
        """What the site knows of those who were withdrawn, which an older one may not."""
        known = {till.store.identity.read().token for till in self.tills if not self._is_active(till)}
        self.answers.revoked &= known
        self.answers.workers.clear()
        staff = self.database.read(lambda db: list(records.every(db, RecordKind.STAFF)))
        self.answers.withdrawn = {one.id for one in staff if not one.active}

    def _clone(self, till: SimTill, draw: Random) -> None:
        """Another machine runs with a copy of the till's disk."""
        if len(self.tills) > len(PLACES):
            return
        self._act(till, draw)
        self.meet(till)
        twin = self.joined(till.copied_to(f"{TWIN}{till.name}", self.wire_of(f"{TWIN}{till.name}")))
        self.tills.append(twin)
        self.numbers[twin.name] = "91"
        self._act(twin, draw)
        self.meet(twin)
        self._act(till, draw)
        self.meet(till)

    def _revoke(self, till: SimTill) -> None:
        identity = till.store.identity.read()
        self.database.write(lambda tx: enrolment.revoke(tx, identity.device))
        self.answers.revoked.add(identity.token)

    def _poison(self, till: SimTill, draw: Random) -> None:
        """A command that no site can read, or whose numbers break it."""
        identity, command_id = till.store.identity.read(), till.desk.new_id()
        huge = {"kind": "note", "text": "x" * 2_000, "for_customer": False}
        words = {
            "id": command_id, "order_id": f"order-{command_id}", "at": till.now().isoformat(),
            "by": {"kind": "staff", "id": shop.BOSS, "name": "Bodil Boss"}, "act": huge,
            "store": identity.store, "till": identity.till,
        }  # fmt: skip
        payload = draw.choice(("{", '{"id": 7}', json.dumps(words), "[" * 3_000))
        entry = ToSend(command_id, PayloadKind.ORDER, payload, shop.BOSS, till.now())
        till.do(lambda desk: self._kept(desk, entry))

    def _kept(self, desk: Any, entry: ToSend) -> None:
        with desk.store.file.transaction():
            desk.store._send(entry, "poison", "")

    def _withdraw(self, draw: Random) -> None:
        member = next(one for one in shop.STAFF if one.id == shop.EVE)
        gone = replace(member, active=False) if draw.random() < 0.6 else replace(member, role=Role.PICKER)
        # Some were taken although no answer to them was ever heard.
        taken = self.database.raw.execute("SELECT command_id FROM commands").fetchall()
        self.answers.before_withdrawal.update(command for (command,) in taken)
        self.database.write(lambda tx: records.save(tx, RecordKind.STAFF, gone))
        self.withdrawn_now()

    # the end

    def heal(self) -> None:
        """Every wire is up, every till is one of ours, nothing is slow any more; they settle."""
        self.shop.stormy, self.door.feed.at_once = False, 500
        lend_stock(self.door.site)
        for till in self.tills:
            till.wire.up, till.skew = True, timedelta(0)
            till.wire.planned.clear()
            till.fill_disk(full=False)
        if not self._settle():
            waiting = {till.name: till.store.outbox.pending_count() for till in self.tills}
            states = {till.name: till.worker.state.code for till in self.tills}
            self.broken.append(f"11: nothing settles: {waiting} {states}")
        for hours in (0, 1, 3, 8, 12, 24, 24, 24):
            self.clock.forward(hours=hours)
            if self.shop.expects():
                self.shop.send()
        if not self._settle():
            self.broken.append("11: the tills do not follow what the site still said")
        if any(till.lost_records for till in self.tills):
            self.clock.forward(hours=2)  # kinds that moved while they were compared are compared again
            self._settle()

    def _settle(self) -> bool:
        """Whether every till and the site come to rest with each other in a while."""
        for _ in range(ROUNDS):
            waiting = [till for till in self.tills if not (till.settled and self._is_ours(till))]
            if not waiting:
                return True
            self.clock.forward(minutes=1)
            for till in waiting:
                self._talk(till)
        return False

    def _talk(self, till: SimTill) -> None:
        """One till talks until it is quiet; let in anew when the site no longer knows it."""
        if not self._is_ours(till):
            let_in(self.door, till, self.numbers[till.name])
            till.open_again()
        if till.worker.state.link is Link.STOPPED:
            till.worker.reset()
        till.dies_in(lambda: till.meet(30))

    def _is_ours(self, till: SimTill) -> bool:
        device = till.store.identity.read().device
        twins = [other for other in self.tills if other.store.identity.read().device == device]
        return self._is_active(till) and twins[0] is till

    def _is_active(self, till: SimTill) -> bool:
        query = "SELECT state FROM devices WHERE id = ?"
        found = self.database.raw.execute(query, (till.store.identity.read().device,)).fetchone()
        return bool(found and found[0] == DeviceState.ACTIVE.value)
