"""`python -m tests.campaigns.races --races N [--database postgresql] [--seed S]`: two tills, one winner."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random
from time import monotonic

from site_sync.service.database.migrate import migrate
from tests.campaigns.races.running import run_races, track
from tests.fixtures.postgres import running_postgres


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.races", description=__doc__)
    parser.add_argument("--races", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> int:
    """Run the races; 1 when one had not its one winner."""
    asked = _arguments()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="handover-races-", dir=memory)))
        url = f"sqlite:///{folder / 'site.sqlite'}"
        if asked.database == "postgresql":
            server = stack.enter_context(running_postgres())
            url = server.url(server.create_database())
        migrate(url)
        on = stack.enter_context(track(url, folder, Random(asked.seed)))
        begun = monotonic()
        tally = run_races(on, asked.races)
        each = 1000 * (monotonic() - begun) / tally.races
    print(*(f"  {times:6} {words}" for words, times in sorted(tally.ended.items())), sep="\n")
    print(*(f"  BROKEN {times} times: {words}" for words, times in Counter(tally.broken).items()), sep="\n")
    kept = "promises were broken" if tally.broken else "every promise was kept"
    print(f"{tally.races} races on {asked.database}, {each:.0f} ms each: {kept}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
