"""Under which keys a site keeps its secrets, so that nobody opens it under others unawares."""

from __future__ import annotations

from site_sync.service.company import fact, keep_fact
from site_sync.service.database.migrate import look_at
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.keys import SETTINGS, Keys, KeysUnusable, key_print, keys_there, place_of
from site_sync.service.settings import Settings

PRINTS = "key_prints"
"""The fact of the shop that tells its keys from others and gives nothing of them away."""
VOID = "codes, PINs, passwords, second factors and sealed secrets are void"


def note(tx: Transaction, keys: Keys) -> None:
    """Keep which keys these are: from now on the site's secrets are those under them."""
    keep_fact(tx, PRINTS, [key_print(keys.code_key), key_print(keys.seal_key)])


def hold(tx: Transaction, keys: Keys, settings: Settings) -> None:
    """Refuse keys that are not those of the site; at its first start they become so. KeysUnusable."""
    known = fact(tx, PRINTS)
    if known is None:
        note(tx, keys)
    elif known != [key_print(keys.code_key), key_print(keys.seal_key)]:
        raise KeysUnusable(
            _told(f"the keys in {place_of(settings)} are others than this site's secrets need")
        )


def expect_copy(settings: Settings) -> None:
    """Refuse to make a key where a site has had one that is gone: what it sealed would open no more.

    KeysUnusable; nothing is made or changed.
    """
    if len(keys_there(settings)) == len(SETTINGS):
        return
    _, known = look_at(settings.database_url, _prints)
    if known is not None:
        raise KeysUnusable(_told(f"{settings.key_file} is gone or older, and this site's secrets need it"))


def _prints(db: Executor) -> object:
    return fact(db, PRINTS)


def _told(trouble: str) -> str:
    return (
        f"{trouble}: put the copy that was kept in its place; if there is none, "
        f"`handover-site new-epoch --without-key` goes on with the keys there are, and {VOID}"
    )
