"""The command line's `tls`: the site's own authority and certificate, and serving with them."""

from __future__ import annotations

import argparse
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from site_sync.service import tls
from site_sync.service.tls import TlsRefused, TlsState
from site_sync.service.wiring import Site


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `tls` may be told."""
    parser.add_argument("act", choices=("init", "renew", "show"))
    parser.add_argument("--name", action="append", default=[], help="a name that tills reach the site by")
    parser.add_argument("--address", action="append", default=[], help="an address that they reach it by")


def tls_task(site: Site, arguments: argparse.Namespace) -> int:
    """Make the authority and a certificate, make a new certificate, or show them; TlsRefused says why not."""
    folder, now = site.settings.tls_folder, site.now()
    names = (*arguments.name, *arguments.address)
    if arguments.act == "init":
        _show(tls.init(folder, names, now), folder)
        print("Start the site anew; codes for tills carry the authority's mark from now on.")
    elif arguments.act == "renew":
        _show(tls.renew(folder, now, names), folder)
        print("Start the site anew to serve with it; tills go on trusting it.")
    else:
        known = tls.state(folder)
        if known is None:
            raise TlsRefused("there is no authority yet; begin with `tls init`")
        _show(known, folder)
    return 0


def _show(known: TlsState, folder: Path) -> None:
    print(f"names      {', '.join(known.names)}")
    print(f"good until {known.until:%Y-%m-%d}, renewed at a start within 30 days of it")
    print(f"authority  {known.mark} until {known.authority_until:%Y-%m-%d}")
    print(f"files      {folder}")


def serving(site: Site, host: str) -> dict[str, Any]:
    """What the server needs to speak TLS, nothing where there is no certificate; TlsRefused where it must.

    Others than this machine are served without TLS only behind a proxy that speaks it.
    """
    folder = site.settings.tls_folder
    if tls.fresh(folder, site.now()) is not None:
        return {"ssl_certfile": str(folder / tls.SERVER)}
    if not _loopback(host) and not site.settings.public_url.startswith("https://"):
        raise TlsRefused(
            f"refuses to listen on {host} without TLS, as tokens and names would be read on the way: run "
            "`handover-site tls init --name NAME`, or set HANDOVER_PUBLIC_URL=https://… if a proxy speaks TLS"
        )
    return {}


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
