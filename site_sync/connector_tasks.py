"""What an operator does about the web shops whose webhooks come in, from the command line."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from site_sync.service import connector_register, settings_audit
from site_sync.service.connector_register import Connector, ConnectorKind, ConnectorSettings
from site_sync.service.connectors import polling, receipts, upkeep
from site_sync.service.connectors.upkeep import UpkeepRefused
from site_sync.service.settings_audit import Author, Facts, Subject
from site_sync.service.wiring import Site


class ConnectorRefused(Exception):
    """What was asked for cannot be done; the text says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the task."""
    parser.add_argument("act", choices=tuple(ACTS))
    parser.add_argument("name", nargs="?", default="", help="the connector's name, as in its address")
    parser.add_argument("--kind", choices=[kind.value for kind in ConnectorKind], help="for add")
    parser.add_argument("--title", default="", help="what people call the shop, for add")
    parser.add_argument(
        "--secret-stdin",
        action="store_true",
        help="read the secret from standard input instead of making one",
    )
    parser.add_argument("--drop-previous", action="store_true", help="end the older of two live secrets")
    parser.add_argument(
        "--place",
        action="append",
        default=[],
        metavar="NAME=STORE",
        help="a shop's name for a store, for map",
    )
    parser.add_argument(
        "--item",
        action="append",
        default=[],
        metavar="SKU=OURS[*UNITS]",
        help="OURS '-' is a charge, for map",
    )
    parser.add_argument(
        "--method", action="append", default=[], metavar="CODE=METHOD", help="a delivery method, for map"
    )
    parser.add_argument("--store", help="the store of orders that name none, for map")
    parser.add_argument("--source", help="where its orders are said to come from, for map")
    parser.add_argument("--language", help="customers' language where the shop tells none, for map")
    parser.add_argument("--receipt", default="", help="only this one, for replay")
    parser.add_argument("--api-url", help="where the shop's own API is, for api")
    parser.add_argument("--poll-minutes", type=int, help="how often the shop is asked, 0: never, for api")
    parser.add_argument(
        "--report", action="append", default=[], metavar="EVENT=STATUS", help="what the shop is told, for api"
    )


def connector(site: Site, arguments: argparse.Namespace) -> int:
    """Do one act about a connector, written down as done from the command line."""

    def facts() -> Facts | None:
        return site.database.read(lambda db: connector_register.facts(db, arguments.name))

    before = facts()
    try:
        done = ACTS[arguments.act](site, arguments)
    except UpkeepRefused as refused:
        raise ConnectorRefused(str(refused)) from refused
    after = facts()
    if before or after:
        author, subject = Author.operator(site.now()), Subject("connector", arguments.name)
        site.database.write(lambda tx: settings_audit.note(tx, author, subject, (before, after)))
    return done


def _named(site: Site, name: str) -> Connector:
    found = site.database.read(lambda db: connector_register.find(db, name))
    if found is None:
        raise ConnectorRefused(f"there is no connector {name or '(none given)'}")
    return found


def _secret(site: Site, arguments: argparse.Namespace, kind: ConnectorKind) -> str:
    """The secret the shop gave, or a new one."""
    if arguments.secret_stdin:
        return upkeep.given_secret(sys.stdin.readline().strip())
    return upkeep.fresh_secret(kind, site.around.random_bytes)


def _add(site: Site, arguments: argparse.Namespace) -> int:
    """Make a connector; prints its address and its secret, the secret this once."""
    name = arguments.name
    if not arguments.kind:
        raise ConnectorRefused("connector add needs --kind")
    kind = ConnectorKind(arguments.kind)
    secret = _secret(site, arguments, kind)
    given = Connector(name, kind, arguments.title, upkeep.kept_secret(site, name, secret))
    made = site.database.read(lambda db: upkeep.new_connector(db, given))
    made = replace(made, settings=_settings(site, ConnectorSettings(), arguments))
    site.database.write(lambda tx: connector_register.add(tx, made, site.now()))
    print(f"{site.settings.public_address.rstrip('/')}/webhooks/{kind.value}/{name}")
    if not arguments.secret_stdin:
        print(secret)
    return 0


def _list(site: Site, _arguments: argparse.Namespace) -> int:
    """Every connector, what of it is stuck, and why."""
    counts = site.database.read(receipts.counts)
    for shop in site.database.read(connector_register.connectors):
        state = "active" if shop.active else "off"
        told = " ".join(
            f"{what}:{count}" for (name, what), count in sorted(counts.items()) if name == shop.id
        )
        secrets = f"{len(shop.secrets)} secret{'s' if len(shop.secrets) > 1 else ''}"
        print(f"{shop.id}  {shop.kind.value:11}  {state:6}  {secrets}  {shop.name}  {told}")
    for one in site.database.read(receipts.stuck):
        print(f"  {one.id}  {one.connector}  {one.external_id}  {one.state.value}: {one.error}")
    return 0


def _give_secret(site: Site, arguments: argparse.Namespace) -> int:
    """A new secret beside the one before; prints it this once. Or only the newest from now on."""
    found = _named(site, arguments.name)
    if arguments.drop_previous:
        site.database.write(lambda tx: connector_register.drop_previous_secret(tx, found))
        return 0
    secret = _secret(site, arguments, found.kind)
    sealed = upkeep.kept_secret(site, found.id, secret)
    site.database.write(lambda tx: connector_register.give_secret(tx, found, sealed))
    if not arguments.secret_stdin:
        print(secret)
    return 0


def _map(site: Site, arguments: argparse.Namespace) -> int:
    """Say what the shop's names mean here, and have what waited for that worked again."""
    found = _named(site, arguments.name)
    settings = _settings(site, found.settings, arguments)
    site.database.write(lambda tx: connector_register.set_settings(tx, found, settings))
    print(f"{site.database.write(lambda tx: receipts.replay(tx, found.id, site.now()))} to be worked again")
    return 0


