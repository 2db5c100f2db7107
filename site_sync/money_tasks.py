"""What an operator asks and settles about gift cards, credits and accounts from the command line."""

from __future__ import annotations

import argparse
from dataclasses import replace

from site_sync.domain.balances import BalanceKind, Holder, card_number
from site_sync.domain.errors import Refusal
from site_sync.service import balance_desk, balances
from site_sync.service.database import records
from site_sync.service.settings_audit import Author
from site_sync.service.wiring import Site


class MoneyRefused(Exception):
    """What was asked for cannot be done; the text says why."""


def add_balance_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose balance to show."""
    parser.add_argument("kind", choices=[kind.value for kind in BalanceKind])
    parser.add_argument("key", help="a gift card's number, a customer's id, or the number on a credit note")


def add_account_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose account, and how much they may owe."""
    parser.add_argument("customer", help="the customer's id")
    parser.add_argument("--limit", type=int, metavar="CENTS", help="in minor units; 0 ends buying on account")


def balance(site: Site, arguments: argparse.Namespace) -> int:
    """Show a balance with every entry that made it."""
    kind, key = BalanceKind(arguments.kind), arguments.key
    if kind is BalanceKind.GIFT_CARD:
        number = card_number(key)
        if isinstance(number, Refusal):
            raise MoneyRefused(f"{key} is no gift card number")
        key = number
    rows = site.database.read(lambda db: balances.entries(db, Holder(kind, key)))
    if not rows:
        raise MoneyRefused(f"nothing was ever kept under {key}")
    for row in rows:
        where = row.sale_id or row.order_id
        print(f"{row.at:%Y-%m-%d %H:%M}  {row.store}-{row.till}  {row.reason:10}  {row.amount:>10}  {where}")
    print(f"{sum(row.amount for row in rows)} {rows[0].currency} minor units")
    return 0


def account(site: Site, arguments: argparse.Namespace) -> int:
    """Show or settle what a customer may owe."""
    known = site.database.read(lambda db: records.customer(db, arguments.customer))
    if known is None:
        raise MoneyRefused(f"there is no customer {arguments.customer}")
    limit = arguments.limit
    if limit is not None:
        who = known.id
        refused = site.database.write(
            lambda tx: balance_desk.settle_limit(tx, Author.operator(site.now()), who, limit)
        )
        if refused is not None:
            raise MoneyRefused("the limit is an amount in minor units, 0 or more")
        known = replace(known, account_limit=limit)
    print(f"{known.id}  {known.name}  may owe {known.account_limit} minor units")
    return 0
