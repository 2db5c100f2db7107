"""A file for whoever helps from afar: how the till is, without anybody's name and without secrets."""

from __future__ import annotations

import csv
import io
import json
import platform
import zipfile
from importlib.metadata import version
from pathlib import Path

from pos_app.operations.desk import Acting, Desk
from pos_app.store.audit import AuditEntry
from pos_app.store.support import SupportView

FOLDER = "support"


def write_support_file(desk: Desk, acting: Acting, devices: dict[str, str]) -> Path:
    """Write the file and say where it lies; `devices` is what the devices say, by name."""
    store = desk.store
    view = SupportView(store.file)
    now = desk.now()
    store.audit.add(AuditEntry(now, acting.staff.id, "support_file_written"))
    about = {
        "written": now.isoformat(),
        "version": version("handover"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "store": desk.identity.store,
        "till": desk.identity.till,
        "devices": devices,
        "rows": view.counts(),
    }
    folder = store.folder / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"till-{desk.identity.store}-{desk.identity.till}-{now:%Y%m%d-%H%M%S}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("about.json", json.dumps(about, indent=2, ensure_ascii=False))
        for name, (columns, rows) in view.tables():
            written = io.StringIO()
            table = csv.writer(written)
            table.writerow(columns)
            table.writerows(rows)
            file.writestr(f"{name}.csv", written.getvalue())
    return path
