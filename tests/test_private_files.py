"""What a till or a site makes, and what it finds of its own, is for its account alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pos_app.assembly import OWN_FILES
from site_sync.private_files import keep_private, private
from site_sync.site import main
from tests.desks import open_bench


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_found_open_is_closed_and_what_is_not_ours_is_left(tmp_path: Path) -> None:
    folder, other = tmp_path / "till", tmp_path / "other"
    bench = open_bench(folder)
    for path in (*folder.iterdir(), folder):
        path.chmod(0o755)
    (folder / "notes").touch(0o644)
    other.mkdir(0o755)
    everybody = tmp_path / "everybody"
    everybody.mkdir()
    everybody.chmod(0o1777)
    (everybody / "till.sqlite").touch(0o644)
    (everybody / "till.link").symlink_to(folder / "notes")
    for one in (folder, other, everybody, tmp_path / "none"):
        keep_private(one, *OWN_FILES)
    assert {path.name for path in folder.iterdir() if mode(path) & 0o077} == {"notes"}
    assert [mode(path) for path in (folder, other, everybody)] == [0o700, 0o755, 0o1777]
    assert mode(everybody / "till.sqlite") == 0o600
    assert mode(folder / "till.sqlite-wal") == 0o700, "what the owner may do stays"
    bench.store.close()


def test_a_site_makes_its_files_for_itself_and_closes_older_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = os.umask(0o022)
    try:
        folder = tmp_path / "site"
        for _ in range(2):
            assert main(["migrate", "--data", str(folder)]) == 0
            assert (folder / "site.sqlite.keys").exists()
            assert not {path.name for path in (folder, *folder.iterdir()) if mode(path) & 0o077}
            for path in (folder, *folder.iterdir()):
                path.chmod(0o755)
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir(0o755)
        for _ in range(2):
            url = f"sqlite:///{elsewhere / 'shop.sqlite'}"
            assert main(["migrate", "--data", str(folder), "--database", url]) == 0
            assert {mode(path) for path in elsewhere.iterdir()} == {0o600}
            for path in elsewhere.iterdir():
                path.chmod(0o644)
        assert mode(elsewhere) == 0o755, "it may hold files of others"
        with private():
            (tmp_path / "made").touch()
        (tmp_path / "after").touch()
        assert [mode(tmp_path / name) for name in ("made", "after")] == [0o600, 0o644]
    finally:
        os.umask(before)
    assert capsys.readouterr().err == ""
