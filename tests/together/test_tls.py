"""A till and a site over real HTTPS: pinned from the first contact on, clear words where it is not right."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos_app.store.store import Store
from site_sync.domain.invitations import Invitation, read_invitation
from site_sync.protocol.changes import Enrol, Start
from site_sync.service import enrolment, tls
from site_sync.service.tls import TlsRefused
from site_sync.service.wiring import Site
from site_sync.serving import application
from site_sync.worker.authority import AUTHORITY_FILE, Trust
from site_sync.worker.client import CallFailed, SiteClient, enrol
from tests.fixtures.logs import ExpectedLogs
from tests.service import shop
from tests.service.serving import served
from tests.service.sites import Clock, make_site

NAMES = ("localhost", "127.0.0.1")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path) -> Site:
    """A site with an authority of its own."""
    site = make_site(sqlite_database, tmp_path, Clock(datetime.now(UTC)))
    site.database.write(shop.fill)
    tls.init(site.settings.tls_folder, NAMES, site.now())
    return site


def invited(site: Site) -> Invitation:
    """What Site Manager shows for a till at S01, as it is read again from what was typed."""
    code = enrolment.code_text(site.around.random_bytes(8))
    site.database.write(lambda tx: enrolment.offer(tx, code, enrolment.NewTill("S01", "02"), site.now()))
    return read_invitation(Invitation(code, tls.mark(site.settings.tls_folder)).text.lower())


def https(site: Site) -> dict[str, str]:
    """How the site is served with its certificate."""
    return {"ssl_certfile": str(site.settings.tls_folder / tls.SERVER)}


def failing(call: Callable[[], object]) -> str:
    """The code with which a call fails."""
    with pytest.raises(CallFailed) as failed:
        call()
    return failed.value.code


def test_a_till_pins_the_authority_before_it_says_its_code(site: Site, tmp_path: Path) -> None:
    folder, invitation = tmp_path / "till", invited(site)
    store = Store(folder)
    with served(application(site), **https(site)) as address:
        assert address.startswith("https://")
        trust = Trust(folder, address, invitation.mark)
        let_in = enrol(address, Enrol(code=invitation.code), authority=trust.begin())
        trust.keep()
        store.identity.enrol(let_in, address)
        place = store.site_side.place()
        assert place.authority == str(folder / AUTHORITY_FILE)
        with closing(SiteClient(address, place.token, place.service, authority=place.authority)) as client:
            assert client.start(Start()).incarnation == 1
        with closing(SiteClient(address, place.token, place.service)) as trusting_the_system:
            assert failing(lambda: trusting_the_system.start(Start(incarnation=1))) == "certificate_wrong"
        tls.renew(site.settings.tls_folder, site.now())
    with (
        served(application(site), **https(site)) as address,
        closing(SiteClient(address, place.token, place.service, authority=place.authority)) as client,
    ):
        assert client.start(Start(incarnation=1)).incarnation == 2
    store.close()
    site.close()


def test_another_site_at_the_address_gets_neither_code_nor_token(
    site: Site, tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.allow("Invalid HTTP request received")  # TLS where none is spoken
    invitation, folder = invited(site), tmp_path / "till"
    folder.mkdir()
    stranger = make_site(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "other", Clock(site.now()))
    tls.init(stranger.settings.tls_folder, NAMES, stranger.now())
    pinned = tmp_path / "pinned.pem"
    pinned.write_text(tls.authority_text(site.settings.tls_folder) or "")
    with served(application(stranger), **https(stranger)) as address:
        assert failing(Trust(folder, address, invitation.mark).begin) == "authority_wrong"
        with closing(SiteClient(address, "token", "", authority=str(pinned))) as client:
            assert failing(lambda: client.start(Start())) == "certificate_wrong"
    with served(application(stranger)) as address:
        in_the_clear = address.replace("http:", "https:")
        assert failing(Trust(folder, in_the_clear, invitation.mark).begin) == "unreachable"
    assert failing(Trust(folder, "http://shop.example:8700", "").begin) == "insecure_address"
    assert list(folder.iterdir()) == []
    for one in (stranger, site):
        one.close()


def test_every_reason_is_told_in_words() -> None:
    words = json.loads(Path("resources/till/translations/set_up.json").read_text("utf-8"))
    link = json.loads(Path("resources/till/translations/status.json").read_text("utf-8"))
    for code in ("certificate_wrong", "authority_wrong", "authority_missing", "insecure_address"):
        assert words[f"failed_{code}"].keys() == {"en", "de", "da"}
    assert "link_certificate_wrong" in link


def test_an_authority_is_made_once_and_its_keys_are_the_owners_alone(tmp_path: Path) -> None:
    with pytest.raises(TlsRefused, match="at least one"):
        tls.init(tmp_path, (), NOW)
    with pytest.raises(TlsRefused, match="neither a name nor an address"):
        tls.init(tmp_path, ("two words",), NOW)
    with pytest.raises(TlsRefused, match="no authority yet"):
        tls.renew(tmp_path, NOW)
    made = tls.init(tmp_path, NAMES, NOW)
    assert made.names == NAMES
    with pytest.raises(TlsRefused, match="already"):
        tls.init(tmp_path, NAMES, NOW)
    for name in (tls.AUTHORITY_KEY, tls.SERVER):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    later = tls.fresh(tmp_path, NOW + timedelta(days=100))
    assert later == made
    renewed = tls.fresh(tmp_path, NOW + timedelta(days=380))
    assert renewed is not None
    assert renewed.until > made.until
    assert renewed.mark == made.mark
