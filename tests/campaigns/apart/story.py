"""What happens in the hour: both tills make orders, take money, pick and hand over, also each other's."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.campaigns.apart import clock
from tests.together.conftest import SiteProcess, TillHandle
from tests.together.test_two_tills import meet_again

NUMBERS = ("11", "12")
STEP_MINUTES = 6


@dataclass
class Hour:
    """What came of it."""

    passed_minutes: int = 0
    done: dict[str, list[Any]] = field(default_factory=lambda: {number: [] for number in NUMBERS})
    states: list[dict[str, Any]] = field(default_factory=list)
    site: dict[str, Any] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    lost_answers: int = 0

    def refused_by_till(self) -> list[Any]:
        """What a till did not even keep."""
        return [
            one for each in self.done.values() for one in each if isinstance(one, dict) and "refused" in one
        ]


class Apart:
    """Two tills, their site, and the clock of all three."""

    def __init__(self, url: str, folder: Path) -> None:
        self._clock = folder / "clock"
        clock.stand(self._clock)
        self.folders = [folder / f"till-{number}" for number in NUMBERS]
        self.site = SiteProcess(
            url, folder / "site", ("tests.campaigns.apart.site_process", str(self._clock))
        )
        program = ("tests.campaigns.apart.till_process", str(self._clock))
        self.tills = [TillHandle(each, self.site.port, program) for each in self.folders]
        for till, number in zip(self.tills, NUMBERS, strict=True):
            till.join(self.site.do("enrol-code", "--store", "S01", "--till", number).strip())
        self.hour = Hour()

    def close(self) -> None:
        """Let all end in order."""
        for till in self.tills:
            till.close()
        self.site.close()

    def _do(self, which: int, *words: Any) -> Any:
        done = self.tills[which](*words)
        self.hour.done[NUMBERS[which]].append(done)
        return done

    def _later(self) -> None:
        clock.move(self._clock, minutes=STEP_MINUTES)
        self.hour.passed_minutes += STEP_MINUTES

    def _shared(self, skus: list[str]) -> list[str]:
        """Orders that both tills know before the network goes: three of them wait on their shelf."""
        one, two = self.tills
        made = [one("order", sku, 2)["order"] for sku in skus]
        for order_id in made[:3]:
            one("pick", order_id)
        assert one("wait_settled")
        for order_id in made:
            version = one("version_of", order_id)
            assert two("wait_version", order_id, version)
        return made

    def pass_the_hour(self) -> Hour:
        """The network goes, ten times some minutes pass, and it comes back with answers lost."""
        skus = self.tills[0]("free_skus", 8)
        shared = self._shared(skus[:6])
        for till in self.tills:
            till.wire.cut()
            assert till("wait_offline")
        self._each_on_its_own(skus)
        self._on_the_same(shared)
        for _ in range(4):
            self._later()
        self.tills[0].wire.mend(losing_answers=2)
        self.tills[1].wire.mend(losing_answers=1)
        one, two = self.tills
        self.hour.site = meet_again((one, two), self.site)
        self.hour.states = [till("state") for till in self.tills]
        self.hour.commands = _commands(self.site.url)
        self.hour.lost_answers = sum(till.wire.lost_answers for till in self.tills)
        return self.hour

    def _each_on_its_own(self, skus: list[str]) -> None:
        """Orders with deposits at both tills, picked and handed over there while it lasts; sales besides."""
        for which in (0, 1):
            mine = [self._do(which, "order", skus[6 + which], 1)["order"] for _ in range(2)]
            self._do(which, "pay", mine[0], 300)
            self._later()
            self._do(which, "pick", mine[0])
            self._do(which, "collect", mine[0])
            self._do(which, "note", mine[1], f"asked at till {NUMBERS[which]}")
            self._do(which, "sale", skus[6 + which])
            self._later()

    def _on_the_same(self, shared: list[str]) -> None:
        """What only one of two can do: both hand over, cancel, pick and claim; both take money."""
        handed, ended, changed, picked, claimed, paid = shared
        self._do(0, "collect", handed)
        self._do(0, "collect", ended)
        self._do(0, "cancel", changed)
        self._do(0, "claim", claimed)
        self._do(0, "pick_line", picked, 2)
        self._do(0, "pay", paid, 500)
        self._later()
        self._do(1, "collect", handed)
        self._do(1, "cancel", ended)
        self._do(1, "collect", changed)
        self._do(1, "claim", claimed)
        self._do(1, "pick_line", picked, 1)
        self._do(1, "pay", paid, 700)
        self._later()


def _commands(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [
                row[0]
                for row in connection.execute(
                    text("SELECT command_id FROM commands WHERE payload_kind <> 'lease'")
                )
            ]
    finally:
        engine.dispose()
