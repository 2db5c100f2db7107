"""A backup is whole or none; put back it is a new epoch, on either engine."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from pydantic import SecretStr
from sqlalchemy import create_engine, insert, select

from site_sync.service import audit_enquiry, orders, settings_audit, soundness
from site_sync.service.audit_enquiry import Wanted
from site_sync.service.backup import archive, making, postgres_copy, restoring, shelf, sqlite_copy
from site_sync.service.backup.archive import ArchiveWriter
from site_sync.service.backup.manifest import BackupDamaged, Described
from site_sync.service.backup.restoring import Restored, RestoreRefused, Wish
from site_sync.service.database import tables as t
from site_sync.service.database.engine import open_database
from site_sync.service.database.migrate import configuration, current_revision, head_revision
from site_sync.service.database.occupancy import InUse
from site_sync.service.keys import bring_file, keys_of
from site_sync.service.numbering import WebNumbers
from site_sync.service.settings_audit import Author, Subject
from site_sync.service.wiring import Site, SiteIdentity, open_site
from tests.service.shop import ALL_RIGHTS, JACKET, NOON, Commands, new_line
from tests.service.sites import Clock, keyed, surroundings


def order_in(site: Site, commands: Commands, quantity: int = 1) -> str:
    """Put one order into the site; its id."""
    command = commands.create(new_line(JACKET, quantity))
    site.database.write(lambda tx: orders.apply(tx, command, ALL_RIGHTS, command.at))
    return command.order_id


def put_back(site: Site, backup: Path, clock: Clock, **wish: bool) -> Restored:
    """Restore a backup in the place of a closed site."""
    around = replace(surroundings(clock), new_id=lambda: "epoch-after")
    return restoring.restore(site.settings, around, Wish(backup, **wish))


def again(site: Site, clock: Clock) -> Site:
    """The site after a start."""
    return open_site(site.settings, surroundings(clock))


def known(site: Site) -> set[str]:
    """The orders it has."""
    return set(site.database.read(lambda db: db.execute(select(t.orders.c.id)).scalars().all()))


def test_what_is_put_back_is_the_site_of_that_moment_in_a_new_epoch(site: Site, clock: Clock) -> None:
    commands = Commands()
    first, numbers = order_in(site, commands), WebNumbers(site.database)
    given = numbers.next()
    row = {"token_hash": "h", "staff": "anna", "csrf": "c", "created_at": clock.now, "seen_at": clock.now}
    row["expires_at"] = clock.now
    site.database.write(lambda tx: tx.execute(insert(t.sessions), row) and None)
    path, made = making.make(site)
    assert (made.of.epoch, made.of.revision, made.orders) == (site.identity.epoch, head_revision(), 1)
    assert path.stat().st_mode & 0o777 == 0o600
    order_in(site, commands)
    site.close()
    done = put_back(site, path, clock)
    assert done.aside is not None
    assert done.aside.exists()
    back = again(site, clock)
    assert back.identity == SiteIdentity(site.identity.service, "epoch-after")
    assert known(back) == {first}
    (noted,) = back.database.read(lambda db: audit_enquiry.found(db, Wanted("epoch"))).entries
    assert (noted.staff, noted.changed) == ("", (("epoch", site.identity.epoch, "epoch-after"),))
    assert back.database.read(lambda db: db.execute(select(t.sessions.c.staff)).all()) == []
    assert WebNumbers(back.database).next() > given
    later = order_in(back, Commands(till="03"))
    assert known(back) == {first, later}
    assert all(not found for _, found in back.database.read(soundness.looked_through))
    back.close()


def test_a_backup_made_under_load_holds_whole_orders_only(site: Site) -> None:
    stop, commands = threading.Event(), Commands()

    def work() -> None:
        while not stop.is_set():
            order_in(site, commands)

    worker = threading.Thread(target=work)
    order_in(site, commands)
    worker.start()
    path, made = making.make(site)
    stop.set()
    worker.join()
    assert 1 <= made.orders <= len(known(site))
    assert made.of.counts["orders"] == made.of.counts["order_lines"] == made.of.counts["journal"]
    assert archive.verified(path) == made


def test_a_running_site_is_not_replaced(site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_sync.service.database.occupancy.LEAVING_SECONDS", 0.2)
    path, _ = making.make(site)
    with pytest.raises(InUse, match="stop"):
        put_back(site, path, clock)
    assert (
        site.database.read(lambda db: db.execute(select(t.site.c.epoch)).scalar_one()) == site.identity.epoch
    )


def test_a_backup_that_does_not_fit_is_refused_and_nothing_changes(site: Site, clock: Clock) -> None:
    path, made = making.make(site)
    with zipfile.ZipFile(path) as source:
        told = {name: source.read(name) for name in source.namelist()}

    def changed(name: str, **of: str) -> Path:
        words = json.loads(told[archive.MANIFEST])
        words["of"] |= of
        other = path.with_name(f"handover-{name}.backup")
        with zipfile.ZipFile(other, "w") as target:
            for part, data in told.items():
                target.writestr(part, json.dumps(words) if part == archive.MANIFEST else data)
        return other

    site.close()
    with pytest.raises(RestoreRefused, match="newer version"):
        put_back(site, changed("newer", revision="9999"), clock)
    with pytest.raises(RestoreRefused, match="another site"):
        put_back(site, changed("other", service="elsewhere"), clock)
    engine = "sqlite" if made.of.engine == "postgresql" else "postgresql"
    with pytest.raises(RestoreRefused, match=f"is of {engine}"):
        put_back(site, changed("engine", engine=engine), clock)
    for name in ("code_key", "seal_key"):
        foreign = site.settings.model_copy(update={name: SecretStr("33" * 32)})
        with pytest.raises(RestoreRefused, match="other keys"):
            restoring.restore(foreign, surroundings(clock), Wish(path))
    back = again(site, clock)
    assert back.identity == site.identity
    back.close()


def test_a_backup_from_before_there_were_two_keys_fits_the_first(site: Site, clock: Clock) -> None:
    path, made = making.make(site)
    with zipfile.ZipFile(path) as source:
        told = {name: source.read(name) for name in source.namelist()}
    words = json.loads(told[archive.MANIFEST])
    assert len({words["key_print"], words.pop("seal_print")}) == 2
    with zipfile.ZipFile(path, "w") as target:
        for part, data in told.items():
            target.writestr(part, json.dumps(words) if part == archive.MANIFEST else data)
    assert archive.described(path).key_prints == made.key_prints[:1]
    site.close()
    other = site.settings.model_copy(update={"seal_key": SecretStr("33" * 32)})
    restoring.restore(other, replace(surroundings(clock), new_id=lambda: "epoch-after"), Wish(path))


def test_a_byte_that_changed_is_found(site: Site) -> None:
    path, _ = making.make(site)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        largest = sorted(parts.infolist(), key=lambda one: one.compress_size)[-3:]
    for part in largest:
        data = bytearray(whole)
        data[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0x55
        path.write_bytes(data)
        with pytest.raises(BackupDamaged):
            archive.verified(path)


def test_of_backups_that_did_not_come_out_whole_the_newest_is_kept(tmp_path: Path) -> None:
    names = [f"handover-2026112{day}T120000000000Z.backup" for day in range(3)]
    for name in (*names, *(f"{name}.damaged" for name in names)):
        (tmp_path / name).touch()
    assert shelf.tidy(tmp_path, 2, NOON) == names[:1]
    assert sorted(path.name for path in tmp_path.iterdir()) == [*names[1:], f"{names[2]}.damaged"]


def test_half_a_file_is_no_backup(site: Site, clock: Clock) -> None:
    path, _ = making.make(site)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (one,) = shelf.shelved(site.settings.backup_folder)
    assert (one.manifest, "damaged" in one.trouble) == (None, True)
    site.close()
    with pytest.raises(BackupDamaged):
        put_back(site, path, clock)
    with pytest.raises(BackupDamaged, match="no file"):
        put_back(site, path.with_name("none.backup"), clock)


class Died(BaseException):
    """The process ends here."""


def test_a_crash_half_way_leaves_the_old_site(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands()
    order_in(site, commands)
    path, _ = making.make(site)
    both = {order_in(site, commands), *known(site)}
    site.close()

    def dies(*_: object) -> None:
        raise Died

    points = [(restoring, "begin_again"), (sqlite_copy, "_exchange"), (Path, "replace")]
    if site.database.url.startswith("postgresql"):
        points = [(restoring, "begin_again")]
    for module, name in points:
        with monkeypatch.context() as patch:
            patch.setattr(module, name, dies)
            with pytest.raises(Died):
                put_back(site, path, clock)
        back = again(site, clock)
        assert (back.identity, known(back)) == (site.identity, both), name
        back.close()
    put_back(site, path, clock)
    back = again(site, clock)
    assert (back.identity.epoch, len(known(back))) == ("epoch-after", 1)
    back.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_backup_of_older_tables_is_brought_forward(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, clock: Clock
) -> None:
    url = request.getfixturevalue(f"{engine}_database")
    settings = keyed(url, tmp_path)
    keys = keys_of(settings, lambda size: b"")
    _lay_old(url)
    database = open_database(url)

    def copy_out(writer: ArchiveWriter, scratch: Path) -> Described:
        if engine == "sqlite":
            return sqlite_copy.copy_out(database, writer, scratch)
        return postgres_copy.copy_out(url, writer)

    path, made = making.write(copy_out, settings, keys, clock.now)
    database.close()
    assert (made.of.revision, "upkeep" in made.of.counts) == ("0006", False)
    restoring.restore(settings, surroundings(clock), Wish(path))
    back = open_site(settings, surroundings(clock))
    assert back.database.read(current_revision) == head_revision()
    assert (back.identity.service, back.identity.epoch == "old") == ("shop", False)
    back.database.write(
        lambda tx: settings_audit.note(tx, Author.operator(clock.now), Subject("a", "b"), (None, {}))
    )
    ids = back.database.read(lambda db: set(db.execute(select(t.settings_changes.c.id)).scalars()))
    assert ids == {7, 8, 9}, "what was there, the new epoch, and what came after it"
    back.close()


def _lay_old(url: str) -> None:
    """A site with the tables of an earlier version, and one entry under a number given by the database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0006")
        connection.execute(t.feed_head.insert(), {"one": 1, "position": 5})
        row = {"one": 1, "service": "shop", "epoch": "old", "created_at": NOON}
        connection.execute(t.site.insert(), row)
        entry = dict.fromkeys(("staff", "name", "kind", "key", "act", "before", "after", "why"), "{}")
        connection.execute(t.settings_changes.insert(), {"id": 7, "at": NOON, **entry})
    engine.dispose()


def test_what_root_puts_back_is_for_the_account_that_the_site_runs_as(site: Site, clock: Clock) -> None:
    account = 12_345 if os.geteuid() == 0 else os.geteuid()
    folder = site.settings.data_dir
    folder.joinpath("backups").mkdir()
    for one in (folder, folder / "backups"):
        os.chown(one, account, -1)
    path, _ = making.make(site)
    site.close()
    put_back(site, path, clock)
    copy = folder / "copy"
    copy.write_text(f'{{"code_key": "{"11" * 32}", "seal_key": "{"22" * 32}"}}')
    bring_file(site.settings, copy)
    made = [path, site.settings.key_file]
    made += [folder / "site.sqlite"] if site.database.url.startswith("sqlite") else []
    assert {one.stat().st_uid for one in made} == {account}


def test_a_backup_that_cannot_be_read_is_listed_with_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "handover-20261123T100000000000Z.backup").mkdir()
    (listed,) = shelf.shelved(tmp_path)
    assert (listed.manifest, listed.trouble) == (None, f"{listed.name} cannot be read: Is a directory")
