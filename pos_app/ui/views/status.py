"""The parts of the till in words: agreement with the site, printers, scanner, camera."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pos_app.background.printing import READY
from pos_app.background.sync import LinkState
from pos_app.hardware.card_terminal import TerminalHealth, TerminalSays
from pos_app.operations.device_care import PrinterQueue, TillFacts
from pos_app.operations.device_settings import Habits
from pos_app.ui.screens.status import StatusPart
from pos_app.ui.widgets.top_bar import Dot
from pos_app.ui.wording import knows, say, span, when
from site_sync.domain import clocks
from site_sync.domain.codes import Scan, ScanKind
from site_sync.worker.worker import Link

_LINK_TONES = {Link.ONLINE: "ok", Link.OFFLINE: "warn", Link.STOPPED: "bad"}
ENROL_AGAIN = frozenset({"device_fenced", "device_revoked", "unauthorised"})
"""A site that says this lets the till in again with a new code."""
_CARD_TONES = {
    TerminalSays.ONLINE: "ok",
    TerminalSays.BY_HAND: "quiet",
    TerminalSays.ASKING: "quiet",
    TerminalSays.SIMULATED: "warn",
}
_CAMERA_TONES = {"none": "quiet", "off": "quiet", "on": "ok", "failed": "bad"}


def words_for(prefix: str, code: str) -> str:
    """The words for a stable code; an unknown one is named."""
    key = f"status.{prefix}_{code}"
    return say(key) if knows(key) else say("status.unknown_code", code=code)


def advice_for(code: str) -> str:
    """What people can do about a site that is not reached or does not let this till in; maybe nothing."""
    key = f"status.advice_{code}"
    return say(key) if knows(key) else ""


def clock_words(prefix: str, ahead: timedelta) -> str:
    """By how much this till's clock is wrong, seen from the site's clock ahead of it; "" when it is right."""
    if not clocks.is_off(ahead):
        return ""
    way = "slow" if ahead > timedelta(0) else "fast"
    return say(f"{prefix}.clock_{way}", span=span(int(abs(ahead).total_seconds())))


def sync_dots(state: LinkState, pending: int) -> list[Dot]:
    """The state of the agreement in the bar, and of the clock where it is wrong."""
    waiting = f" · {say('till.pending', count=pending)}" if pending else ""
    if state.link is Link.ONLINE:
        dots = [Dot("sync", say("till.synced") + waiting, "warn" if pending else "ok")]
    elif state.link is Link.STOPPED:
        dots = [Dot("sync", say("till.stopped") + waiting, "bad")]
    else:
        dots = [Dot("sync", say("till.offline") + waiting, "warn")]
    clock = clock_words("bar", state.clock_ahead)
    return [*dots, Dot("clock", clock, "warn")] if clock else dots


def _reloaded(facts: TillFacts, now: datetime) -> list[tuple[str, str]]:
    """What was loaded again within a day, the settings' many kinds under one name."""
    named: dict[str, datetime] = {}
    for kind, at in facts.reloaded.items():
        key = f"status.reloaded_{kind.value}"
        name = say(key) if knows(key) else say("status.reloaded_settings")
        if now - at < timedelta(days=1):
            named[name] = max(at, named.get(name, at))
    return [(say("status.reloaded"), f"{name}, {when(at, now)}") for name, at in named.items()]


def sync_part(state: LinkState, facts: TillFacts, now: datetime) -> StatusPart:
    """How the till stands to its site."""
    shown = [
        (say("status.last_contact"), when(state.last_contact, now) if state.last_contact else "–"),
        (say("status.pending"), str(facts.pending)),
        (say("status.epoch"), facts.epoch[:8] or "–"),
    ]
    if state.code and state.link is not Link.ONLINE:
        shown.insert(0, (say("status.why"), words_for("link", state.code)))
    advice = [advice_for(state.code)] if state.link is not Link.ONLINE else []
    if state.link is Link.STOPPED and facts.pending:
        advice.append(say("status.kept", count=facts.pending))
    if clock := clock_words("status", facts.clock_ahead):
        shown.append((say("status.clock"), clock))
        advice.append(say("status.clock_advice"))
    if reloaded := _reloaded(facts, now):
        shown += reloaded
        advice.append(say("status.reloaded_advice"))
    enrol = (("enrol", say("status.enrol")),) if state.code in ENROL_AGAIN else ()
    return StatusPart(
        code="sync",
        title=say("status.sync"),
        badge=say(f"status.link_{state.link.value}"),
        tone=_LINK_TONES[state.link],
        facts=tuple(shown),
        acts=(*enrol, ("now", say("status.try_now")), ("offline", say("offline.open"))),
        advice=tuple(words for words in advice if words),
    )


