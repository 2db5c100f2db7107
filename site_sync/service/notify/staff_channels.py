"""Words to staff over a channel of theirs (chat, pager, mail): what alone knows the library for it."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from urllib.parse import urlsplit

ON_THIS_COMPUTER = frozenset(
    {"syslog", "dbus", "kde", "glib", "qt", "gnome", "macosx", "windows", "file", "gammu"}
)
"""Channels that end on the site's own computer, where nobody looks."""
SECONDS = 10


def installed() -> bool:
    """Whether the optional library is there."""
    return find_spec("apprise") is not None


@cache
def _library() -> ModuleType:
    """The library, which is slow to load and warns of what it loads itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://localhost")  # the first one loads every channel there is
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it names addresses with their secrets
    return apprise


def usable(address: str) -> bool:
    """Whether an address names a channel that is known and leaves this computer."""
    if not installed() or channel_of(address) in (*ON_THIS_COMPUTER, ""):
        return False
    return _library().Apprise.instantiate(address, suppress_exceptions=True) is not None


def channel_of(address: str) -> str:
    """What sort of channel an address names, without what is secret in it; empty when it names none."""
    try:
        return urlsplit(address).scheme.lower()
    except ValueError:  # of brackets that hold no address
        return ""


def send(address: str, title: str, text: str) -> bool:
    """Send words to a channel; whether they were taken. Without the library nothing is."""
    if not usable(address):
        return False
    asset = _library().AppriseAsset(app_id="Handover", app_desc="Handover", app_url="", async_mode=False)
    channels = _library().Apprise(asset=asset)
    joint = "&" if "?" in address else "?"
    channels.add(f"{address}{joint}cto={SECONDS}&rto={SECONDS}")
    return bool(channels.notify(title=title, body=text))
