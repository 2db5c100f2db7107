"""Telling staff by their channel of what they should look at."""

from __future__ import annotations

from datetime import timedelta

import structlog

from site_sync.service import alerts, turns
from site_sync.service.alerts import Alert
from site_sync.service.notify import staff_channels
from site_sync.service.sealing import Unsealable
from site_sync.service.sentences import Retold, said
from site_sync.service.wiring import Site

TURN = "alerts"
EVERY = timedelta(minutes=1)
AFTER_FAILURE = timedelta(minutes=15)

_log = structlog.get_logger(__name__)


def tell_staff(site: Site, retold: Retold) -> int:
    """Tell what is new, in the shop's language, together and not too often; nothing is left to do at once."""
    now = site.now()
    if not site.database.read(alerts.kind) or not turns.take(site.database, TURN, EVERY, now):
        return 0
    present = site.database.read(lambda db: alerts.found(db, site.settings, now))
    sent = site.database.read(lambda db: alerts.news(alerts.told(db), present, now))
    if sent and not _sent(site, sent, retold):
        site.database.write(lambda tx: turns.again(tx, TURN, now + AFTER_FAILURE))
        sent = ()
    site.database.write(lambda tx: alerts.keep_told(tx, present, sent, now))
    return 0


def _sent(site: Site, news: tuple[Alert, ...], retold: Retold) -> bool:
    language = site.database.read(alerts.language)
    text = "\n".join(f"• {retold(language, one.words)}" for one in news)
    return send(
        site,
        retold(language, said("Handover needs somebody")),
        f"{text}\n{site.settings.public_address}/manager/",
    )


def send(site: Site, title: str, text: str) -> bool:
    """Send words to the channel that is set; whether they were taken."""
    try:
        address = site.database.read(lambda db: alerts.channel(db, site.keys.seal_key))
    except Unsealable:
        _log.warning("the staff's channel was kept with another key of the site; set it anew")
        return False
    if address and staff_channels.send(address, title, text):
        return True
    _log.warning("staff could not be told by their channel", installed=staff_channels.installed())
    return False