def printer_part(
    name: str, state: str, queue: PrinterQueue, names: tuple[str, ...], *, may_copy: bool
) -> StatusPart:
    """One printer with its queue; what waits can go to another printer where there is one."""
    acts = [("test", say("status.test_page")), ("drawer", say("status.drawer"))]
    if queue.last is not None and may_copy:
        acts.append(("reprint", say("status.reprint")))
    if queue.waiting:
        acts += [(f"move:{other}", say("status.move", printer=other)) for other in names if other != name]
    shown = [(say("status.waiting"), str(queue.waiting)), (say("status.failed"), str(queue.failed))]
    if queue.last is not None:
        shown.append((say("status.last_paper"), queue.last.document.title))
    return StatusPart(
        code=f"printer:{name}",
        title=say("status.printer", name=name) if len(names) > 1 else say("status.one_printer"),
        badge=words_for("printer", state),
        tone="ok" if state == READY else "bad",
        facts=tuple(shown),
        acts=tuple(acts),
    )


def scanner_part(
    counts: Mapping[ScanKind, int], last: Scan | None, at: datetime | None, now: datetime
) -> StatusPart:
    """What was scanned since the start; scanning here tests the scanner."""
    shown = [(say("status.scans"), str(sum(counts.values())))]
    unknown = counts.get(ScanKind.UNKNOWN, 0)
    if unknown:
        shown.append((say("status.unknown"), str(unknown)))
    if last is not None and at is not None:
        seen = f"{say(f'status.scan_{last.kind.value}')} · {last.shown}"
        shown = [(say("status.last_scan"), seen), (say("status.when"), when(at, now)), *shown]
    else:
        shown.insert(0, (say("status.last_scan"), say("status.scan_something")))
    return StatusPart("scanner", say("status.scanner"), say("status.ready"), "ok", tuple(shown))


def camera_part(state: str) -> StatusPart:
    """The camera; another one can be chosen, and seen, where devices are changed."""
    hint = ((say("status.note"), words_for("camera_hint", state)),)
    change = (("change", say("status.change")),)
    return StatusPart(
        "camera", say("status.camera"), words_for("camera", state), _CAMERA_TONES[state], hint, change
    )


def card_part(health: TerminalHealth, unsettled: int) -> StatusPart:
    """The card terminal and the payments whose end nobody knows."""
    shown = [(say("status.card_open"), str(unsettled))]
    if health.name:
        shown.insert(0, (say("status.card_reader"), health.name))
    return StatusPart(
        "card",
        say("status.card"),
        words_for("card", health.says.value),
        _CARD_TONES.get(health.says, "bad"),
        tuple(shown),
        (("change", say("status.change")),),
    )


def volume_words(volume: int) -> str:
    """How loud the till is."""
    return say("status.sound_percent", percent=volume) if volume else say("status.sound_off")


def behaviour_part(habits: Habits, next_volume: int) -> StatusPart:
    """What this till does by itself; each can be turned at one touch."""
    shown = [(say("status.sound"), volume_words(habits.volume))]
    acts = [("sound", say("status.sound_key", state=volume_words(next_volume)))]
    for code, on in (("slips", habits.slips), ("signature", habits.signature)):
        shown.append((say(f"status.{code}"), say(f"status.{code}_{'on' if on else 'off'}")))
        acts.append((code, say(f"status.{code}_{'stop' if on else 'key'}")))
    return StatusPart(
        "behaviour", say("status.behaviour"), say("status.on"), "quiet", tuple(shown), tuple(acts)
    )


def disk_part(facts: TillFacts) -> StatusPart:
    """Room on the till's disk; below what is kept free no new work is begun."""
    room = facts.disk
    shown = (
        (say("status.disk_free"), say("status.disk_megabytes", count=room.free)),
        (say("status.disk_needed"), say("status.disk_megabytes", count=room.needed)),
    )
    badge = say("status.disk_ok" if room.enough else "status.disk_low")
    return StatusPart("disk", say("status.disk"), badge, "ok" if room.enough else "bad", shown, ())


def support_part(version: str) -> StatusPart:
    """The file for whoever helps from afar."""
    shown = ((say("status.note"), say("status.support_hint")),)
    acts = (("write", say("status.support_key")), ("devices", say("status.devices")))
    return StatusPart(
        "support", say("status.support"), f"{say('status.version')} {version}", "quiet", shown, acts
    )
