"""The certificate of the site's own authority, for tills that hold its mark already."""

from __future__ import annotations

from fastapi import APIRouter, Response

from site_sync.protocol.problems import ProblemFound, of_call
from site_sync.service import tls
from site_sync.service.wiring import Site


class AuthorityRoutes:
    """Answers anybody: a certificate is public, and a till compares it with the mark of its code."""

    def __init__(self, site: Site) -> None:
        self._folder = site.settings.tls_folder

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/sync/v1", tags=["sync"])
        router.add_api_route("/authority", self.authority, methods=["GET"])
        return router

    def authority(self) -> Response:
        """The certificate as PEM."""
        text = tls.authority_text(self._folder)
        if text is None:
            raise ProblemFound(of_call("not_found"))
        return Response(text, media_type="application/x-pem-file")
