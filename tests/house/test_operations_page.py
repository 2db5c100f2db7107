"""The page for operators names every setting of the site."""

import re

from site_sync.service.settings import Settings
from tests.house.source import ROOT


def test_every_setting_is_on_the_page() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(HANDOVER_\w+)`", page, re.MULTILINE)
    assert listed == [f"HANDOVER_{name.upper()}" for name in Settings.model_fields]
