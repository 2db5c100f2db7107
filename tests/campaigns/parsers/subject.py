"""One reader of what comes from outside, with what makes inputs for it and the errors it may raise."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """`make` damages a sample, `read` takes it to its end; only `errors` may come out of that."""

    make: Callable[[random.Random], Any]
    read: Callable[[Any], object]
    errors: tuple[type[Exception], ...] = ()
