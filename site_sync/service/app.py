"""The site's web application: routes put together, problems answered, jobs run beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from site_sync.protocol.codec import Malformed
from site_sync.protocol.problems import CONTENT_TYPE, ProblemDetails, ProblemFound, of_call, of_malformed
from site_sync.service.api.health import HealthRoutes
from site_sync.service.api.request_marks import RequestMarks
from site_sync.service.api.surround import SECURE_HEADERS, Surround
from site_sync.service.api.sync import SyncRoutes
from site_sync.service.api.sync_money import MoneyRoutes
from site_sync.service.wiring import Site

_log = structlog.get_logger(__name__)
LOOK_SECONDS = 1.0
RETRY_SECONDS = "2"

Job = Callable[[threading.Event], None]
"""Runs in a thread of its own until the event is set."""


def create_app(site: Site, routers: Iterable[APIRouter] = (), jobs: Iterable[Job] = ()) -> FastAPI:
    """The application of a site with further routers and jobs; closes nothing of the site itself."""
    running = list(jobs)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        site.feed.open()
        looking = asyncio.create_task(_look(site))
        stop, threads = _start(running)
        yield
        stop.set()
        looking.cancel()
        site.feed.close()
        with suppress(asyncio.CancelledError):
            await looking
        for thread in threads:
            await asyncio.to_thread(thread.join)

    app = FastAPI(
        title="Handover site service",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for router in (
        HealthRoutes(site).router(),
        SyncRoutes(site).router(),
        MoneyRoutes(site).router(),
        *routers,
    ):
        app.include_router(router)
    _answer_problems(app)
    _surround(app, site)
    return app


def _surround(app: FastAPI, site: Site) -> None:
    """Put around the application what every answer says and bears."""
    secure = SECURE_HEADERS if site.settings.public_address.startswith("https:") else {}
    limit = site.settings.refusals_per_minute
    app.add_middleware(Surround, service=site.identity.service, headers=secure, refusals_per_minute=limit)
    app.add_middleware(RequestMarks, meters=site.meters, new_id=site.new_id)


async def _look(site: Site) -> None:
    """Notice what another process (the command line) committed to the same SQLite file."""
    while site.database.url.startswith("sqlite"):
        await asyncio.sleep(LOOK_SECONDS)
        await site.feed.look()


def _start(jobs: list[Job]) -> tuple[threading.Event, list[threading.Thread]]:
    stop = threading.Event()
    threads = [threading.Thread(target=job, args=(stop,), name="site-job", daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    return stop, threads


def problem_response(problem: ProblemDetails) -> JSONResponse:
    """A problem as an HTTP answer."""
    wait = str(problem.facts.get("retry_after", RETRY_SECONDS))
    headers = {"Retry-After": wait} if problem.status in (429, 503) else {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem.body(), problem.status, headers, CONTENT_TYPE)


_BY_STATUS = {
    401: "unauthorised",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    415: "unsupported_media_type",
}


def _routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Every single route, those of included routers too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from _routes(inner.routes)


def _methods(request: Request) -> set[str]:
    """What an address can be asked for, by whichever of its routes."""
    here = [r for r in _routes(request.app.routes) if r.matches(request.scope)[0] is not Match.NONE]
    return {method for route in here for method in getattr(route, "methods", None) or ()}


def _answer_problems(app: FastAPI) -> None:
    @app.exception_handler(ProblemFound)
    async def found(_request: Request, error: ProblemFound) -> JSONResponse:
        return problem_response(error.problem)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        code = _BY_STATUS.get(error.status_code, "malformed" if error.status_code < 500 else "internal")
        answer = problem_response(of_call(code))
        answer.headers.update(error.headers or {})
        if error.status_code == 405:
            answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
        return answer

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [("/" + "/".join(str(part) for part in e["loc"]), str(e["msg"])) for e in error.errors()]
        return problem_response(of_malformed(Malformed("request", errors)))

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(PoolTimeout)
    async def unreachable(_request: Request, error: SQLAlchemyError) -> JSONResponse:
        _log.warning("the database is out of reach", error=type(error).__name__)
        return problem_response(of_call("unavailable"))

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        _log.error("a request failed", path=request.url.path, error=repr(error), exc_info=error)
        return problem_response(of_call("internal"))
