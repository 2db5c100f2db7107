"""The file for whoever helps from afar: what it tells, and that nobody's data and no secret is in it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

from pydantic import SecretStr
from sqlalchemy import select

from site_sync.protocol.changes import RecordKind
from site_sync.service import log_lines, support_file
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.settings import LogFormat
from site_sync.service.wiring import Site
from tests.fixtures.logs import ExpectedLogs
from tests.service.shop import Commands
from tests.service.sites import CODE_KEY, SEAL_KEY
from tests.service.test_log_lines import PRIVATE, tell
from tests.service.test_orders import apply
from tests.service.tills import Till

SECRETS = {"smtp_password": "mailing-secret", "metrics_token": "meter-secret"}


def opened(site: Site) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(support_file.write(site))) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def personal(site: Site) -> set[str]:
    """Every name, address and number of a person that the site knows, and every hash of a secret."""
    columns = (
        t.orders.c.customer_phone,
        t.orders.c.customer_email,
        t.orders.c.code_hash,
        t.devices.c.token_hash,
    )
    found: set[str] = set()
    for column in columns:
        found |= set(site.database.read(lambda db, of=column: db.execute(select(of)).scalars().all()))  # type: ignore[misc]
    staff = site.database.read(lambda db: records.every(db, RecordKind.STAFF))
    customers = site.database.read(lambda db: records.every(db, RecordKind.CUSTOMER))
    found |= {one.name for one in (*staff, *customers)}
    found |= {one.phone for one in customers} | {one.email for one in customers}
    return found - {""}


def test_it_tells_how_the_site_is_and_nothing_of_people(
    site: Site, till: Till, expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow(".")
    apply(site.database, Commands().create())
    with log_lines.told(LogFormat.JSON), log_lines.kept(site.settings.data_dir / "logs", "1"):
        tell()
    secret = {name: SecretStr(value) for name, value in SECRETS.items()}
    settings = site.settings.model_copy(update={**secret, "public_url": "https://till.example"})
    files = opened(replace(site, settings=settings))
    about = json.loads(files["about.json"])
    assert about["rows"]["orders"] == 1
    assert about["settings"]["smtp_password"] == about["settings"]["public_url"] == "set"
    assert (about["settings"]["sms_url"], about["settings"]["backup_hours"]) == ("not set", 24)
    assert about["mail_server_kept"] == "not set"
    assert json.loads(files["tills.json"])[0]["store"] == "S01"
    assert "a job failed" in files["log.txt"]
    assert "the audit is whole" in files["audit.json"]
    assert 'handover_orders{stage="to_pick"} 1' in files["metrics.txt"]
    everything = "\n".join(files.values())
    hidden = {*personal(site), *PRIVATE, *SECRETS.values(), CODE_KEY, SEAL_KEY, till.token, "till.example"}
    assert len(hidden) > 14
    assert {one for one in hidden if one in everything} == set()
