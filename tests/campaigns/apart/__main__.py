"""`python -m tests.campaigns.apart [--database postgresql] [--pictures DIRECTORY]`: an hour apart, told."""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from site_sync.service.database.migrate import migrate
from tests.campaigns.apart import account
from tests.campaigns.apart.story import NUMBERS, Apart
from tests.fixtures.postgres import running_postgres


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.apart", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--pictures", type=Path, help="where to put pictures of the problem screens")
    return parser.parse_args()


def main() -> int:
    """Pass the hour and read out what each till tells of it; 1 when the three do not agree."""
    asked = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="handover-apart-")))
        url = f"sqlite:///{folder / 'site.sqlite'}"
        if asked.database == "postgresql":
            server = stack.enter_context(running_postgres())
            url = server.url(server.create_database())
        migrate(url)
        apart = Apart(url, folder)
        try:
            hour = apart.pass_the_hour()
        finally:
            apart.close()
        print(f"{hour.passed_minutes} minutes apart, {len(hour.commands)} commands, {len(hour.site)} orders")
        for number, each in zip(NUMBERS, apart.folders, strict=True):
            shown = account.views(each)
            print(f"\nTill {number}: {len(shown)} to settle", *account.lines(shown), sep="\n")
            if asked.pictures:
                asked.pictures.mkdir(parents=True, exist_ok=True)
                account.picture(shown, asked.pictures / f"problems-{number}.png")
    agree = hour.states[0]["orders"] == hour.states[1]["orders"] == hour.site
    print("\nall three agree" if agree else "\nthey do not agree")
    return 0 if agree else 1


if __name__ == "__main__":
    raise SystemExit(main())
