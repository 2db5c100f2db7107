"""Opening hours and closed days as people type them."""

from __future__ import annotations

import re
from datetime import date, time
from itertools import pairwise
from zoneinfo import available_timezones

from site_sync.domain.deadlines import Span
from site_sync.manager.speech import later, say

DAYS = (
    later("Monday"),
    later("Tuesday"),
    later("Wednesday"),
    later("Thursday"),
    later("Friday"),
    later("Saturday"),
    later("Sunday"),
)
TIMEZONES = tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))
CLOSED_DAYS = 400
_SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})\s*", re.ASCII)


def day_text(spans: tuple[Span, ...]) -> str:
    """A day's hours as they are typed: `09:30 – 13:00, 14:00 – 18:00`, empty when closed."""
    return ", ".join(f"{opens:%H:%M} – {closes:%H:%M}" for opens, closes in spans)


def day_typed(text: str) -> tuple[Span, ...]:
    """The hours typed for one day; ValueError says in a sentence what cannot be read."""
    if not text.strip() or text.strip().lower() in ("closed", say("closed")):
        return ()
    spans = tuple(_span(part) for part in text.split(","))
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise ValueError(say("Later hours of a day come after earlier ones."))
    return spans


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(say("Write hours as 09:30 – 18:00, several with a comma between them."))
    opens_hour, opens_minute, closes_hour, closes_minute = (int(part) for part in found.groups())
    try:
        span = time(opens_hour, opens_minute), time(closes_hour, closes_minute)
    except ValueError as wrong:
        raise ValueError(say("There is no such time of day.")) from wrong
    if span[0] == span[1]:
        raise ValueError(say("Opening and closing are the same time."))
    return span


def closed_text(days: tuple[date, ...]) -> str:
    """Closed days as they are typed, one a line."""
    return "\n".join(day.isoformat() for day in sorted(days))


def closed_typed(text: str) -> tuple[date, ...]:
    """The closed days typed; ValueError says in a sentence what cannot be read."""
    days: set[date] = set()
    for word in text.replace(",", " ").split():
        try:
            days.add(date.fromisoformat(word))
        except ValueError as wrong:
            raise ValueError(say("{text} is no day; write 2026-12-24.", text=word[:20])) from wrong
    if len(days) > CLOSED_DAYS:
        raise ValueError(say("At most {most} days.", most=CLOSED_DAYS))
    return tuple(sorted(days))