def _pairs(given: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for word in given:
        name, equals, meant = word.rpartition("=")
        if not equals or not name.strip():
            raise ConnectorRefused(f"a mapping is NAME=MEANING, not {word}")
        pairs[name.strip()] = meant.strip()
    return pairs


def _settings(site: Site, settings: ConnectorSettings, arguments: argparse.Namespace) -> ConnectorSettings:
    """The settings with what the command line says on top; a name that means nothing is taken out."""
    words = _pairs(arguments.item), _pairs(arguments.place), _pairs(arguments.method)
    said = {
        name: value
        for name in ("store", "source", "language")
        if (value := getattr(arguments, name)) is not None
    }
    changed = replace(upkeep.mapped(settings, *words), **said)
    return site.database.read(lambda db: upkeep.check(db, changed))


def _api(site: Site, arguments: argparse.Namespace) -> int:
    """Say where the shop's own API is; its key comes by standard input with --secret-stdin."""
    found = _named(site, arguments.name)
    reports = {
        connector_register.ShopEvent(event): status for event, status in _pairs(arguments.report).items()
    }
    settings = replace(
        found.settings,
        api_url=found.settings.api_url if arguments.api_url is None else arguments.api_url,
        poll_minutes=(
            found.settings.poll_minutes if arguments.poll_minutes is None else arguments.poll_minutes
        ),
        reports={event: status for event, status in (found.settings.reports | reports).items() if status},
    )
    checked = site.database.read(lambda db: upkeep.check(db, settings))
    site.database.write(lambda tx: connector_register.set_settings(tx, found, checked))
    if arguments.secret_stdin:
        now = _named(site, found.id)
        sealed = upkeep.sealed_key(site, now, sys.stdin.readline().strip())
        site.database.write(lambda tx: connector_register.set_api_key(tx, now, sealed))
    return 0


def _reconcile(site: Site, arguments: argparse.Namespace) -> int:
    """Have the shop asked now for what it changed."""
    found = _named(site, arguments.name)
    site.database.write(lambda tx: polling.ask_now(tx, found.id, site.now()))
    return 0


def _replay(site: Site, arguments: argparse.Namespace) -> int:
    """Have what is stuck worked again."""
    found = _named(site, arguments.name)
    count = site.database.write(lambda tx: receipts.replay(tx, found.id, site.now(), arguments.receipt))
    if arguments.receipt and not count:
        raise ConnectorRefused(f"nothing of {found.id} is stuck under {arguments.receipt}")
    print(f"{count} to be worked again")
    return 0


def _switch(site: Site, arguments: argparse.Namespace) -> int:
    """Let a connector in, or no longer."""
    found = _named(site, arguments.name)
    site.database.write(lambda tx: connector_register.set_active(tx, found, active=arguments.act == "on"))
    return 0


ACTS = {
    "add": _add,
    "list": _list,
    "secret": _give_secret,
    "map": _map,
    "api": _api,
    "reconcile": _reconcile,
    "replay": _replay,
    "on": _switch,
    "off": _switch,
}
