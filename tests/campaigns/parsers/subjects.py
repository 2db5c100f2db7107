"""Every reader that the campaign knows, by name."""

from __future__ import annotations

from tests.campaigns.parsers.scans import SCANS
from tests.campaigns.parsers.sent import SENT
from tests.campaigns.parsers.shops import SHOPS
from tests.campaigns.parsers.typed import TYPED

SUBJECTS = SCANS | SENT | SHOPS | TYPED
