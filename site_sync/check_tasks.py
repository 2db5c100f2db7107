"""Looking the site's books through from the command line, and putting right what does not agree."""

from __future__ import annotations

import argparse

from site_sync.service import soundness
from site_sync.service.settings_audit import Author
from site_sync.service.wiring import Site


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of `check`."""
    parser.add_argument("--repair", action="store_true", help="put right what can be, by entries that say so")


def check(site: Site, arguments: argparse.Namespace) -> int:
    """Print every check in words; 1 when something does not agree."""
    open_ones = 0
    for one, found in site.database.read(soundness.looked_through):
        print(f"{'BROKEN' if found else 'ok    '}  {one.words}")
        for finding in found:
            print(f"          {finding.words}")
            if arguments.repair and _repaired(site, finding):
                print("          put right")
            else:
                open_ones += 1
    return 1 if open_ones else 0


def _repaired(site: Site, finding: soundness.Finding) -> bool:
    author, entry = Author.operator(site.now()), site.new_id()
    return site.database.write(lambda tx: soundness.put_right(tx, finding, author, entry))
