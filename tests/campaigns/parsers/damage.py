"""Ways to damage what is well formed: texts, JSON documents, bytes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from site_sync.service.api.surround import BODY_LIMIT

SIGNS = (
    *"+-=@.,:;/|\\'\"()[]{}<>%&\t\r\n\x00\x1b\x1d\x7f ß",
    "\ufeff", "\u202e", "\u2028", "²", "٣", "９", "\ud7ff", "🦊", "İ", "\ud800", "e\u0301", "1e9", "9" * 30,
)  # fmt: skip
"""What stands in texts that nobody meant to send."""
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, 1e308, 10**30, 2**63, -(2**63), [], {}, [None], {"a": 1}, [[[]]], "",
    " ", "0", "-1", "1e400", "1E-99", "NaN", "Infinity", "٣", "\x00", "\ud800", "🦊" * 300, "x" * 5_000,
    "2026-02-30T00:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59", "2026-11-20",
    "0001-01-01", "9999-12-31",
    "EUR", "XXX", "0.005", "9" * 400, "../../etc/passwd", "'; DROP TABLE orders; --", "{{ 7*7 }}",
)  # fmt: skip
"""What may stand in a field instead of what belongs there."""


def text(chance: random.Random, sample: str) -> str:
    """A text with something put in, taken out, doubled or turned."""
    for _ in range(chance.randint(0, 5)):
        at = chance.randint(0, len(sample))
        what = chance.choice(SIGNS) if chance.random() < 0.6 else sample[at : at + chance.randint(0, 9)]
        if chance.random() < 0.1:
            what = chr(chance.randrange(0x110000))
        sample = sample[:at] + what * chance.choice((1, 1, 1, 9)) + sample[at + chance.randint(0, 3) :]
    return sample.swapcase() if chance.random() < 0.05 else sample


def raw(chance: random.Random, sample: bytes) -> bytes:
    """Bytes with some exchanged, or the end cut off; now and then bytes that never were anything."""
    if chance.random() < 0.05 or not sample:
        return chance.randbytes(chance.randint(0, 300))
    bad = bytearray(sample)
    for _ in range(chance.randint(1, 8)):
        bad[chance.randrange(len(bad))] = chance.randrange(256)
    return bytes(bad[: chance.randint(0, len(bad))]) if chance.random() < 0.2 else bytes(bad)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from _places(inner, (*path, key))


def _bend(chance: random.Random, document: Any, path: Sequence[Any]) -> None:
    owner = document
    for key in path[:-1]:
        owner = owner[key]
    last = path[-1]
    known = owner[last]
    what = chance.random()
    if what < 0.4:
        owner[last] = copy.deepcopy(chance.choice(VALUES))
    elif what < 0.7 and isinstance(known, str):
        owner[last] = text(chance, known)
    elif what < 0.7 and isinstance(known, int):
        owner[last] = known * chance.choice((-1, 10, 10**6, 10**12)) + chance.randint(-2, 2)
    elif what < 0.8:
        del owner[last]
    elif isinstance(owner, list):
        most = max(0, (BODY_LIMIT - len(json.dumps(document))) // len(json.dumps(known)))
        owner.extend(copy.deepcopy(known) for _ in range(min(chance.choice((1, 2, 300)), most)))
    else:
        owner[text(chance, str(last))] = known


def document(chance: random.Random, sample: Any) -> Any:
    """A JSON document with some of its fields replaced, taken away, doubled or named otherwise.

    It is doubled within what a body may have: doubling what was doubled already has no end.
    """
    bent = copy.deepcopy(sample)
    for _ in range(chance.randint(0, 4)):
        if places := list(_places(bent)):
            _bend(chance, bent, chance.choice(places))
    return bent


def body(chance: random.Random, sample: Any) -> bytes:
    """A damaged document as it is sent; now and then its bytes are damaged too, or it is nested too deep."""
    sort = chance.random()
    if sort < 0.01:
        return b'{"a":' * chance.choice((50, 5_000)) + b"[" * 1_000
    written = json.dumps(document(chance, sample), ensure_ascii=chance.random() < 0.5)
    sent = written.encode("utf-8", "surrogatepass")
    return (raw(chance, sent) if sort < 0.2 else sent)[:BODY_LIMIT]
