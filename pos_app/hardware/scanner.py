"""Telling the key bursts of a keyboard-wedge scanner from typing by hand."""

from dataclasses import dataclass

from site_sync.domain.codes import MAX_SCAN_BYTES

DOUBLE_SCAN_MS = 400
GROUP_SEPARATOR = "\x1d"


@dataclass(frozen=True, slots=True)
class WedgeSettings:
    """How a scanner types: what it puts around a code and how fast its keys follow each other.

    With an empty suffix a burst ends when its keys stop coming. With a prefix, keys typed by hand are never
    held back, because only the prefix can start a burst.
    """

    prefix: str = ""
    suffix: str = "\r"
    min_length: int = 4
    max_gap_ms: int = 40

    def __post_init__(self) -> None:
        if self.min_length < 2 or self.max_gap_ms < 1:
            raise ValueError("a burst has at least 2 keys and a gap of at least 1 ms")
        if len(self.suffix) > 1 or len(self.prefix) > 1:
            raise ValueError("prefix and suffix are one key each, or empty")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with the keys: first give back `release` of the oldest, then hold or pass this one.

    `code` is a finished scan; all keys that made it, this one included, are then used up.
    """

    release: int = 0
    hold: bool = False
    code: str | None = None


class BurstRecogniser:
    """Decides for each key whether it belongs to a scan; the caller keeps the held keys and gives them back.

    Times are milliseconds of any one clock that never runs backwards.
    """

    def __init__(self, settings: WedgeSettings) -> None:
        self._settings = settings
        self._held = ""
        self._last_ms = 0

    @property
    def deadline_ms(self) -> int | None:
        """When to call `expire` if no key comes before; None while nothing is held."""
        return self._last_ms + self._settings.max_gap_ms + 1 if self._held else None

    def feed(self, key: str, at_ms: int) -> Verdict:
        """Judge one key; `key` is its text, empty for a key that types nothing (an arrow, a shortcut).

        Keys that came too long ago must have been settled by `expire` first.
        """
        if self.deadline_ms is not None and at_ms >= self.deadline_ms:
            raise ValueError("held keys are overdue: expire them before feeding the next key")
        if self._held and key and key == self._settings.suffix:
            return self._end_of_burst()
        if not self._may_belong(key):
            return Verdict(release=self._forget())
        released = self._forget() if len(self._held) >= MAX_SCAN_BYTES else 0
        self._held += key
        self._last_ms = at_ms
        return Verdict(release=released, hold=True)

    def expire(self, at_ms: int) -> Verdict:
        """Judge the held keys when time has passed and no key came."""
        deadline = self.deadline_ms
        return self._end_of_keys() if deadline is not None and at_ms >= deadline else Verdict()

    def _may_belong(self, key: str) -> bool:
        """Tell whether a key can start or continue a burst."""
        if not self._held and self._settings.prefix:
            return key == self._settings.prefix
        return len(key) == 1 and (key.isprintable() or (key == GROUP_SEPARATOR and bool(self._held)))

    def _end_of_burst(self) -> Verdict:
        code = self._code()
        if len(code) < self._settings.min_length:
            return Verdict(release=self._forget())
        self._forget()
        return Verdict(hold=True, code=code)

    def _end_of_keys(self) -> Verdict:
        code = self._code()
        if self._settings.suffix or len(code) < self._settings.min_length:
            return Verdict(release=self._forget())
        self._forget()
        return Verdict(code=code)

    def _code(self) -> str:
        return self._held[len(self._settings.prefix) :]

    def _forget(self) -> int:
        held, self._held = len(self._held), ""
        return held


class DoubleScanGate:
    """Lets a code pass once: the same code again within the window is a double of the same scan.

    A `sliding` gate counts the window from the last sight, for a camera that sees one code all the time.
    """

    def __init__(self, window_ms: int = DOUBLE_SCAN_MS, *, sliding: bool = False) -> None:
        self._window_ms = window_ms
        self._sliding = sliding
        self._seen: dict[str, int] = {}

    def admits(self, code: str, at_ms: int) -> bool:
        """Tell whether this is a new scan, and remember it."""
        self._seen = {c: seen for c, seen in self._seen.items() if at_ms - seen < self._window_ms}
        is_new = code not in self._seen
        if is_new or self._sliding:
            self._seen[code] = at_ms
        return is_new
