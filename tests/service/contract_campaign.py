"""A long campaign against the public API: `python -m tests.service.contract_campaign 500`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from site_sync.service.database.migrate import migrate
from tests.service import shop
from tests.service.contract import CALLS, campaign, world
from tests.service.sites import Clock, make_site


def main(examples: int) -> None:
    """Call each operation so many times, on a site of its own; the first broken promise is raised."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'site.sqlite'}"
        migrate(url)
        site = make_site(url, Path(name), Clock())
        site.database.write(shop.fill)
        with world(site) as there:
            for path, method in CALLS:
                campaign(there, path, method, examples)
                print(f"{method:6} {path}: {examples} calls kept what is described")
        site.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
