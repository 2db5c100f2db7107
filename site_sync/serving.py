"""The site served: its web application with every route and job, and the server it runs in."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from types import FrameType

import uvicorn
from fastapi import FastAPI

from site_sync import site_tasks, tls_tasks
from site_sync.manager import application as manager
from site_sync.manager.service_words import retold_in
from site_sync.service import first_run, log_lines
from site_sync.service.api import web_shop
from site_sync.service.api.authority import AuthorityRoutes
from site_sync.service.api.customer import CustomerPages
from site_sync.service.api.webhooks_in import WebhooksIn
from site_sync.service.app import create_app
from site_sync.service.jobs.schedule import jobs
from site_sync.service.wiring import Site


def application(site: Site) -> FastAPI:
    """The whole web application of a site: every route and job there is."""
    shop = [*web_shop.routers(site), WebhooksIn(site).router()]
    routes = [*shop, CustomerPages(site).router(), AuthorityRoutes(site).router()]
    app = create_app(site, routes, jobs(site, retold_in))
    manager.mount(app, site)
    return app


class SiteServer(uvicorn.Server):
    """Says when it is ready, and lets waiting tills go as soon as it is asked to stop."""

    def __init__(self, config: uvicorn.Config, site: Site) -> None:
        super().__init__(config)
        self._site = site

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Begin to listen, and say where."""
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started and self.servers:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            scheme = "https" if self.config.is_ssl else "http"
            print(f"handover-site is ready on {scheme}://{host}:{port}", flush=True)
            if self._site.database.read(first_run.unclaimed):
                print(site_tasks.first_door(self._site, f"{scheme}://{host}:{port}"), flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop gracefully; the second time at once."""
        self._site.feed.close_soon()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _stop_with_input(server: SiteServer) -> None:
    """Ask the server to stop when whoever started it has gone."""
    while os.read(sys.stdin.fileno(), 4096):  # not buffered: a lock held here would break another way out
        pass
    server.handle_exit(signal.SIGTERM, None)


def serve(site: Site, arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    config = uvicorn.Config(
        application(site),
        host=arguments.host,
        port=arguments.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=65,
        server_header=False,
        **tls_tasks.serving(site, arguments.host),
    )
    server = SiteServer(config, site)
    if arguments.stop_with_input:
        threading.Thread(target=_stop_with_input, args=(server,), daemon=True).start()
    with log_lines.kept(site.settings.data_dir / "logs", str(arguments.port)):
        server.run()
    return 0 if server.started else 3
