"""What a till asks the site of balances and of receipts of other tills, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from site_sync.domain.balances import BalanceKind
from site_sync.domain.money import Money
from site_sync.domain.sales import Sale
from site_sync.protocol.codec import PRINTABLE, Words

_ID = r"^[!-~]{1,120}$"


class HolderWords(Words):
    """Whose balance is asked for."""

    kind: BalanceKind
    key: str = Field(min_length=1, max_length=64, pattern=PRINTABLE)


class BalancesWanted(Words):
    """Some balances in one question."""

    holders: tuple[HolderWords, ...] = Field(min_length=1, max_length=10)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class BalanceState(Words):
    """One balance: whether it exists, what it holds, and what may be used of it now."""

    kind: BalanceKind
    key: str
    known: bool
    balance: Money
    available: Money


class BalancesAnswer(Words):
    """The balances in the order asked for."""

    balances: tuple[BalanceState, ...]


class HoldWanted(Words):
    """Set money aside for one payment; `id` is the till's attempt, `whole` refuses less than the amount."""

    id: str = Field(pattern=_ID)
    holder: HolderWords
    amount: Money
    whole: bool = False


class HoldAnswer(Words):
    """What was set aside (zero with the code of a refusal) and what is left beside it."""

    id: str
    amount: Money
    left: Money
    refused: str = ""


class Release(Words):
    """Let go what was set aside or claimed under these ids."""

    ids: tuple[Annotated[str, Field(pattern=_ID)], ...] = Field(min_length=1, max_length=100)


class Released(Words):
    """How many of them were let go."""

    count: int


class TakenBack(Words):
    """Units of a receipt's line that came back, or are just being taken back: by whom, when, where."""

    line: int
    units: int
    at: datetime
    store: str
    till: str
    staff: str
    number: str = ""


class ReceiptAnswer(Words):
    """A receipt as the site has it, with what came back of it and the sales that took it back."""

    sale: Sale | None = None
    returns: tuple[Sale, ...] = ()
    back: tuple[TakenBack, ...] = ()


class ClaimLine(Words):
    """Units of a line that are to come back."""

    line: int
    units: int = Field(gt=0)


class ReturnClaim(Words):
    """A till takes goods of a receipt back: nobody else may take the same units meanwhile."""

    id: str = Field(pattern=_ID)
    sale: str = Field(pattern=_ID)
    staff: str = Field(max_length=120, pattern=PRINTABLE)
    lines: tuple[ClaimLine, ...] = Field(min_length=1, max_length=500)


class ClaimAnswer(Words):
    """Whether the units are this till's to take back; if not, what came back already."""

    granted: bool
    back: tuple[TakenBack, ...] = ()
