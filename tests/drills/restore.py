"""`python -m tests.drills.restore --drills 50`: work, back up, die, restore, heal, and look at everything."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from site_sync.service import soundness
from site_sync.service.backup import making, restoring
from site_sync.service.backup.restoring import Wish
from tests.drills.floor import DrillTill, Floor
from tests.drills.raw import Raw
from tests.fixtures.postgres import running_postgres
from tests.simulation.storm import shop
from tests.simulation.storm.checks_site import SiteRows, alarms, check_site, read_site
from tests.simulation.storm.checks_tills import _arrived, _drawers, _same, _settled, _wanted
from tests.simulation.storm.stood import Stood

ENGINES = ("sqlite", "postgresql")


@dataclass
class Report:
    """What drills came to; `broken` names every promise that was not kept."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    backup_seconds: list[float] = field(default_factory=list)
    restore_seconds: list[float] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report in words."""
        yield from (f"  {count:6} {name}" for name, count in sorted(self.counts.items()))
        for what, took in (("backup", self.backup_seconds), ("restore", self.restore_seconds)):
            if took:
                yield f"  {what}: median {sorted(took)[len(took) // 2]:.2f} s, longest {max(took):.2f} s"
        yield from (f"  BROKEN {words}" for words in self.broken)
        yield "every promise was kept" if not self.broken else f"{len(self.broken)} promises were broken"


@dataclass
class _Restored:
    """What the checks of the storm want to know of a world."""

    database: Any
    clock: Any
    tills: list[DrillTill]
    restored: bool = True


def drill(url: str, folder: Path, seed: int, report: Report) -> None:
    """One drill; what is broken goes into the report."""
    floor = Floor(url, folder, seed)
    try:
        stood = _live(floor, folder, report)
        _check(floor, seed, report)
        _check_stood(floor, stood, seed, report)
    finally:
        floor.close()


def _live(floor: Floor, folder: Path, report: Report) -> Stood:
    """Work, a backup, more work, the end of the site, its restore, rest; what had been applied before."""
    draw = floor.draw
    _steps(floor, draw.randint(8, 24), report, "before")
    made: list[Path] = []
    begun = perf_counter()
    backing = threading.Thread(target=lambda: made.append(making.make(floor.site)[0]))
    backing.start()
    _steps(floor, draw.randint(1, 6), report, "during")
    backing.join()
    report.backup_seconds.append(perf_counter() - begun)
    _steps(floor, draw.randint(6, 24), report, "after")
    known = {till.name: set(till.kept) for till in floor.tills}
    with Raw.of(floor) as raw:
        stood = Stood.before(raw)
    floor.stop()
    for _ in range(draw.randint(0, 6)):
        floor.step(online=False)
    before, begun = floor.site.identity, perf_counter()
    restored = restoring.restore(floor.settings, floor.around, Wish(made[0]))
    report.restore_seconds.append(perf_counter() - begun)
    floor.start()
    if (floor.site.identity.service, floor.site.identity.epoch) != (before.service, restored.epoch):
        report.broken.append("14: the restored site is not the same in a new epoch")
    lost = _missing(floor, known)
    with Raw.of(floor) as raw:
        stood.look_back(raw)
    report.counts["turns until all was at rest"] += floor.heal()
    report.counts["commands the backup lacked"] += lost
    report.counts["drills"] += 1
    return stood


def _check_stood(floor: Floor, stood: Stood, seed: int, report: Report) -> None:
    with Raw.of(floor) as raw:
        for command_id, code, excused in stood.refused(raw):
            report.counts[f"applied before, refused after: {excused or 'broken'}"] += 1
            if not excused:
                words = f"15: {command_id} was applied before the restore, now it is {code}"
                report.broken.append(f"drill {seed}: {words}")


def _steps(floor: Floor, count: int, report: Report, when: str) -> None:
    for _ in range(count):
        floor.step()
    report.counts[f"acts {when} the backup"] += count


def _missing(floor: Floor, known: dict[str, set[str]]) -> int:
    """How much of what tills had done before is not in the restored site."""
    raw = Raw(floor.settings.database_url)
    there = {row[0] for row in raw.execute("SELECT command_id FROM commands").fetchall()}
    raw.close()
    return sum(len(ids - there) for ids in known.values())


def _check(floor: Floor, seed: int, report: Report) -> None:
    raw = Raw(floor.settings.database_url)
    source: Any = raw
    try:
        rows = read_site(source)
        report.broken += [f"drill {seed}: {words}" for words in _broken(floor, rows)]
        report.counts["orders in the end"] += len(rows.orders)
        report.counts["commands in the end"] += len(rows.commands)
    finally:
        raw.close()


def _broken(floor: Floor, rows: SiteRows) -> Iterator[str]:
    world: Any = _Restored(floor.site.database, floor.clock, floor.tills)
    yield from check_site(rows)
    wanted = {store: _wanted(world, store) for store in shop.STORES}
    for till in floor.tills:
        yield from _arrived(world, till, rows)
        yield from _settled(till, rows)
        yield from _same(till, wanted[till.store_code])
    yield from _drawers(world, rows)
    if found := alarms(rows):
        yield f"13: false alarms: {found}"
    for _, findings in floor.site.database.read(soundness.looked_through):
        yield from (f"books: {one.words}" for one in findings)
    yield from _web(floor, rows)


def _web(floor: Floor, rows: SiteRows) -> Iterator[str]:
    """Every order of the web shop is there once under its name, its payments count once each."""
    said = floor.said
    found = Counter(order.external_id for order in rows.orders.values() if order.external_id)
    for external, order_id in said.ids.items():
        if found[external] != 1 or order_id not in rows.orders:
            yield f"1: {external} of the web shop is {found[external]} orders"
    for external, reference in said.paid:
        order = rows.orders[said.ids[external]]
        times = sum(payment.id == reference for payment in order.payments)
        if times != 1:
            yield f"5: {reference} of {external} counts {times} times"


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[Callable[[], str]]:
    """Gives URLs of databases that are not there yet, or empty."""
    if engine == "sqlite":
        counted = iter(range(1_000_000))
        yield lambda: f"sqlite:///{folder / f'site-{next(counted)}' / 'site.sqlite'}"
        return
    with running_postgres() as server:
        yield lambda: server.url(server.create_database())


def run(engine: str, seeds: range) -> Report:
    """Some drills on one engine, one after another."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="handover-drill-") as name:
        folder = Path(name)
        with databases(engine, folder) as new_url:
            for seed in seeds:
                place = folder / f"drill-{seed}"
                place.mkdir()
                url = new_url()
                if engine == "sqlite":
                    Path(url.removeprefix("sqlite:///")).parent.mkdir()
                drill(url, place, seed, report)
    return report


def main() -> int:
    """Run drills on one engine or half of them on each; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drills", type=int, default=50)
    parser.add_argument("--engine", choices=ENGINES, help="else half on each")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    engines = (asked.engine,) if asked.engine else ENGINES
    broken = 0
    for engine in engines:
        begun = perf_counter()
        each = -(-asked.drills // len(engines))
        report = run(engine, range(asked.seed, asked.seed + each))
        print(
            f"{engine}: {each} drills in {perf_counter() - begun:.0f} s",
            *report.lines(),
            sep="\n",
            flush=True,
        )
        broken += len(report.broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
