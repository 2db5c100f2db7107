"""What a site sealed under the key that tills have is under its own key after a start."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pyotp
import pytest
from sqlalchemy import Table, insert, select

from site_sync.protocol.changes import RecordKind
from site_sync.service import alerts, second_factor, sign_in
from site_sync.service.company import fact, keep_fact
from site_sync.service.connector_register import Connector, ConnectorKind
from site_sync.service.connector_register import find as find_connector
from site_sync.service.connectors import upkeep
from site_sync.service.database import records
from site_sync.service.database import tables as t
from site_sync.service.database.transaction import Transaction
from site_sync.service.keys import Keys
from site_sync.service.sealing import Owner, Unsealable, Vault, kept, seal, told, unseal
from site_sync.service.sealing_anew import PLACES, seal_anew
from site_sync.service.sign_in import GivenPassword
from site_sync.service.webhook_desk import told_secret
from site_sync.service.wiring import Site, open_site
from tests.service.shop import NOON, STAFF
from tests.service.sites import CODE_KEY, Clock, surroundings

PASSWORD = "correct horse battery"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY = "ABCD-EFGH-IJKL-MNOP"
HASHED = sign_in.password_hash(Keys(bytes.fromhex(CODE_KEY), b""), PASSWORD)


def before(site: Site) -> Vault:
    """What sealed things when there was one key."""
    return Vault(Keys(site.keys.code_key, site.keys.code_key), site.around.random_bytes)


def lay_older(tx: Transaction, site: Site) -> None:
    """One of everything that is sealed, as a version with one key left it."""
    old = before(site)

    def shut(text: str, owner: str) -> str:
        return seal(old.key, old.nonce(), text, owner)

    records.save(tx, RecordKind.STAFF, *STAFF)
    sign_in.set_password(tx, GivenPassword("anna", HASHED), NOON)
    factor = {"staff": "anna", "secret": shut(TOTP, "second factor of anna"), "last_step": 0, "since": NOON}
    tx.execute(insert(t.second_factors), factor)
    recovery = second_factor._recovery_hash(old.key, "anna", RECOVERY)
    tx.execute(insert(t.recovery_codes), {"staff": "anna", "code_hash": recovery})
    shop = {"id": "north", "kind": ConnectorKind.WOOCOMMERCE.value, "name": "North", "created_at": NOON}
    shop |= {"secret": kept(old.key, old.nonce(), "whsec_1", "webhooks of connector north")}
    tx.execute(insert(t.connectors), shop | {"previous_secret": "open", "api_key": shut("ck:cs", "north")})
    endpoint = {"id": "e1", "url": "https://shop.example", "previous_secret": "", "created_at": NOON}
    endpoint["secret"] = kept(old.key, old.nonce(), "whsec_2", "webhooks to endpoint e1")
    tx.execute(insert(t.webhook_endpoints), endpoint)
    keep_fact(tx, alerts.CHANNEL, {"sealed": shut("mailto://a", "alert_channel"), "kind": "mailto"})


def texts(site: Site) -> list[str]:
    """Everything that lies sealed."""

    def column(table: Table, name: str) -> list[str]:
        return [text for (text,) in site.database.read(lambda db: db.execute(select(table.c[name])).all())]

    found = [text for place in PLACES for text in column(place.table, place.column) if text]
    return [*found, site.database.read(lambda db: fact(db, alerts.CHANNEL))["sealed"]]


def test_everything_of_an_older_site_is_under_its_own_key_after_a_start_of_several_processes(
    site: Site, clock: Clock
) -> None:
    site.database.write(lambda tx: lay_older(tx, site))
    older = texts(site)
    assert len(older) == len(PLACES)  # one of the endpoint's secrets is empty, and the alerts lie elsewhere
    with ThreadPoolExecutor(3) as pool:
        started = list(pool.map(lambda _: open_site(site.settings, surroundings(clock)), range(3)))
    fresh = texts(site)
    assert not set(fresh) & set(older)
    for one in started:
        assert texts(one) == fresh
        one.close()
    everything_opens(site)
    assert site.database.write(lambda tx: seal_anew(tx, Vault(site.keys, site.around.random_bytes))) == 0


def everything_opens(site: Site) -> None:
    """What was sealed serves as before; with the code key alone nothing of it opens."""
    read, later = site.database.read, NOON + timedelta(minutes=5)
    assert sign_in.check_password(site.database, site.keys, "anna", PASSWORD, NOON)
    for code in (pyotp.TOTP(TOTP).at(later), RECOVERY):
        passes = partial(second_factor.passes, keys=site.keys, staff="anna", code=code, now=later)
        assert site.database.write(passes)
    shop: Connector | None = read(lambda db: find_connector(db, "north"))
    assert shop is not None
    assert upkeep.live_secrets(site, shop) == ("whsec_1", "open")
    assert unseal(site.keys.seal_key, shop.api_key, Owner.SHOP_API.of("north")) == "ck:cs"
    secret = read(lambda db: db.execute(select(t.webhook_endpoints.c.secret)).scalar_one())
    assert told_secret(site, "e1", secret) == "whsec_2"
    assert read(lambda db: alerts.channel(db, site.keys.seal_key)) == "mailto://a"
    tills = Vault(Keys(b"another", site.keys.code_key), site.around.random_bytes)
    assert site.database.write(lambda tx: seal_anew(tx, tills)) == 0


def test_what_is_kept_of_a_password_opens_for_its_person_and_with_the_sites_own_key_alone() -> None:
    keys = Keys(b"key that tills have", b"key of the site alone")
    verifier = sign_in.sealed_hash(Vault(keys, os.urandom), "anna", HASHED)
    assert "argon2" not in verifier
    assert told(keys.seal_key, verifier, "password of anna") == HASHED
    for key, owner in ((keys.seal_key, "password of ben"), (keys.code_key, "password of anna")):
        with pytest.raises(Unsealable):
            told(key, verifier, owner)


def test_what_was_sealed_with_the_keys_of_another_site_is_left_as_it_is(site: Site) -> None:
    site.database.write(lambda tx: lay_older(tx, site))
    before_it = texts(site)
    foreign = Vault(Keys(b"other", b"keys"), site.around.random_bytes)
    assert site.database.write(lambda tx: seal_anew(tx, foreign)) == 2, "only what lay open"
    assert len(set(before_it) & set(texts(site))) == len(before_it) - 2
