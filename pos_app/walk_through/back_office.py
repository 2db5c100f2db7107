"""A browser without pictures: signs in to Site Manager over HTTP and reads its pages."""

from __future__ import annotations

import re
from html import unescape
from http.cookiejar import CookieJar
from secrets import token_urlsafe
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from pos_app.walk_through.account import StoryBroken
from pos_app.walk_through.web_shop import SECONDS

_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_FORM = re.compile(r'name="csrf" value="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


class BackOffice:
    """One session at head office."""

    def __init__(self, site_url: str) -> None:
        self._root = f"{site_url}/manager"
        self._browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def sign_in(self, staff: str, password: str) -> None:
        """Fill in the form as a person does."""
        found = _TOKEN.search(self._get("/sign-in"))
        if found is None:
            raise StoryBroken("Site Manager shows no form to sign in")
        fields = {"token": found.group(1), "next": "/", "staff": staff, "password": password}
        address, text = self._post("/sign-in", fields)
        if address.endswith("/sign-in"):
            raise StoryBroken("Site Manager did not let the administrator in")
        if "/sign-in/password" in address:
            self._choose_password(text)

    def _choose_password(self, page: str) -> None:
        """Somebody else gave the password, so Site Manager asks for one of one's own first."""
        found = _FORM.search(page)
        if found is None:
            raise StoryBroken("Site Manager shows no form for a password of one's own")
        own = token_urlsafe()
        fields = {"csrf": found.group(1), "next": "/", "password": own, "again": own}
        address, _ = self._post("/sign-in/password", fields)
        if "/sign-in" in address:
            raise StoryBroken("Site Manager did not take the administrator's own password")

    def text_of(self, *path: str) -> str:
        """What a page says, without its marks."""
        page = self._get("".join(f"/{quote(part, safe='')}" for part in path))
        return _SPACE.sub(" ", unescape(_TAG.sub(" ", page)))

    def _post(self, path: str, fields: dict[str, str]) -> tuple[str, str]:
        """Send a form; the address it leads to and what stands there."""
        with self._browser.open(f"{self._root}{path}", urlencode(fields).encode(), SECONDS) as page:
            return str(page.url), str(page.read().decode("utf-8"))

    def _get(self, path: str) -> str:
        with self._browser.open(f"{self._root}{path}", timeout=SECONDS) as page:
            return str(page.read().decode("utf-8"))
