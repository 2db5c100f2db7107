"""The time to collect as a calendar file (RFC 5545), for the customer's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LAST_MOMENT = timedelta(minutes=30)
"""How long before the deadline the entry begins."""
FOLD = 73
"""Bytes of a line before it is folded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the calendar shall hold: which order, at which version, until when, in which words, where."""

    uid: str
    version: int
    until: datetime
    summary: str
    place: str = ""
    page: str = ""


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line cut where it is too long, never within a letter."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > FOLD:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def calendar_file(entry: Entry, now: datetime) -> str:
    """One entry that ends at the deadline, with an alarm two hours before; newer ones replace it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Handover//Orders//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escaped(entry.uid)}",
        f"SEQUENCE:{entry.version}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(entry.until - LAST_MOMENT)}",
        f"DTEND:{_moment(entry.until)}",
        f"SUMMARY:{_escaped(entry.summary)}",
        *([f"LOCATION:{_escaped(entry.place)}"] if entry.place else []),
        *([f"URL:{entry.page}"] if entry.page else []),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(entry.summary)}",
        "TRIGGER:-PT2H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)
