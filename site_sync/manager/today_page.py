"""The first page: what waits, what is late, which tills are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from site_sync.domain.permissions import Right
from site_sync.manager.formats import Clock, number
from site_sync.manager.rendering import clock, page, shops
from site_sync.manager.speech import say
from site_sync.manager.visit import Visit, needs
from site_sync.service import enrolment
from site_sync.service.care_enquiry import care_of
from site_sync.service.enrolment import Device, DeviceState
from site_sync.service.order_enquiry import OPEN
from site_sync.service.today_enquiry import Day, today
from site_sync.service.undelivered_enquiry import undelivered

routes = APIRouter()
ONLINE = timedelta(minutes=2)
CHART_HEIGHT = 96
STEP = 40
BAR = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart: its figures, where its two bars stand and how tall they are in the picture."""

    label: str
    name: str
    counts: tuple[int, int]
    title: str
    left: int
    made: int
    collected: int
    weekend: bool


def bars(days: tuple[Day, ...], shown: Clock) -> list[Bar]:
    """Orders made and collected per day, scaled to the tallest."""
    most = max([1, *(day.made for day in days), *(day.collected for day in days)])

    def height(count: int) -> int:
        return max(2, round(CHART_HEIGHT * count / most)) if count else 0

    return [
        Bar(
            label=f"{day.day.day}",
            name=shown.day(day.day),
            counts=(day.made, day.collected),
            title=_title(day, shown),
            left=place * STEP,
            made=height(day.made),
            collected=height(day.collected),
            weekend=day.day.weekday() >= 5,
        )
        for place, day in enumerate(days)
    ]


def _title(day: Day, shown: Clock) -> str:
    return say(
        "{day}: {made} made, {collected} collected",
        day=shown.day(day.day),
        made=number(day.made),
        collected=number(day.collected),
    )


def in_use(visit: Visit) -> list[tuple[Device, bool]]:
    """The tills of the person's stores that are not revoked, and whether each was seen just now."""
    now, stores = visit.now(), visit.within
    return [
        (device, device.last_seen is not None and device.last_seen > now - ONLINE)
        for device in visit.read(enrolment.devices)
        if device.state is not DeviceState.REVOKED and (stores is None or device.store in stores)
    ]


@routes.get("/")
def show(visit: Annotated[Visit, Depends(needs())]) -> Response:
    """The day so far."""
    stores = shops(visit)
    shown = clock(visit, stores)
    day = visit.read(lambda db: today(db, visit.now(), shown.zone, visit.within))
    return page(
        visit,
        "today_body.html" if visit.live else "today.html",
        section="",
        stores=stores,
        clock=shown,
        today=day,
        stages=OPEN,
        bars=bars(day.days, shown),
        chart={"height": CHART_HEIGHT, "width": STEP * len(day.days), "bar": BAR},
        stuck=visit.read(undelivered) if visit.may(Right.SETTINGS_MANAGE) else None,
        care=visit.read(lambda db: care_of(db, visit.now())) if visit.may(Right.SETTINGS_MANAGE) else None,
        tills=in_use(visit) if visit.may(Right.DEVICE_VIEW) or visit.may(Right.ORDER_RECALL) else [],
    )
