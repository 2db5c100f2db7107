"""The audit from the command line: looking its chain through."""

from __future__ import annotations

import argparse

from site_sync.service import audit_chain, till_audit
from site_sync.service.wiring import Site


def add_audit_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of `audit`."""
    parser.add_argument(
        "act", choices=("verify", "tills"), help="look every entry through; show tills' heads"
    )
    parser.add_argument("--head", default="", metavar="HASH", help="a head noted earlier, to be found in it")


def audit(site: Site, arguments: argparse.Namespace) -> int:
    """Look the chain through and name the first entry that does not fit; 1 when one does not."""
    if arguments.act == "tills":
        return _tills(site)
    noted = arguments.head.lower().replace(" ", "")
    verdict = site.database.read(lambda db: audit_chain.verify(db, noted))
    print(verdict.words)
    if not verdict.met:
        print(f"the head {noted} is not in it")
    return 0 if verdict.broken is None and verdict.met else 1


def _tills(site: Site) -> int:
    """Print the head that each till told last; 1 when one of them lost or changed entries."""
    heads = site.database.read(till_audit.latest)
    for one in heads:
        print(f"{one.store}-{one.till}  {one.at:%Y-%m-%d %H:%M}  {one.place}  {one.verdict}  {one.hash}")
    return int(any(one.verdict in till_audit.WRONG for one in heads))
