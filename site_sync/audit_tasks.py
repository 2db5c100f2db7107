"""From the command line: looking the audit's chain through, writing a file for whoever helps."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from site_sync.service import audit_chain, settings_audit, till_audit
from site_sync.service.settings_audit import Author, Subject
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


def add_support_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of `support-file`."""
    parser.add_argument("file", nargs="?", type=Path, help="where to write it, if not in the data folder")


def support(site: Site, arguments: argparse.Namespace) -> int:
    """Write a file for whoever helps from afar; readable by the owner alone."""
    from site_sync.service import support_file  # it tells of the web service, which is slow to load

    name = f"handover-site-{site.now():%Y%m%d-%H%M%S}.zip"
    path: Path = arguments.file or site.settings.data_dir / name
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(support_file.write(site))
    author, subject = Author.operator(site.now()), Subject("support_file", path.name)
    site.database.write(lambda tx: settings_audit.note(tx, author, subject, (None, {"file": path.name})))
    print(path)
    return 0
