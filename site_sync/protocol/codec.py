"""Domain values as JSON and back, strictly: unknown fields, wrong types and unknown kinds are refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from site_sync.domain.commands import Act, Command
from site_sync.domain.events import Event, Recorded
from site_sync.domain.leases import Drawn, LeaseReturn
from site_sync.domain.orders import Order
from site_sync.domain.particulars import Actor
from site_sync.domain.problems import Ends, ProblemEnd
from site_sync.domain.receipt_mail import ReceiptMail
from site_sync.domain.sales import Sale, ShiftEntry

T = TypeVar("T")

PRINTABLE = r"^[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$"
"""One line of text without control characters."""
AnyAct = Annotated[Act, Field(discriminator="kind")]
AnyEvent = Annotated[Event, Field(discriminator="kind")]


class Malformed(ValueError):
    """A text from outside is not what the protocol says; `errors` is a list of (JSON pointer, message)."""

    def __init__(self, what: str, errors: list[tuple[str, str]]) -> None:
        super().__init__(f"{what}: " + "; ".join(f"{pointer} {message}" for pointer, message in errors[:5]))
        self.errors = errors


class Words(BaseModel):
    """The strictness that all words on the wire share."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


def pointer_errors(error: ValidationError) -> list[tuple[str, str]]:
    """A pydantic error as (JSON pointer, message) pairs."""
    return [
        ("/" + "/".join(str(part) for part in item["loc"]), item["msg"])
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]


class Codec(Generic[T]):
    """JSON of one domain type, there and back; what pydantic needs for it is put together at first use."""

    def __init__(
        self, kind: Any, what: str, *, read_as: Any = None, rebuild: Callable[[Any], T] | None = None
    ):
        self._kind = kind
        self._read_as = read_as
        self._rebuild = rebuild
        self._what = what

    @cached_property
    def _writer(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)

    @cached_property
    def _reader(self) -> TypeAdapter[Any]:
        return TypeAdapter(self._read_as) if self._read_as else self._writer

    def dump(self, value: T) -> bytes:
        """The value as UTF-8 JSON."""
        return self._writer.dump_json(value)

    def text(self, value: T) -> str:
        """The value as JSON text."""
        return self._writer.dump_json(value).decode()

    def data(self, value: T) -> Any:
        """The value as JSON-ready Python data."""
        return self._writer.dump_python(value, mode="json")

    def load(self, text: bytes | str) -> T:
        """The value of a JSON text; Malformed when it is not one."""
        try:
            read: T = self._reader.validate_json(text, strict=True)
        except ValidationError as error:
            raise Malformed(self._what, pointer_errors(error)) from error
        return self._rebuild(read) if self._rebuild else read


class _CommandWords(Words):
    id: str
    order_id: str
    at: datetime
    by: Actor
    act: AnyAct
    store: str = ""
    till: str = ""
    shift: str = ""
    approver: Actor | None = None
    reason: str = ""
    ends: Ends | None = None
    leased: tuple[Drawn, ...] = ()


class _RecordedWords(Words):
    order_id: str
    version: int
    command_id: str
    at: datetime
    by: Actor
    event: AnyEvent
    approver: Actor | None = None
    reason: str = ""


def _fields(words: BaseModel) -> dict[str, Any]:
    return {name: getattr(words, name) for name in type(words).model_fields}


ORDER: Codec[Order] = Codec(Order, "order")
COMMAND: Codec[Command] = Codec(
    Command, "command", read_as=_CommandWords, rebuild=lambda words: Command(**_fields(words))
)
RECORDED: Codec[Recorded] = Codec(
    Recorded, "event", read_as=_RecordedWords, rebuild=lambda words: Recorded(**_fields(words))
)
SALE: Codec[Sale] = Codec(Sale, "sale")
SHIFT_ENTRY: Codec[ShiftEntry] = Codec(ShiftEntry, "shift entry")
PROBLEM_END: Codec[ProblemEnd] = Codec(ProblemEnd, "end of a problem")
LEASE_RETURN: Codec[LeaseReturn] = Codec(LeaseReturn, "return of a lease")
RECEIPT_MAIL: Codec[ReceiptMail] = Codec(ReceiptMail, "receipt to mail")


def sha256(*parts: str) -> str:
    """Hex SHA-256 of texts, each closed by a newline so that their borders count."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\n")
    return digest.hexdigest()
