"""The site of the kill campaign: the shipped service in a process of its own, on either database."""

from __future__ import annotations

import argparse
from pathlib import Path

import structlog
from pydantic import SecretStr

from site_sync.service import enrolment
from site_sync.service.enrolment import NewTill
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site, open_site
from site_sync.site import serve, surroundings
from tests.campaigns.kills.forked import Parent, Work
from tests.simulation.storm import shop
from tests.simulation.storm.stand_ins import standing_in

CODE = "KILL-0001"
KEY, SEAL_KEY = "22" * 32, "33" * 32
PLENTY = (400, 500, 600, 800, 3_000)
"""How many of each item lie in each store."""


def silent() -> None:
    """Nothing is logged but warnings, to the process's own log."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))


def opened(url: str, folder: Path) -> Site:
    """The site as its command line opens it."""
    code, seal = SecretStr(KEY), SecretStr(SEAL_KEY)
    return open_site(Settings(database=url, data_dir=folder, code_key=code, seal_key=seal), surroundings())


def lay_in(url: str, folder: Path) -> None:
    """Fill an empty database, and offer a code for the till."""
    site = opened(url, folder)
    with standing_in((shop, "FEW", PLENTY)):
        site.database.write(shop.fill)
    site.database.write(lambda tx: enrolment.offer(tx, CODE, NewTill("S01", "01"), site.now()))
    site.close()


def serving(url: str, folder: Path, port: int) -> Work:
    """What the site's process does until it is killed."""

    def work(_parent: Parent) -> None:
        silent()
        site = opened(url, folder)
        serve(site, argparse.Namespace(host="127.0.0.1", port=port, stop_with_input=False))

    return work
