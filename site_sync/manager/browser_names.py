"""What people call a browser, out of what it says of itself."""

from __future__ import annotations

from site_sync.manager.speech import say

_PROGRAMS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""The first that is named counts, as those further down are named by others too."""
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 40


def browser_name(agent: str) -> str:
    """As `Firefox on Windows`; what says neither is shown as it is, cut short."""
    program = next((name for sign, name in _PROGRAMS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if program and system:
        return say("{program} on {system}", program=program, system=system)
    return program or system or agent[:LONGEST] or say("Unknown")
