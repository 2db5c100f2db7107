"""A file for whoever helps from afar: how the site is, without anybody's name and without secrets."""

from __future__ import annotations

import io
import json
import platform
import zipfile
from dataclasses import fields
from datetime import datetime
from importlib.metadata import version
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, make_url, select

from site_sync.service import audit_chain, log_lines, mail_settings, soundness, till_audit, turns
from site_sync.service.api.health import lines_of
from site_sync.service.database import tables as t
from site_sync.service.database.migrate import current_revision
from site_sync.service.enrolment import devices
from site_sync.service.settings import Settings
from site_sync.service.wiring import Site

LINES = 2000
LIBRARIES = ("fastapi", "uvicorn", "SQLAlchemy", "psycopg", "pydantic", "cryptography", "structlog")
TOLD = frozenset(
    {
        "port", "refusals_per_minute", "log_format", "smtp_port", "smtp_security", "backup_hours",
        "backup_keep",
        "keep_feed_days", "keep_idempotency_days", "keep_messages_days", "keep_deliveries_days",
        "keep_results_days", "keep_commands_days",
    }
)  # fmt: skip
"""Settings whose value is told; of every other one only whether it is set."""


def settings_told(settings: Settings) -> dict[str, object]:
    """The settings without addresses, names and secrets."""
    told: dict[str, object] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        told[name] = value if name in TOLD else "set" if plain not in ("", None) else "not set"
    return told


def _about(site: Site, db: Any) -> dict[str, object]:
    place = make_url(site.settings.database_url)
    return {
        "written": site.now().isoformat(),
        "version": version("handover"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "database": place.get_backend_name(),
        "revision": current_revision(db),
        "service": site.identity.service,
        "epoch": site.identity.epoch,
        "settings": settings_told(site.settings),
        "mail_server_kept": "set" if mail_settings.kept(db).host else "not set",
        "rows": {
            name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in sorted(t.metadata.tables.items())
        },
    }


def _tills(db: Any) -> list[dict[str, object]]:
    heads = {one.device: one for one in till_audit.latest(db)}
    hidden = {"name", "chain_hash"}
    told: list[dict[str, object]] = []
    for device in devices(db):
        known = {one.name: getattr(device, one.name) for one in fields(device) if one.name not in hidden}
        head = heads.get(device.id)
        told.append({**known, "audit": head.verdict.value if head else "not told"})
    return told


def _turns(db: Any) -> list[dict[str, object]]:
    rows = db.execute(select(t.upkeep.c.name).order_by(t.upkeep.c.name)).scalars().all()
    found = [turns.find(db, name) for name in rows]
    return [
        {"name": one.name, "next": one.next_at, "last": one.last_at, "count": one.outcome.get("count"),
         "trouble": log_lines.masked(str(one.outcome.get("trouble", "")), free=True)}
        for one in found if one is not None
    ]  # fmt: skip


def _problems(db: Any) -> dict[str, int]:
    p = t.problems.c
    rows = db.execute(select(p.code, p.state, func.count().label("many")).group_by(p.code, p.state))
    return {f"{row.code} {row.state}": int(row.many) for row in rows}


def _checks(db: Any) -> dict[str, int]:
    return {check.name: len(found) for check, found in soundness.looked_through(db)}


def write(site: Site) -> bytes:
    """The file, a zip of JSON and text."""

    def gather(db: Any) -> dict[str, object]:
        return {
            "about.json": _about(site, db),
            "tills.json": _tills(db),
            "jobs.json": _turns(db),
            "problems.json": _problems(db),
            "checks.json": _checks(db),
            "audit.json": {"words": audit_chain.verify(db).words},
            "metrics.txt": lines_of(site, db),
            "log.txt": log_lines.newest(site.settings.data_dir / "logs", LINES),
        }

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, told in site.database.read(gather).items():
            plain = isinstance(told, list) and name.endswith(".txt")
            file.writestr(name, "\n".join(told) if plain else _json(told))  # type: ignore[arg-type]
    return written.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
