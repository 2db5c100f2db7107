"""An address that guesses."""

from __future__ import annotations

from fastapi import FastAPI

from site_sync.service.api.surround import Surround
from tests.service.serving import client, served

FROM_AFAR = {"X-Forwarded-For": "203.0.113.7"}
NEXT_DOOR = {"X-Forwarded-For": "203.0.113.8"}


def test_an_address_that_guesses_waits_and_no_other_does() -> None:
    app = FastAPI(openapi_url=None)
    app.add_middleware(Surround, service="site", headers={}, refusals_per_minute=5)
    with served(app) as address, client(address) as http:
        guesses = [http.get(f"/o/{number}", headers=FROM_AFAR).status_code for number in range(7)]
        assert guesses == [404] * 5 + [429] * 2
        answer = http.get("/o/1", headers=FROM_AFAR)
        assert 0 < int(answer.headers["retry-after"]) <= 12
        assert answer.headers["x-frame-options"] == "DENY"
        assert http.get("/o/1", headers=NEXT_DOOR).status_code == 404
        assert [http.get("/o/1").status_code for _ in range(7)] == [404] * 7, "this machine's own calls"
