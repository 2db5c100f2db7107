"""What an operator does to a site from the command line besides serving it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from site_sync import audit_tasks, backup_tasks, check_tasks, connector_tasks, money_tasks, tls_tasks
from site_sync.backup_tasks import BackupRefused
from site_sync.connector_tasks import ConnectorRefused
from site_sync.domain.invitations import Invitation
from site_sync.domain.permissions import Role
from site_sync.domain.shop import StaffMember, TillProfile
from site_sync.money_tasks import MoneyRefused
from site_sync.protocol.changes import RecordKind
from site_sync.protocol.codec import ORDER
from site_sync.protocol.pins import pin_verifier
from site_sync.service import (
    demo,
    enrolment,
    entering,
    first_run,
    journal_enquiry,
    orders,
    reservations,
    settings_audit,
    sign_in,
    staffing,
    tls,
)
from site_sync.service.database import records
from site_sync.service.database.transaction import Executor, Transaction
from site_sync.service.enrolment import NewTill
from site_sync.service.settings_audit import Author, Subject
from site_sync.service.sign_in import GivenPassword, NewKey
from site_sync.service.wiring import Site

T = TypeVar("T")
SCOPES = ("orders:read", "orders:write", "stock:read", "webhooks")
DEMO_ADMINISTRATOR = "901"
DEMO_FOLDER = Path(__file__).resolve().parents[1] / "resources" / "demo"


class TaskRefused(Exception):
    """What was asked for cannot be done; the text says why."""


Run = Callable[[Site, argparse.Namespace], int]
"""A task on an opened site; the few that need the database for themselves name `alone` instead."""


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], place: argparse.ArgumentParser
) -> None:
    """Add every task to the command line; `place` says where the data is."""

    def add(name: str, run: Run | None, text: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, parents=[place], help=text, description=text)
        parser.set_defaults(run=run)
        return parser

    add("migrate", migrated, "bring the database to this version's tables")
    _add_backups(add)
    add("first-code", first_code, "show the code by which the first administrator comes in")
    demo_data = add("demo-data", load_demo, "fill an empty site with the demo shop")
    demo_data.add_argument("--from", dest="folder", type=Path, default=DEMO_FOLDER, metavar="DIR")
    demo_data.add_argument("--without-orders", action="store_true", help="the shop without its orders")
    _add_keys(add("api-key", api_key, "make, list, limit or withdraw keys of the public API"))
    shops = add("connector", connector, "web shops whose webhooks come in: add, list, map, replay, secrets")
    connector_tasks.add_arguments(shops)
    tls_tasks.add_arguments(
        add("tls", tls_tasks.tls_task, "the certificate that tills trust: make, renew, show")
    )
    code = add("enrol-code", enrol_code, "make a one-time code that lets a till in")
    code.add_argument("--store", required=True)
    code.add_argument("--till", required=True, help="two digits, as 02")
    code.add_argument("--profile", default=TillProfile.TILL.value, choices=[one.value for one in TillProfile])
    one = add("order", show_order, "show an order as the site has it, with its journal and stock, as JSON")
    one.add_argument("number", help="its number or id")
    _add_money(add)
    _add_tills(add("tills", list_tills, "list the tills, or withdraw one"))
    person = add("staff", staff, "list staff, add somebody, give a new PIN or a password")
    person.add_argument("act", choices=("list", "add", "pin", "password"))
    person.add_argument("id", nargs="?", default="")
    person.add_argument("--name", default="")
    person.add_argument("--role", choices=[role.value for role in Role], default=Role.CASHIER.value)
    person.add_argument("--store", action="append", default=[], help="stores they work at; all unless named")


def _add_keys(keys: argparse.ArgumentParser) -> None:
    keys.add_argument("act", choices=("create", "list", "limit", "revoke"))
    keys.add_argument("name", nargs="?", default="", help="the key's name; its id to limit or withdraw it")
    keys.add_argument("--scope", action="append", choices=SCOPES, help="all unless named")
    usual = str(sign_in.USUAL_RATE)
    keys.add_argument("--calls-a-minute", default=usual, help="at most; %(default)s unless said")


def _add_tills(tills: argparse.ArgumentParser) -> None:
    tills.add_argument("--revoke", metavar="DEVICE")
    tills.add_argument("--anyway", action="store_true", help="although commands wait at it: lost or broken")


def _add_backups(add: Callable[[str, Run | None, str], argparse.ArgumentParser]) -> None:
    made = "make a backup of the whole site in one file, while it works"
    backup_tasks.add_backup_arguments(add("backup", backup, made))
    back = "put a backup in the place of the site, which must be stopped; tills bring what it lacks"
    restoring = add("restore", None, back)
    backup_tasks.add_restore_arguments(restoring)
    restoring.set_defaults(alone=backup_tasks.restored)
    looked = "look the books through: stock, journals, money, feed; exit code 1 when they do not agree"
    check_tasks.add_check_arguments(add("check", check_tasks.check, looked))
    chain = "look the audit's chain through; exit code 1 when an entry was changed or is gone"
    audit_tasks.add_audit_arguments(add("audit", audit_tasks.audit, chain))
    helped = "write a file for whoever helps from afar: no names, no secrets"
    audit_tasks.add_support_arguments(add("support-file", audit_tasks.support, helped))
    words = "after a database was put back by other means: have the tills bring what it lacks"
    epoch = add("new-epoch", None, words)
    backup_tasks.add_epoch_arguments(epoch)
    epoch.set_defaults(alone=backup_tasks.new_epoch)


def backup(site: Site, arguments: argparse.Namespace) -> int:
    """Make a backup; what it refuses is refused like anything else."""
    try:
        return backup_tasks.backup(site, arguments)
    except BackupRefused as refused:
        raise TaskRefused(str(refused)) from refused


def _add_money(add: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    shown = "show a gift card, a credit or an account, entry by entry"
    money_tasks.add_balance_arguments(add("balance", money_task(money_tasks.balance), shown))
    settled = "show or settle what a customer may owe"
    money_tasks.add_account_arguments(add("account", money_task(money_tasks.account), settled))


def money_task(run: Run) -> Run:
    """A task about balances; what it refuses is refused like anything else."""

    def task(site: Site, arguments: argparse.Namespace) -> int:
        try:
            return run(site, arguments)
        except MoneyRefused as refused:
            raise TaskRefused(str(refused)) from refused

    return task


def migrated(site: Site, _arguments: argparse.Namespace) -> int:
    """Opening the site has migrated it already."""
    print(f"{site.settings.database_url.partition('://')[0]} database is up to date")
    return 0


def load_demo(site: Site, arguments: argparse.Namespace) -> int:
    """Fill an empty site with the demo shop."""
    if site.database.read(lambda db: records.every(db, RecordKind.STORE)):
        raise TaskRefused("the site has stores already; the demo shop goes into an empty one")
    counts = demo.load(site, arguments.folder, orders=not arguments.without_orders)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    print(f"Site Manager at /manager: staff id {DEMO_ADMINISTRATOR}, password {demo.DEMO_PASSWORD}")
    return 0


def first_door(site: Site, address: str = "") -> str:
    """Where the first administrator comes in, and with which code; `address` is where the site listens."""
    code = site.database.read(lambda db: first_run.code_of(db, site))
    known = site.settings.public_url.rstrip("/") or address or site.settings.public_address
    return f"Nobody is its administrator yet: open {known}/manager/first, code {code}"


def first_code(site: Site, _arguments: argparse.Namespace) -> int:
    """Show the code of a site that belongs to nobody yet."""
    if not site.database.read(first_run.unclaimed):
        raise TaskRefused("the site has an administrator already")
    print(first_door(site))
    return 0


def api_key(site: Site, arguments: argparse.Namespace) -> int:
    """Make a key and print it, this once; list keys; say how often one may call; withdraw one."""
    if arguments.act == "list":
        for key in site.database.read(sign_in.api_keys):
            state = "withdrawn" if key.revoked_at else "active"
            scopes = " ".join(sorted(key.scopes))
            print(f"{key.id}  {state:9}  {key.name}  {scopes}  {key.rate_per_minute} a minute")
        return 0
    rate = sign_in.rate_of(arguments.calls_a_minute)
    if rate is None:
        raise TaskRefused(f"calls a minute are a whole number from {sign_in.RATES[0]} to {sign_in.RATES[1]}")
    if not arguments.name:
        raise TaskRefused(f"api-key {arguments.act} needs a name")
    if arguments.act != "create":
        _change_key(site, arguments.name, None if arguments.act == "revoke" else rate)
        return 0
    new = NewKey(site.new_id(), arguments.name, site.around.secret(), tuple(arguments.scope or SCOPES), rate)
    print(_noted_key(site, new.id, lambda tx: sign_in.create_api_key(tx, new, site.now())))
    return 0


def _change_key(site: Site, key_id: str, rate: int | None) -> None:
    """Let a key make so many calls a minute; without a number withdraw it."""

    def work(tx: Transaction) -> bool:
        if rate is None:
            return sign_in.revoke_api_key(tx, key_id, site.now())
        return sign_in.set_rate(tx, key_id, rate)

    if not _noted_key(site, key_id, work):
        raise TaskRefused(f"there is no active key {key_id}")


def _noted_key(site: Site, key_id: str, work: Callable[[Transaction], T]) -> T:
    """Do something to a key, written down as done from the command line."""
    author, subject = Author.operator(site.now()), Subject("api_key", key_id)

    def noted(tx: Transaction) -> T:
        return settings_audit.noted(tx, author, subject, lambda db: sign_in.key_facts(db, key_id), work)

    return site.database.write(noted)


def connector(site: Site, arguments: argparse.Namespace) -> int:
    """Do one act about a web shop whose webhooks come in."""
    try:
        return connector_tasks.connector(site, arguments)
    except ConnectorRefused as refused:
        raise TaskRefused(str(refused)) from refused


def enrol_code(site: Site, arguments: argparse.Namespace) -> int:
    """Make a code for one till and print it."""
    known = site.database.read(lambda db: records.find(db, RecordKind.STORE, arguments.store))
    if known is None:
        raise TaskRefused(f"there is no store {arguments.store}")
    if not (arguments.till.isdigit() and len(arguments.till) == 2):
        raise TaskRefused("a till's number has two digits, as 02")
    code = enrolment.code_text(site.around.random_bytes(8))
    place = NewTill(arguments.store, arguments.till, arguments.profile)
    author, subject = Author.operator(site.now()), Subject("till", f"{place.store}-{place.till}")

    def offer(tx: Transaction) -> None:
        enrolment.offer(tx, code, place, site.now())
        settings_audit.note(tx, author, subject, (None, {"profile": place.profile, "code": "given"}))

    site.database.write(offer)
    print(Invitation(code, tls.mark(site.settings.tls_folder)).text)
    return 0


def show_order(site: Site, arguments: argparse.Namespace) -> int:
    """Print one order with its stock reservation journal and the stock of its items."""

    def look(db: Executor) -> dict[str, Any] | None:
        order = orders.find(db, arguments.number)
        if order is None:
            return None
        places = {(line.source_store, line.sku) for line in order.lines if line.stocked}
        levels = reservations.levels(db, places)
        return {
            "order": json.loads(ORDER.dump(order)),
            "stage": order.stage.value,
            "journal": [asdict(entry) for entry in journal_enquiry.entries_of(db, order.id)],
            "stock": [asdict(level) | {"available": level.available} for level in levels.values()],
        }

    found = site.database.read(look)
    if found is None:
        raise TaskRefused(f"there is no order {arguments.number}")
    print(json.dumps(found, default=str, indent=1))
    return 0


def list_tills(site: Site, arguments: argparse.Namespace) -> int:
    """List the tills, or withdraw one."""
    if arguments.revoke:
        found = site.database.read(lambda db: enrolment.find(db, arguments.revoke))
        if found is not None and found.waiting and not arguments.anyway:
            told = f"{found.waiting} commands wait at {arguments.revoke}: connect it first, or add --anyway"
            raise TaskRefused(f"{told} when it is lost or broken")
        author, subject = Author.operator(site.now()), Subject("till", arguments.revoke)

        def revoke(tx: Transaction) -> bool:
            state = ({"state": found.state.value if found else ""}, {"state": "revoked"})
            settings_audit.note(tx, author, subject, state)
            return enrolment.revoke(tx, arguments.revoke)

        if found is None or not site.database.write(revoke):
            raise TaskRefused(f"there is no till {arguments.revoke} to withdraw")
        return 0
    for device in site.database.read(enrolment.devices):
        place = f"{device.store}-{device.till}"
        waits = f"  {device.waiting} waiting" if device.waiting else ""
        print(f"{device.id}  {place}  {device.state:8}  {device.app_version}  {device.name}{waits}")
    return 0


def _member(site: Site, staff_id: str) -> StaffMember:
    found: StaffMember | None = site.database.read(lambda db: records.find(db, RecordKind.STAFF, staff_id))
    if found is None:
        raise TaskRefused(f"there is nobody with the id {staff_id or '(none given)'}")
    return found


def staff(site: Site, arguments: argparse.Namespace) -> int:
    """List staff, add somebody, give a new PIN or a password; secrets are printed this once."""
    if arguments.act == "list":
        for member in site.database.read(lambda db: records.every(db, RecordKind.STAFF)):
            print(f"{member.id}  {member.role:13}  {member.name}  {' '.join(member.stores)}")
        return 0
    if arguments.act == "add":
        if not arguments.id or not arguments.name:
            raise TaskRefused("staff add needs an id and --name")
        if not staffing.ID.fullmatch(arguments.id) or arguments.id == staffing.NOBODYS_ID:
            raise TaskRefused("an id is letters of a to z, digits, dots, dashes and _, at most 64")
        if site.database.read(lambda db: staffing.find(db, arguments.id)) is not None:
            raise TaskRefused(f"somebody has the id {arguments.id} already")
        _give_pin(
            site,
            StaffMember(arguments.id, arguments.name, Role(arguments.role), stores=tuple(arguments.store)),
        )
    elif arguments.act == "pin":
        _give_pin(site, _member(site, arguments.id))
    else:
        member, password = _member(site, arguments.id), site.around.secret()[:24]
        verifier = sign_in.password_verifier(entering.vault_of(site), member.id, password)
        given = GivenPassword(member.id, verifier, must_change=True)
        author = Author.operator(site.now())
        site.database.write(lambda tx: staffing.keep_password(tx, author, given))
        print(password)
    return 0


def _give_pin(site: Site, member: StaffMember) -> None:
    """Keep a person with a new random PIN and print the PIN."""
    pin = staffing.new_pin(site.around.random_bytes)
    kept = replace(member, pin_verifier=pin_verifier(site.keys.pepper, pin))
    author = Author.operator(site.now())
    site.database.write(lambda tx: settings_audit.keep(tx, author, RecordKind.STAFF, kept))
    print(pin)
