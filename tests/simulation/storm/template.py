"""The world as every run finds it: a filled site and enrolled tills, made once and copied."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from pydantic import SecretStr

from pos_app.operations.desk import Acting, Changed
from pos_app.store import schema, till_file
from pos_app.store.journal_file import JournalFile
from pos_app.store.store import Store
from site_sync.protocol.changes import Enrol
from site_sync.service import enrolment
from site_sync.service.database.migrate import migrate
from site_sync.service.enrolment import NewTill
from site_sync.service.jobs.leases import lend_stock
from site_sync.service.keys import keys_of
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site, Surroundings, _found
from tests.simulation.storm import acts, shop
from tests.simulation.storm.door import Door, without_threads
from tests.simulation.storm.memory import MemoryDatabase
from tests.simulation.storm.stand_ins import standing_in
from tests.simulation.storm.till import SimTill, VirtualClock
from tests.simulation.storm.wire import Wire, WireClient

PLACES = (("S01", "01"), ("S01", "02"), ("S02", "01"))
"""Store and number of each till."""
EMPTY = "empty"
"""The folder of a till that has not begun."""
CODE_KEY, SEAL_KEY = "11" * 32, "22" * 32


@dataclass(frozen=True, slots=True)
class Template:
    """Bytes of the site's database and folders of the tills."""

    image: bytes
    folder: Path


def around(clock: VirtualClock, run: str) -> Surroundings:
    """Ids that count, random bytes that are none."""
    ids, draws = count(1), count(1)

    def random_bytes(size: int) -> bytes:
        return hashlib.sha512(f"{run} {next(draws)}".encode()).digest()[:size]

    return Surroundings(lambda: clock.now, lambda: f"{run}-{next(ids):05}", random_bytes)


@cache
def _settings() -> Settings:
    return Settings(database="sqlite://", code_key=SecretStr(CODE_KEY), seal_key=SecretStr(SEAL_KEY))


def make_door(database: MemoryDatabase, clock: VirtualClock, run: str, folder: Path) -> Door:
    """A site on a database in memory."""
    settings = _settings().model_copy(update={"data_dir": folder})
    surroundings = around(clock, run)
    who = database.write(lambda tx: _found(tx, surroundings))
    keys = keys_of(settings, surroundings.random_bytes)
    nothing: Any = None
    return Door(Site(database, nothing, who, settings, keys, surroundings), database, folder)


def let_in(door: Door, till: SimTill, number: str) -> None:
    """Enrol a till as its staff would, with a fresh code."""
    code = door.site.new_id().upper().replace("-", "")[-8:]
    place = NewTill(till.store_code, number)
    door.database.write(lambda tx: enrolment.offer(tx, code, place, door.site.now()))
    enrolled = WireClient(Wire(door, Counter()), "", "").enrol(Enrol(code=code, device_name=till.name))
    till.store.identity.enrol(enrolled, "http://site")


def _migrated(folder: Path) -> bytes:
    path = folder / "site.sqlite"
    migrate(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.close()
    return path.read_bytes()


@contextmanager
def quick() -> Iterator[None]:
    """What a run is spared: making tables that are there, compiling a statement once more for each till.

    The journal notes how much of it was forced to the disk, as a power cut takes the rest.
    """
    made, flush = schema._make_missing, JournalFile.flush

    def noted(journal: Any) -> None:
        flush(journal)
        journal.synced_bytes = journal.path.stat().st_size

    def where_none_are(file: Any) -> None:
        if not file.raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            made(file)

    create: Any = vars(till_file)["create_engine"]
    places = (
        (schema, "_make_missing", where_none_are),
        (till_file, "create_engine", _shared(create)),
        (JournalFile, "flush", noted),
    )
    with standing_in(*places), without_threads():
        yield


_compiled: list[Any] = []


def _shared(create: Any) -> Any:
    """Engines that share what they compiled; their files are theirs alone."""

    def shared(*given: Any, **more: Any) -> Any:
        engine = create(*given, **more)
        if not _compiled:
            engine.connect().close()
            _compiled.append(engine)
        engine.dialect = engine.pool._dialect = _compiled[0].dialect
        engine._compiled_cache = _compiled[0]._compiled_cache
        return engine

    return shared


def memory_folder() -> Path:
    """A new folder in memory where the machine has one."""
    memory = Path("/dev/shm")
    return Path(mkdtemp(prefix="handover-storm-", dir=memory if memory.is_dir() else None))


def _begin_day(till: SimTill, draw: Random) -> None:
    """Somebody opened the till, made orders and picked one of them."""
    till.ids_from(90_001)
    till.meet()
    till.do(lambda desk: acts.begin_shift(desk, _anna(till), draw))
    done = [till.do(lambda desk: acts.make_order(desk, _anna(till), draw)) for _ in range(2)]
    made = [one.order for one in done if isinstance(one, Changed)]
    till.do(lambda desk: acts.pick_all(desk, _anna(till), draw, made[0]))
    till.meet()


def _anna(till: SimTill) -> Acting:
    acting = till.acting("anna")
    if acting is None:
        raise LookupError("anna is not there")
    return acting


@lru_cache(maxsize=1)
def template() -> Template:
    """Made at the first run of a process."""
    folder = memory_folder()
    clock = VirtualClock(shop.NOON)
    database = MemoryDatabase(_migrated(folder))
    door = make_door(database, clock, "made", folder)
    database.write(shop.fill)
    Store(folder / EMPTY).close()
    tills: list[SimTill] = []
    for store, number in PLACES:
        name = f"{store}-{number}"
        Store(folder / name).close()
        with quick():
            till = SimTill(name, store, folder / name, Wire(door, Counter()), clock)
            let_in(door, till, number)
            till.open_again()
            _begin_day(till, Random(len(tills)))
            tills.append(till)
    lend_stock(door.site)
    with quick():
        for till in tills:
            till.meet()
            till.close_in_order()
    image = database.image()
    database.close()
    return Template(image, folder)
