"""How long the door takes for known and unknown names: `python -m tests.security.timing_campaign [rounds]`.

Checks wrong passwords against a real file, known and unknown names mixed, and compares how far the medians
are apart with what they are when the names are dealt out anew: noise is what 95 of 100 deals stay below.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import update

from site_sync.service import sign_in
from site_sync.service.database import tables as t
from site_sync.service.database.migrate import migrate
from site_sync.service.database.transaction import Transaction
from site_sync.service.entering import vault_of
from site_sync.service.sign_in import GivenPassword
from tests.service import shop
from tests.service.sites import Clock, make_site

ROUNDS = 200
DEALS = 1000


def noise(times: list[float], chance: random.Random) -> float:
    """How far the medians of two equal parts of the same times are apart by chance, in 95 of 100 deals."""
    half, apart = len(times) // 2, []
    for _ in range(DEALS):
        chance.shuffle(times)
        apart.append(abs(median(times[:half]) - median(times[half:])))
    return sorted(apart)[DEALS * 95 // 100]


def main(rounds: int) -> int:
    """Measure and print; 1 when known and unknown names can be told apart."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/site.sqlite"
        migrate(url)
        site = make_site(url, Path(folder), Clock())
        verifier = sign_in.password_verifier(vault_of(site), "anna", "a long sentence opens it")
        given = GivenPassword("anna", verifier)

        def fill(tx: Transaction) -> None:
            shop.fill(tx)
            sign_in.set_password(tx, given, site.now())

        site.database.write(fill)
        fresh = update(t.passwords).values(tries=0, wait_until=None, locked=False)
        took: dict[str, list[float]] = {"anna": [], "nobody": []}
        turns = [name for name in took for _ in range(rounds)]
        random.Random(1).shuffle(turns)
        for name in turns:
            site.database.write(lambda tx: tx.execute(fresh))
            began = time.perf_counter()
            sign_in.check_password(site.database, site.keys, name, "wrong", site.now())
            took[name].append((time.perf_counter() - began) * 1000)
        site.close()
    for name, times in took.items():
        print(f"{name:8} median {median(times):7.2f} ms")
    apart = abs(median(took["anna"]) - median(took["nobody"]))
    least = noise([*took["anna"], *took["nobody"]], random.Random(2))
    print(f"known and unknown differ by {apart:.2f} ms, the noise is {least:.2f} ms")
    return int(apart > least)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
