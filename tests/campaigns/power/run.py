"""One run: a till of a storm's world works, the power goes again and again, and each cut is looked at."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from time import process_time

from pos_app.store.journal_file import lines
from pos_app.store.recovery import open_folder
from pos_app.store.store import JOURNAL, Store
from pos_app.store.till_file import TillFile
from tests.campaigns.power.disk import Image
from tests.campaigns.power.watching import Cut, Ground, Life, digest, watched_ground, with_pragmas
from tests.simulation.storm.checks_site import check_site, read_site
from tests.simulation.storm.checks_tills import check_tills
from tests.simulation.storm.door import Answered, Asked
from tests.simulation.storm.run import forget_template, listening
from tests.simulation.storm.steps import Step, What
from tests.simulation.storm.template import let_in, quick, template
from tests.simulation.storm.world import World

LIVES, STEPS = 3, 6
IN_START = 0.15
"""How often the power may go once more while the till starts after a cut."""
_folders = count(1)


@dataclass
class Report:
    """What came of one run or of many."""

    cuts: int = 0
    seconds: float = 0.0
    """Of processor time."""
    moments: Counter[str] = field(default_factory=Counter)
    """What the till was doing when the power went, and before which kind of write."""
    broken: list[str] = field(default_factory=list)

    def join(self, other: Report) -> None:
        """Take in another run."""
        self.cuts += other.cuts
        self.seconds += other.seconds
        self.moments += other.moments
        self.broken += other.broken

    def lines(self) -> Iterator[str]:
        """The report in words."""
        yield from (f"  {times:7} {moment}" for moment, times in sorted(self.moments.items()))
        yield from (
            f"  BROKEN {times} times: {words}" for words, times in Counter(self.broken).most_common(20)
        )
        kept = f"{len(self.broken)} promises were broken" if self.broken else "every promise was kept"
        each = 1000 * self.seconds / self.cuts
        yield f"{self.cuts} power cuts, {each:.1f} ms of processor time each: {kept}"


class PowerRun:
    """A world of the storm, one till of which stands on a disk that loses power."""

    def __init__(self, ground: Ground, world: World, seed: int) -> None:
        self.draw, self.ground, self.world = Random(seed), ground, world
        self.report = Report()
        self.till = world.tills[0]
        self.till.close_in_order()
        self.life = self._begun(self.till.folder)
        if self.draw.random() < 0.2:
            self.till.folder = self._empty(world.folder / "new")
            self.life = self._begun(self.till.folder)
        self._open("first start")
        if not self.till.store.identity.read().enrolled:
            world.numbers[self.till.name] = "07"
            let_in(world.door, self.till, "07")
            self._look_at_cuts("enrolment")

    def _empty(self, folder: Path) -> Path:
        folder.mkdir()
        return folder

    def _begun(self, folder: Path) -> Life:
        life = Life(self.ground.watch(folder), self.draw)
        self.ground.commits = self._committed
        return life

    def _committed(self, file: TillFile) -> None:
        if file is self.till.store.file:
            self.life.committed(file)

    def _open(self, doing: str) -> None:
        self.till.open()
        if not self.ground.layer.sees(self.life.disk):
            raise LookupError("what SQLite writes is not seen: this Python does not use the system's SQLite")
        self.life.opened(self.till.store.file)
        self.till.wire.saw = self._saw(self.life)
        self._look_at_cuts(doing)

    def _saw(self, life: Life) -> Callable[[Asked, Answered], None]:
        def saw(asked: Asked, answered: Answered) -> None:
            self.world.answers.look(self.till.name, asked, answered)
            life.heard(asked, answered)

        return saw

    def lives(self) -> None:
        """Work, lose power, start again, a few times; then all must agree."""
        for _ in range(LIVES):
            for _ in range(STEPS):
                self._step()
            self._lose_power()
        self._end_in_order()
        self.world.heal()

    def _step(self) -> None:
        self.world.clock.forward(seconds=7)
        other = self.draw.choice(self.world.tills[1:])
        match self.draw.choices(("act", "meet", "snapshot", "others"), (60, 25, 5, 10))[0]:
            case "act":
                self.till.do(lambda desk: self.world._by_somebody(self.till, desk, self.draw))
                self._look_at_cuts("act")
            case "meet":
                self.till.meet()
                self._look_at_cuts("answers and changes")
            case "snapshot":
                self._load_anew()
            case "others":
                self.world.do(Step(What.ACT, self.world.tills.index(other), self.draw.randrange(1 << 30)))
                other.meet()

    def _load_anew(self) -> None:
        identity = self.till.store.identity
        with self.till.store.file.transaction():
            identity.follow(identity.read().epoch, "")
        self.till.due.clear()
        self.till.meet()
        self._look_at_cuts("snapshot")

    def _lose_power(self) -> None:
        """The power goes in the middle of something; the till goes on with what that left."""
        self.life.cuts.clear()
        self.life.luck = 3.0
        self.till.do(lambda desk: self.world._by_somebody(self.till, desk, self.draw))
        self.life.cut()
        cut, life = self.draw.choice(self.life.cuts), self.life
        self.life.luck = 0.0
        folder = self._laid_out(cut.image)
        self.till.close()
        self.ground.forget(self.till.folder)
        self.till.folder, self.life = folder, self._begun(folder)
        self._open("start after a cut")
        if self.life.states[0] not in life.allowed(cut):
            self.report.broken.append("the till went on with something else than it had promised")
        rows = self.till.store.file.raw.execute("SELECT command_id, payload_hash FROM outbox")
        self.till.kept = dict(rows.fetchall())

    def _end_in_order(self) -> None:
        self.till.close_in_order()
        self._look_at_cuts("end")
        self._open("start")
        self.life.luck = 0.0

    def _laid_out(self, image: Image) -> Path:
        folder = self._empty(self.world.folder / f"cut-{next(_folders)}")
        for name, data in image.items():
            (folder / name).write_bytes(data)
        return folder

    def _look_at_cuts(self, doing: str) -> None:
        self.ground.raise_what_failed()
        cuts = list(self.life.cuts)
        self.life.cuts.clear()
        for cut in cuts:
            self._look_at(cut, self.life.allowed(cut), doing)

    def _look_at(self, cut: Cut, allowed: frozenset[str], doing: str) -> None:
        """Start the shipped way on what a cut left; now and then the power goes again meanwhile."""
        self.report.cuts += 1
        self.report.moments[f"{doing}, before {cut.before.value}"] += 1
        folder = self._laid_out(cut.image)
        again = self._begun_again(folder) if self.draw.random() < IN_START and doing != "start" else None
        try:
            found = list(self._found(folder, cut, allowed))
        except Exception as error:  # outermost loop: of one cut, which is told with it
            found = [f"the start failed: {type(error).__name__}: {error}"]
        self.ground.forget(folder)
        self.report.broken += [f"{doing}, before {cut.before.value}: {words}" for words in found]
        shutil.rmtree(folder)
        for second in again.cuts if again else ():
            moved = Cut(second.image, cut.commits, cut.sent, second.before)
            self._look_at(moved, allowed, "start")

    def _begun_again(self, folder: Path) -> Life:
        life = Life(self.ground.watch(folder), self.draw)
        life.luck = 0.2
        return life

    def _found(self, folder: Path, cut: Cut, allowed: frozenset[str]) -> Iterator[str]:
        journal = {line.command_id for line in lines(folder / JOURNAL)}
        if lost := cut.sent - journal:
            yield f"{len(lost)} commands that had left the till are not in the journal"
        opened = open_folder(folder, self.till.now())
        try:
            if opened.quarantine is not None:
                yield "the file was taken for damaged"
            yield from _state(opened.store, allowed)
        finally:
            opened.store.close()


def _state(store: Store, allowed: frozenset[str]) -> Iterator[str]:
    if digest(store.file.raw) not in allowed:
        yield "something acknowledged is lost, or something is there in part"
    if store.audit.broken_at() is not None:
        yield "the audit chain does not verify"
    waiting = {
        row[0] for row in store.file.raw.execute("SELECT command_id FROM outbox WHERE state = 'pending'")
    }
    journal = {line.command_id for line in lines(store.folder / JOURNAL)}
    if waiting - journal:
        yield f"{len(waiting - journal)} waiting commands are not in the journal after the start"


def run_seed(seed: int, **pragmas: object) -> Report:
    """One run; `pragmas` set the till's file up otherwise than it is shipped."""
    made = template()
    folder = made.folder / f"power-{next(_folders)}"
    folder.mkdir()
    if seed % 2 and "wal_autocheckpoint" not in pragmas:
        pragmas["wal_autocheckpoint"] = 40  # as shipped it comes too seldom for a short life
    try:
        with quick(), listening() as said, watched_ground() as ground, with_pragmas(**pragmas):
            world = World(made, folder, said=said)
            run = PowerRun(ground, world, seed)
            try:
                _carry_out(run)
            finally:
                with suppress(Exception):
                    world.close()
            return run.report
    finally:
        shutil.rmtree(folder)


def _carry_out(run: PowerRun) -> None:
    try:
        run.lives()
        rows = read_site(run.world.database)
        run.report.broken += run.world.broken
        run.report.broken += [*run.world.commits.broken, *run.world.answers.broken, *check_site(rows)]
        run.report.broken += check_tills(run.world, rows)
    except Exception as error:  # outermost loop: of one run, whose seed is told with it
        run.report.broken.append(f"bug: {type(error).__name__}: {error}")


def run_seeds(first: int, past: int, synchronous: str) -> Report:
    """Several runs in this process, which ends with them."""
    whole, begun = Report(), process_time()
    try:
        for seed in range(first, past):
            done = run_seed(seed, synchronous=synchronous)
            if done.broken:
                print(f"seed {seed}: {done.broken[0]}", flush=True)
            whole.join(done)
    finally:
        forget_template()
    whole.seconds = process_time() - begun
    return whole
