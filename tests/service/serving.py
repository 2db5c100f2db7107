"""A site served over real HTTP on loopback, in a thread of the test."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI


class _Server(uvicorn.Server):
    """Tells when it listens, and stops at once rather than at its next look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()
        self._ended = asyncio.Event()

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)  # type: ignore[arg-type]
        self.listening.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, without its rest of a tenth of a second or two at each end."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.wait_for(self._wait_tasks_to_complete(), self.config.timeout_graceful_shutdown)
        await self.lifespan.shutdown()

    async def _wait_tasks_to_complete(self) -> None:
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.002)
        for server in self.servers:
            await server.wait_closed()

    def end(self) -> None:
        """Stop serving; called from the test's thread."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._ended.set)


@contextmanager
def served(app: FastAPI, **more: Any) -> Iterator[str]:
    """The address of a server of the application, which ends with the block."""
    given = {"port": 0, "log_config": None, "access_log": False, "lifespan": "on", **more}
    config = uvicorn.Config(app, host="127.0.0.1", **given)
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert server.listening.wait(20), "the server did not begin to listen"
        scheme = "https" if config.is_ssl else "http"
        yield f"{scheme}://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.end()
        thread.join(20)
        assert not thread.is_alive(), "the server did not stop"


def client(address: str, token: str = "", **more: Any) -> httpx.Client:
    """A client that shows a token with each call; as nothing is encrypted it reads no certificates first."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=address, headers=headers, timeout=30, trust_env=False, verify=False, **more)
