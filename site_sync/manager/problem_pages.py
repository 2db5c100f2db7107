"""Problems: what could not be done, in words, until a person has dealt with it here or at a till."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from site_sync.domain.errors import Code, Refusal
from site_sync.domain.permissions import Right
from site_sync.domain.problem_choices import Outlook, outlook, taken
from site_sync.domain.problem_stock import ANEW
from site_sync.domain.problems import Choice, ProblemRecord
from site_sync.manager import wording
from site_sync.manager.rendering import page, terms
from site_sync.manager.speech import say
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import enrolment, orders, problem_ends, problem_enquiry, problems
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.orders import Authority
from site_sync.service.problem_ends import Deed
from site_sync.service.problem_enquiry import ProblemSeen
from site_sync.service.problems import Resolution

routes = APIRouter()
LONGEST = 300
Looking = Annotated[Visit, Depends(needs(Right.SYNC_RESOLVE))]
Acting = Annotated[Change, Depends(changes(Right.SYNC_RESOLVE))]
_WORDS_NEEDED = frozenset({Choice.KEEP_NOTE, Choice.SETTLED})


@dataclass(frozen=True, slots=True)
class _Shown:
    """A problem with its sentence, the facts beside it, what it means and how it can end here."""

    seen: ProblemSeen
    text: str
    facts: list[tuple[str, str]]
    meanings: list[str]
    ways: list[tuple[str, str, str]]


def _outlook(db: Executor, record: ProblemRecord) -> Outlook:
    known = bool(record.order_id) and orders.load(db, record.order_id) is not None
    levels = problem_ends.levels_for(db, record)
    return outlook(record, problem_ends.command_of(db, record), order_known=known, levels=levels)


def _choices(record: ProblemRecord, ahead: Outlook) -> tuple[Choice, ...]:
    """The ways it can end here: money in a till's drawer is paid back there, everything can be settled."""
    here = [one for one in ahead.choices if one is not Choice.GIVE_UP or not taken(record.money)]
    return tuple(dict.fromkeys((*here, Choice.SETTLED)))


def _shown(visit: Visit, seen: ProblemSeen) -> _Shown:
    told, record = terms(visit), seen.record
    ahead = visit.read(lambda db: _outlook(db, record))
    return _Shown(
        seen,
        *wording.problem(record, told),
        wording.meanings(record, ahead),
        [
            (choice.value, wording.word("choice", choice), wording.word("choice_effect", choice))
            for choice in _choices(record, ahead)
        ],
    )


def _page(visit: Visit, errors: dict[str, str] | None = None, failed: str = "") -> Response:
    resolved = visit.asked("state") == problems.RESOLVED
    listed = visit.read(lambda db: problem_enquiry.listed(db, visit.within, resolved=resolved))
    tills = {device.id: f"{device.store}-{device.till}" for device in visit.read(enrolment.devices)}
    return page(
        visit,
        "problems.html",
        status=422 if errors else 200,
        section="/problems",
        resolved=resolved,
        listed=[_shown(visit, one) for one in listed],
        tills=tills,
        failed=failed,
        gone=bool(failed) and failed not in {one.record.id for one in listed},
        errors=errors or {},
    )


@routes.get("/problems")
def show(visit: Looking) -> Response:
    """Open problems, or those that were dealt with."""
    return _page(visit)


@routes.post("/problems/{problem_id}/resolve")
def resolve(change: Acting, problem_id: str) -> Response:
    """End a problem in one of its ways, with what was done about it."""
    visit, how = change.visit, change.text("how")
    problem = visit.read(lambda db: problems.find(db, problem_id))
    if problem is None or not (visit.within is None or not problem.store or problem.store in visit.within):
        raise Missing
    ahead = visit.read(lambda db: _outlook(db, problem))
    offered = {choice.value: choice for choice in _choices(problem, ahead)}
    choice = offered.get(change.text("choice") or Choice.SETTLED.value)
    if choice is None:
        return _page(visit, {"how": say("Choose one of the ways that are offered.")}, problem_id)
    if len(how) > LONGEST or (choice in _WORDS_NEEDED and not how):
        return _page(
            visit, {"how": say("Say what was done, in up to {most} letters.", most=LONGEST)}, problem_id
        )
    refusal = visit.write(lambda tx: _end(tx, visit, problem, (choice, how)))
    if refusal is not None:
        return _page(visit, {"how": wording.refusal(refusal, terms(visit))}, problem_id)
    return RedirectResponse(f"{PREFIX}/problems?done=resolved", 303)


def _end(tx: Transaction, visit: Visit, problem: ProblemRecord, wanted: tuple[Choice, str]) -> Refusal | None:
    choice, how = wanted
    now = visit.now()
    deed = Deed(visit.site.new_id(), visit.actor, Authority(visit.rights), now)
    command = problem_ends.command_of(tx, problem) if choice in ANEW else None
    if command is not None:
        return problem_ends.again(tx, problem, command, deed, choice)
    if choice is Choice.KEEP_NOTE:
        return problem_ends.as_note(tx, problem, how, deed)
    words = how or wording.word("choice", choice)
    ending = Resolution(words, visit.staff.id, now, choice, visit.staff.name)
    if problems.resolve(tx, problem.id, ending):
        return None
    return Refusal(Code.PROBLEM_SETTLED, problem_ends.who_was_first(problems.find(tx, problem.id) or problem))
