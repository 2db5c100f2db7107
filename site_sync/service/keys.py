"""The site's two secrets that are not in its database: one that tills get, one that they never get."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from site_sync.forcing import keep_names
from site_sync.private_files import leave_to_owner
from site_sync.protocol.pins import pin_pepper
from site_sync.service.settings import Settings

KEY_BYTES = 32
CODE, SEAL = "code_key", "seal_key"
SETTINGS = {CODE: "HANDOVER_CODE_KEY", SEAL: "HANDOVER_SEAL_KEY"}
MAKE_ONE = "`openssl rand -hex 32` makes one"


class KeysUnusable(ValueError):
    """The site's keys are not as they must be; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets outside the database, each of its own.

    `code_key` makes the orders' tokens and the pepper of every PIN, which tills check offline: each till is
    given it. `seal_key` never leaves the site: whatever a till must not be able to open is sealed with it.
    """

    code_key: bytes = field(repr=False)
    seal_key: bytes = field(repr=False)

    @property
    def pepper(self) -> bytes:
        """What goes into every PIN and password before it is hashed."""
        return pin_pepper(self.code_key)


def key_print(key: bytes) -> str:
    """Tells one site key from another; from it the key cannot be found."""
    return hashlib.sha256(b"handover key print" + key).hexdigest()[:16]


def keys_of(settings: Settings, random_bytes: Callable[[int], bytes]) -> Keys:
    """The site's keys: both from the environment, else from the key file.

    The file is made when it is missing; to one from before there were two keys the second is added. Raises
    KeysUnusable.
    """
    kept = _told(settings)
    if not kept:
        path = settings.key_file
        if not path.exists():
            _make_file(path, random_bytes)
        kept = _read(path)
        if SEAL not in kept:
            kept = _with_seal_key(path.resolve(), random_bytes)
    return Keys(kept[CODE], kept[SEAL])


def keys_there(settings: Settings) -> Mapping[str, bytes]:
    """The keys by name as they are now, nothing made or added: none without a key file."""
    told = _told(settings)
    return told or (_read(settings.key_file) if settings.key_file.exists() else {})


def place_of(settings: Settings) -> str:
    """Where the keys are, in words for whoever has to keep them."""
    return " and ".join(SETTINGS.values()) if _told(settings) else settings.key_file.name


def bring_file(settings: Settings, source: Path) -> None:
    """Put a copy of a key file in place; KeysUnusable when another key is there already."""
    path, brought = settings.key_file, _read(source)
    there = _read(path) if path.exists() else {}
    if any(there.get(name, key) != key for name, key in brought.items()):
        raise KeysUnusable(f"{path} is there already and holds another key; move it away first")
    if brought.keys() <= there.keys():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    _draft(path, there | brought).replace(path)
    keep_names(path.parent)


def _told(settings: Settings) -> dict[str, bytes]:
    """The keys of the environment: both or none."""
    texts = {name: getattr(settings, name).get_secret_value() for name in SETTINGS}
    given = {name: text for name, text in texts.items() if text}
    if not given:
        return {}
    if missing := [name for name in SETTINGS if name not in given]:
        there, lacking = (SETTINGS[name] for name in (*given, *missing))
        raise KeysUnusable(
            f"{there} is set and {lacking} is not: set both, each another secret of 64 hexadecimal digits "
            f"({MAKE_ONE}), the same for every process of the site, and keep both"
        )
    return _checked(given, SETTINGS)


def _checked(given: Mapping[str, object], called: Mapping[str, str]) -> dict[str, bytes]:
    """The keys out of their text; `called` says what each is called where it stands."""
    found: dict[str, bytes] = {}
    for name, text in given.items():
        try:
            found[name] = bytes.fromhex(str(text))
        except ValueError as error:
            raise KeysUnusable(f"{called[name]} is no key: a key is 64 hexadecimal digits") from error
        if not found[name]:
            raise KeysUnusable(f"{called[name]} is empty: a key is 64 hexadecimal digits")
    if SEAL in found and found[SEAL] == found[CODE]:
        both = " and ".join(called[name] for name in found)
        raise KeysUnusable(f"{both} are the same, and tills get the first: give the second anew ({MAKE_ONE})")
    return found


def _read(path: Path) -> dict[str, bytes]:
    try:
        kept = json.loads(path.read_bytes())
        given = {name: kept[name] for name in SETTINGS if name == CODE or name in kept}
    except OSError as error:
        raise KeysUnusable(
            f"{path} cannot be read ({error.strerror}): it has to belong to the account that runs the site"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeysUnusable(f"{path} is no key file: put the copy that was kept in its place") from error
    return _checked(given, {name: f"{name} in {path}" for name in given})


def _make_file(path: Path, random_bytes: Callable[[int], bytes]) -> None:
    """Write new secrets readable by the owner alone; whoever comes first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, {name: random_bytes(KEY_BYTES) for name in SETTINGS})
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
            keep_names(path.parent)
    finally:
        draft.unlink()


def _with_seal_key(path: Path, random_bytes: Callable[[int], bytes]) -> dict[str, bytes]:
    """Add the second key to an older file, in one step, its owner and mode kept.

    Of processes that start together one adds it, under a lock on the file that was there before; the others
    read what it put in that file's place.
    """
    try:
        with path.open() as older:
            fcntl.flock(older, fcntl.LOCK_EX)
            kept = _read(path)
            if SEAL in kept:
                return kept
            kept[SEAL] = random_bytes(KEY_BYTES)
            _draft(path, kept, like=os.fstat(older.fileno())).replace(path)
            keep_names(path.parent)
    except OSError as error:
        raise KeysUnusable(
            f'{path} needs a second key and cannot be written ({error.strerror}): add "{SEAL}" to it, '
            f"another 64 hexadecimal digits ({MAKE_ONE}), and keep a copy of the file"
        ) from error
    return kept


def _draft(path: Path, kept: Mapping[str, bytes], like: os.stat_result | None = None) -> Path:
    """The keys in a file beside its place, on the disk."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        if like is not None:
            os.fchown(handle.fileno(), like.st_uid, like.st_gid)
            os.fchmod(handle.fileno(), like.st_mode & 0o777)
        else:
            leave_to_owner(handle.fileno(), path.parent)
        json.dump({name: key.hex() for name, key in kept.items()}, handle)
        handle.flush()
        os.fsync(handle.fileno())
    return draft
