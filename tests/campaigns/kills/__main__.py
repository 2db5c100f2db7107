"""`python -m tests.campaigns.kills --cycles N [--database postgresql]`: kill, restart, heal, look."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from time import monotonic

from site_sync.service.database.migrate import migrate
from tests.campaigns.kills.forked import Forked, Parent, Silent, Work
from tests.campaigns.kills.looking import checking, head_of, look
from tests.campaigns.kills.site_at_work import lay_in, serving
from tests.campaigns.kills.till_at_work import ENDED, SETTLED, ending, working
from tests.fixtures.ports import find_free_port
from tests.fixtures.postgres import running_postgres

CYCLES_OF_A_WORLD = 50
LONGEST_WORK = 0.25
VICTIMS = ("till", "site", "both")
WEIGHTS = (6, 3, 1)


@dataclass
class Tally:
    """What came of the cycles."""

    cycles: int = 0
    commands: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


class World:
    """One site and one till that live until they are killed."""

    def __init__(self, url: str, folder: Path, draw: Random) -> None:
        self.url, self.folder, self.draw = url, folder, draw
        self.kept: dict[str, str] = {}
        _alone(lambda _parent: lay_in(url, folder), folder)
        self.port = find_free_port()
        self.site, self.till = self._site(), self._till()

    @property
    def _till_folder(self) -> Path:
        return self.folder / "till"

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _site(self) -> Forked:
        return Forked(serving(self.url, self.folder, self.port), self.folder / "site.log")

    def _till(self) -> Forked:
        work = working(self._till_folder, self._address, self.draw.randrange(1 << 30))
        return Forked(work, self.folder / "till.log")

    def _hear(self, lines: list[str]) -> None:
        for line in lines:
            if line not in (SETTLED, ENDED):
                self.kept.update(json.loads(line))

    def cycle(self) -> str:
        """Work, a kill, a restart; who was killed."""
        self._hear(self.till.listen(self.draw.uniform(0, LONGEST_WORK)))
        victim = self.draw.choices(VICTIMS, WEIGHTS)[0]
        if victim != "site":
            self._hear(self.till.kill())
        if victim != "till":
            self.site.kill()
            self.site = self._site()
        if victim != "site":
            self.till = self._till()
        return victim

    def heal(self) -> list[str]:
        """Let till and site settle; what is broken then. The till goes on afterwards."""
        self.till.ask()
        self._hear(self.till.until(SETTLED))
        broken = list(look(self.url, self.kept))
        self.till.ask()
        return broken

    def end(self) -> list[str]:
        """Let the till hear everything and end; what is broken in the two databases."""
        self._hear(self.till.kill())
        for sends in (True, False):  # what it still sends moves the head
            head = 0 if sends else head_of(self.url)
            last = Forked(ending(self._till_folder, self._address, head), self.folder / "till.log")
            last.until(ENDED)
            last.rest()
        self.site.kill()
        return _alone(checking(self.url, self._till_folder, self.kept), self.folder)

    def give_up(self) -> None:
        """Leave no process behind."""
        for one in (self.till, self.site):
            if not one.ended:
                one.kill()


def _alone(work: Work, folder: Path) -> list[str]:
    """Do something in a process of its own, so that this one stays fit to be forked."""

    def to_the_end(parent: Parent) -> None:
        work(parent)
        parent.say(ENDED)

    said = Forked(to_the_end, folder / "alone.log").rest()
    if ENDED not in said:
        raise Silent((folder / "alone.log").read_text())
    return said[:-1]


def run_world(url: str, cycles: int, draw: Random, tally: Tally) -> None:
    """Some cycles on an empty migrated database."""
    with tempfile.TemporaryDirectory(prefix="handover-kills-", dir=_memory()) as name:
        world = World(url, Path(name), draw)
        try:
            tally.broken += world.heal()
            for _ in range(cycles):
                tally.killed[world.cycle()] += 1
                tally.broken += world.heal()
                tally.cycles += 1
            tally.broken += world.end()
        except Silent:
            for log in Path(name).glob("*.log"):
                print(log.name, log.read_text()[-2_000:], sep="\n")
            raise
        finally:
            world.give_up()
        tally.commands += len(world.kept)


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.kills", description=__doc__)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> int:
    """Run the cycles; 1 when a promise was broken."""
    asked, tally, begun = _arguments(), Tally(), monotonic()
    draw = Random(asked.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=_memory())))
        server = stack.enter_context(running_postgres()) if asked.database == "postgresql" else None
        numbers = count(1)

        def fresh() -> str:
            if server is not None:
                return server.url(server.create_database())
            return f"sqlite:///{folder / f'site-{next(numbers)}.sqlite'}"

        while tally.cycles < asked.cycles:
            url = fresh()
            _alone(lambda _parent, url=url: migrate(url), folder)  # type: ignore[misc]
            run_world(url, min(CYCLES_OF_A_WORLD, asked.cycles - tally.cycles), draw, tally)
            print(f"{tally.cycles} cycles, {len(tally.broken)} broken", flush=True)
    for words, times in Counter(tally.broken).items():
        print(f"BROKEN {times} times: {words}")
    each = (monotonic() - begun) / tally.cycles
    killed = ", ".join(f"{name} {times}" for name, times in sorted(tally.killed.items()))
    print(f"{tally.cycles} cycles on {asked.database} ({killed}), {tally.commands} commands acknowledged,")
    print(f"{each:.2f} s each; " + ("promises were broken" if tally.broken else "every promise was kept"))
    return 1 if tally.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
