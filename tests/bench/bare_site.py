"""A bare prototype of order creation: the recorded statements, one transaction an order, nothing else."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import uvicorn
from fastapi import FastAPI, Request, Response
from sqlalchemy import make_url
from starlette.concurrency import run_in_threadpool

from tests.bench.recorded import Recorded, read

Run = Callable[[Recorded], None]


def sqlite_runner(path: str) -> Run:
    """One connection, one order at a time, on the disk before the answer."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    lock = threading.Lock()

    def run(order: Recorded) -> None:
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            for statement, values, many in order.statements:
                if many:
                    connection.executemany(statement, values)
                else:
                    connection.execute(statement, values).fetchall()
            connection.execute("COMMIT")

    return run


def postgres_runner(url: str) -> Run:
    """A connection per thread, a transaction an order."""
    parts = make_url(url)
    address = f"host={parts.host} port={parts.port} user={parts.username} dbname={parts.database}"
    local = threading.local()

    def run(order: Recorded) -> None:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(address)
        with local.connection.cursor() as cursor:
            for statement, values, many in order.statements:
                if many:
                    cursor.executemany(statement, values)
                else:
                    cursor.execute(statement, values)
                    if cursor.description is not None:
                        cursor.fetchall()
        local.connection.commit()

    return run


def application(orders: list[Recorded], run: Run) -> FastAPI:
    """The one route."""
    known = {json.loads(order.body)["external_id"]: order for order in orders}
    app = FastAPI(openapi_url=None)

    @app.post("/api/v1/orders")
    async def create(request: Request) -> Response:
        order = known[json.loads(await request.body())["external_id"]]
        await run_in_threadpool(run, order)
        return Response(order.answer, 201, media_type="application/json")

    return app


def main() -> None:
    """`bare_site DATABASE_URL RECORDED PORT`"""
    url, recorded, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    runner = (
        sqlite_runner(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else postgres_runner(url)
    )
    app = application(read(recorded), runner)
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
