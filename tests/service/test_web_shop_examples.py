"""The examples of docs/web-shop-api.md, run as they stand by a shell against the demo shop."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from site_sync.service import demo, sign_in
from site_sync.service.sign_in import NewKey
from site_sync.site_tasks import DEMO_FOLDER
from tests.house.source import ROOT
from tests.service.sites import Clock, make_site
from tests.service.web_shop import SCOPES, served

PAGE = ROOT / "docs" / "web-shop-api.md"


def examples() -> list[str]:
    """The shell examples of the page, but for the one that starts a site."""
    return re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1:]


def bodies(shown: str) -> list[Any]:
    """Each JSON document that the calls printed, in order."""
    decoder, found, place = json.JSONDecoder(), [], 0
    while (place := shown.find("{", place)) >= 0:
        document, place = decoder.raw_decode(shown, place)
        found.append(document)
    return found


def test_the_examples_run_as_they_stand(tmp_path: Path, migrated_sqlite: Path) -> None:
    path = tmp_path / "site.sqlite"
    path.write_bytes(migrated_sqlite.read_bytes())
    site = make_site(f"sqlite:///{path}", tmp_path, Clock())
    demo.load(site, DEMO_FOLDER)
    new = NewKey("k", "my-shop", site.around.secret(), SCOPES)
    key = site.database.write(lambda tx: sign_in.create_api_key(tx, new, site.now()))
    script = "set -e\n" + "\n".join(example.replace("/tmp/", f"{tmp_path}/") for example in examples())
    with served(site) as address:
        environment = {"KEY": key, "API": f"{address}/api/v1", "PATH": "/usr/bin:/bin"}
        ran = subprocess.run(
            ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
    site.close()
    found = bodies(ran.stdout)
    assert [body.get("code") for body in found] == [None] * len(found), ran.stdout
    stores, _, availability, hold, *rest = found
    order, shown, page, paid, changed, cancelled, refunded, endpoint, listed = rest
    assert hold["hold"].startswith("hold_")
    assert [store["code"] for store in stores["stores"]] == ["S01", "S03", "S02"]
    assert availability["stores"][0]["can_collect"] == "all"
    assert shown == order
    assert page["orders"] == [order]
    assert paid["totals"]["balance"]["amount"] == 0
    assert changed["collector"]["name"] == "Ida Holm"
    assert cancelled["refundable"]["amount"] == 12_900
    assert refunded["totals"]["refundable"]["amount"] == 1_390
    assert endpoint["secret"].startswith("whsec_")
    assert listed["webhook_endpoints"][0]["id"] == endpoint["id"]
