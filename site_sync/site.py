"""The site service from the command line: its composition root."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import uuid_utils

from site_sync import site_tasks
from site_sync.backup_tasks import BackupRefused
from site_sync.private_files import private
from site_sync.service import log_lines
from site_sync.service.settings import Settings
from site_sync.service.tls import TlsRefused
from site_sync.service.wiring import Site, SiteUnavailable, Surroundings, open_site


def surroundings() -> Surroundings:
    """The real clock, UUIDv7 ids and the system's random numbers."""
    return Surroundings(lambda: datetime.now(UTC), lambda: str(uuid_utils.uuid7()), secrets.token_bytes)


def serve(site: Site, arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    from site_sync import serving  # no other command needs the web framework, which is slow to load

    return serving.serve(site, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="handover-site",
        description="The central service of Handover: orders, stock and what the tills agree on.",
        epilog="Settings come from HANDOVER_… in the environment too; docs/operations.md lists them.",
    )
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME; else one SQLite file in the data folder",
    )
    place.add_argument("--data", metavar="DIR", type=Path, help="folder for files beside the database")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    server = commands.add_parser("serve", parents=[place], help="serve tills, web shops and browsers")
    server.add_argument("--host", default=None, help="address to listen on (127.0.0.1)")
    server.add_argument("--port", type=int, default=None, help="port to listen on (8700); 0 takes a free one")
    server.add_argument(
        "--stop-with-input", action="store_true", help="stop when standard input ends, as a till's child does"
    )
    server.set_defaults(run=serve)
    site_tasks.add_commands(commands, place)
    return parser


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The environment's settings with what the command line says on top."""
    said = {
        "database": arguments.database,
        "data_dir": arguments.data,
        "host": getattr(arguments, "host", None),
        "port": getattr(arguments, "port", None),
    }
    return Settings(**{name: value for name, value in said.items() if value is not None})


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args(words)
    settings = settings_of(arguments)
    arguments.host, arguments.port = settings.host, settings.port
    try:
        with private(), log_lines.told(settings.log_format):
            return _run(settings, arguments)
    except SiteUnavailable as error:
        print(f"handover-site: cannot open {_shown(settings.database_url)}: {error}", file=sys.stderr)
        return 2
    except (site_tasks.TaskRefused, BackupRefused, TlsRefused) as refused:
        print(f"handover-site: {refused}", file=sys.stderr)
        return 2


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run the command on the opened site, or before it is opened where it needs the database for itself."""
    alone = getattr(arguments, "alone", None)
    if alone is not None:
        return int(alone(settings, surroundings(), arguments))
    site = open_site(settings, surroundings())
    try:
        return int(arguments.run(site, arguments))
    finally:
        site.close()


def _shown(url: str) -> str:
    """A database URL without its password."""
    scheme, _, rest = url.partition("://")
    account, at, place = rest.rpartition("@")
    return f"{scheme}://{account.partition(':')[0]}{at}{place}"


if __name__ == "__main__":
    sys.exit(main())
