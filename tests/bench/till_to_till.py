"""How long until an order made at one till can be seen at another, both of them idle before."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from site_sync.domain.stock import StockLevel
from site_sync.service import reservations
from site_sync.service.settings import Settings
from site_sync.service.wiring import open_site
from site_sync.site import surroundings
from tests.bench.figures import Figure, percentile
from tests.bench.web_orders import SKUS
from tests.together.conftest import SiteProcess

ORDERS = 220
WARM = 10
P50_MS, P99_MS = 25.0, 120.0


class _Till:
    """A till process of the measurement."""

    def __init__(self, folder: Path, site: SiteProcess, number: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.timed_till", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        code = site.do("enrol-code", "--store", "S01", "--till", number).strip()
        self("enrol", f"http://127.0.0.1:{site.port}", code)

    def __call__(self, *words: Any) -> Any:
        """Tell the till one word; its result."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the till has no pipes")
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "result" not in answer:
            raise RuntimeError(f"{words}: {answer}")
        return answer["result"]

    def close(self) -> None:
        """End the till."""
        self._process.communicate(timeout=30)


def _fill_shelves(url: str, folder: Path) -> None:
    """Enough stock for every order."""
    site = open_site(Settings(database=url, data_dir=folder), surroundings())
    site.database.write(
        lambda tx: reservations.set_levels(tx, [StockLevel(sku, "S01", 1_000_000) for sku in SKUS])
    )
    site.close()


def _times(folder: Path) -> list[float]:
    """Milliseconds from the act at the first till to the sight at the second, an order at a time."""
    with ExitStack() as stack:
        site = SiteProcess(f"sqlite:///{folder / 'site.sqlite'}", folder / "site")
        stack.callback(site.close)
        _fill_shelves(site.url, folder / "site")
        tills = [_Till(folder / number, site, number) for number in ("01", "02")]
        for till in tills:
            stack.callback(till.close)
            till("wait_online")
        times = []
        for number in range(WARM + ORDERS):
            order_id, begun = tills[0]("timed_order", SKUS[number % len(SKUS)])
            times.append(1000 * (tills[1]("wait_seen", order_id) - begun))
            tills[0]("wait_settled")
        return times[WARM:]


def run() -> list[Figure]:
    """The median and the slow end against their limits."""
    with tempfile.TemporaryDirectory() as name:
        times = _times(Path(name))
    note = f"{len(times)} orders, three processes on loopback"
    return [
        Figure("till to till: p50", percentile(times, 0.5), P50_MS, "ms", 1.0, note=note),
        Figure("till to till: p99", percentile(times, 0.99), P99_MS, "ms", 1.0, note=note),
    ]


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
