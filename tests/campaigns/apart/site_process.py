"""The site of an hour apart: `CLOCK_FILE WORDS...`, the shipped command line on a clock that a file moves."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from site_sync import site
from tests.campaigns.apart.clock import moved
from tests.simulation.storm.stand_ins import standing_in


def main(clock: Path, words: list[str]) -> int:
    """As `handover-site`."""
    around = replace(site.surroundings(), now=moved(clock))
    with standing_in((site, "surroundings", lambda: around)):
        return site.main(words)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2:]))
