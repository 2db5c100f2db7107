"""A till of the simulated day: a real store, the real worker, and a wire that can be down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

from pos_app.operations.desk import Acting, Desk
from pos_app.store.store import Store
from site_sync.domain.shop import StaffMember
from site_sync.protocol.changes import Enrol
from site_sync.service import changes, enrolment
from site_sync.service.enrolment import NewTill
from site_sync.service.wiring import Site
from site_sync.worker.client import SiteClient, enrol
from site_sync.worker.ports import Applied, Place
from site_sync.worker.running import Surroundings, Told, Worker
from site_sync.worker.worker import Lane


class Till:
    """One person's till at S01; `online` is whether its wire is up."""

    def __init__(self, site: Site, address: str, folder: Path, number: str) -> None:
        self.number, self.online = number, True
        self._site = site
        self._clients: list[SiteClient] = []
        ids = count(1)
        self.store = Store(folder)
        self.desk = Desk(self.store, site.now, lambda: f"t{number}-{next(ids):06}", lambda: self.online)
        code = f"CODE-{number}-SIM"
        site.database.write(lambda tx: enrolment.offer(tx, code, NewTill("S01", number), site.now()))
        self.store.identity.enrol(
            enrol(address, Enrol(code=code, device_name=number, version="sim")), address
        )
        self._worker = self._make_worker(folder, site.now)
        self.push()
        self.pull()

    def _make_worker(self, folder: Path, now: Callable[[], datetime]) -> Worker:
        def client(_lane: Lane, place: Place) -> SiteClient:
            if not self._clients:
                self._clients.append(SiteClient(place.site_url, place.token, place.service))
            return self.client

        def nonce() -> str:
            return f"nonce-{self.number}"

        around = Surroundings(self.store.site_side, client, now, lambda: 0.5, nonce, folder, "sim")
        return Worker(around, Told(_unheard, lambda _state: None, lambda _lane: None))

    @property
    def client(self) -> SiteClient:
        """The till's one client, for what a screen asks of the site itself."""
        return self._clients[0]

    def push(self) -> None:
        """Send everything that waits."""
        while self.online and self._worker.run_once(Lane.PUSH) == 0:
            pass

    def pull(self) -> None:
        """Take in everything that changed at the site."""
        while self.online and self._behind():
            self._worker.run_once(Lane.PULL)

    def meet(self) -> None:
        """What the two lanes of a running till do in a moment."""
        self.push()
        self.pull()

    def _behind(self) -> bool:
        cursor = self.store.site_side.place().cursor
        return not cursor or changes.cursor_place(cursor)[1] < self._site.database.read(changes.head)

    def acting(self, who: StaffMember) -> Acting:
        """Somebody at work here, in a shift of the day."""
        return Acting(who, f"shift-{self.number}", reason="simulated")

    def close(self) -> None:
        """End of the day."""
        for client in self._clients:
            client.close()
        self.store.close()


def _unheard(_applied: Applied) -> None:
    """No screen listens."""
