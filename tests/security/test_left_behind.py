"""The look through what tests leave finds secrets in tables, support files and logs, and nothing else."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from tests.security.left_behind import left_in

CARD = "4111111111111111"


def test_secrets_are_found_where_they_stand(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "till.sqlite")) as file, file:
        file.execute("CREATE TABLE notes (text)")
        file.execute("INSERT INTO notes VALUES (?), (?)", (f"paid with {CARD}", "paid with **** 1111"))
    with zipfile.ZipFile(tmp_path / "support.zip", "w") as bundle:
        bundle.writestr("settings.json", f'{{"key": "hk_{"0f" * 32}"}}')
    (tmp_path / "site.log").write_text("rang +4945132000102, item 5799410002514\n", encoding="utf-8")
    (tmp_path / "torn.sqlite").write_bytes(b"SQLite format 3\0" + b"\7" * 5000)
    looked, found = left_in(tmp_path)
    assert looked == 3
    assert [line.partition(" ")[2] for line in found] == [
        f"settings.json: hk_{'0f' * 32}",
        f"notes: {CARD}",
    ]
