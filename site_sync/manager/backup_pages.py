"""Backups: what there is, making one, taking one along, and how one is put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, RedirectResponse, Response

from site_sync.domain.permissions import Right
from site_sync.manager.rendering import page
from site_sync.manager.visit import PREFIX, Change, Missing, Visit, changes, needs
from site_sync.service import settings_audit, turns
from site_sync.service.backup import archive, shelf
from site_sync.service.backup.manifest import BackupDamaged
from site_sync.service.jobs import upkeep
from site_sync.service.settings_audit import Subject

routes = APIRouter()
Looking = Annotated[Visit, Depends(needs(Right.SETTINGS_MANAGE))]
Acting = Annotated[Change, Depends(changes(Right.SETTINGS_MANAGE))]
FACTOR = 1024.0


def size_text(size: int) -> str:
    """A file's size as people read it."""
    number, unit = float(size), "B"
    for bigger in ("KB", "MB", "GB"):
        if number < FACTOR:
            break
        number, unit = number / FACTOR, bigger
    return f"{number:.0f} {unit}" if unit in ("B", "KB") else f"{number:.1f} {unit}"


def _page(visit: Visit, status: int = 200, trouble: str = "") -> Response:
    settings = visit.site.settings
    folder = settings.backup_folder
    last = visit.read(lambda db: turns.find(db, turns.BACKUP))
    return page(
        visit,
        "backups.html",
        status=status,
        section="/backups",
        backups=[(one, size_text(one.size)) for one in shelf.shelved(folder)],
        folder=folder,
        settings=settings,
        failed=last if last is not None and "trouble" in last.outcome else None,
        trouble=trouble,
    )


@routes.get("/backups")
def show(visit: Looking) -> Response:
    """All backups, the newest first."""
    return _page(visit)


@routes.post("/backups")
def make(change: Acting) -> Response:
    """Make one now; nobody at a till notices."""
    visit = change.visit
    if trouble := upkeep.backup_now(visit.site):
        return _page(visit, 422, trouble)
    return RedirectResponse(f"{PREFIX}/backups?done=backed_up", 303)


def _named(visit: Visit, name: str) -> Path:
    path = shelf.named(visit.site.settings.backup_folder, name)
    if path is None:
        raise Missing
    return path


@routes.post("/backups/{name}/check")
def check(change: Acting, name: str) -> Response:
    """Compare every byte of one with its hashes."""
    try:
        archive.verified(_named(change.visit, name))
    except BackupDamaged as damaged:
        return _page(change.visit, 422, str(damaged))
    return RedirectResponse(f"{PREFIX}/backups?done=backup_whole", 303)


@routes.post("/backups/{name}/download")
def download(change: Acting, name: str) -> Response:
    """Hand one out; it holds all that customers told the shop, so who took it is written down."""
    visit, path = change.visit, _named(change.visit, name)
    facts = (None, {"downloaded": True})
    visit.write(lambda tx: settings_audit.note(tx, visit.author, Subject("backup", name), facts))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return FileResponse(path, media_type="application/zip", headers=headers)
