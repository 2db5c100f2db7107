"""Lines of the log: one event with its facts, nothing in them that is secret or about a person."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from site_sync.service.settings import LogFormat

FILE_BYTES = 2_000_000
FILES_KEPT = 3
LONGEST = 2000
HIDDEN = "***"
PERSONAL = frozenset(
    {
        "name", "customer", "phone", "email", "mail", "recipient", "address", "street", "note", "pin",
        "password", "token", "secret", "code_key", "seal_key", "authorization", "cookie", "key_text", "card",
        "member_card", "body",
    }
)  # fmt: skip
"""Facts that are never told, whatever they hold."""
FREE_TEXT = frozenset({"error", "why", "answer", "event"})
"""Facts that may quote what they are about."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>'\",;:=()\[\]]+@[^\s@<>'\",;:=()\[\]]+")
_PHONE = re.compile(r"(?<![\w.:-])(?:\+|00)?\d(?:[ /()-]?\d){6,14}(?![\w.:-])")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[0-9A-Z])[A-Za-z0-9_-]{22,}(?![\w-])")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_PARAMETERS = re.compile(r"\[parameters: .*", re.DOTALL)
_DETAIL = re.compile(r"DETAIL: .*", re.DOTALL)

Event = MutableMapping[str, Any]
_log = structlog.get_logger(__name__)


def masked(text: str, *, free: bool = False) -> str:
    """A text without mail addresses, phone numbers and tokens; of free text without what it quotes too."""
    if free:
        text = _DETAIL.sub("", _PARAMETERS.sub("", text))
        text = _QUOTED.sub(lambda found: found.group()[0] * 2, text)
    kept: list[str] = []
    last = 0
    for found in _UUID.finditer(text):
        kept += (_hidden(text[last : found.start()]), found.group())
        last = found.end()
    return "".join((*kept, _hidden(text[last:])))[:LONGEST]


def _hidden(text: str) -> str:
    for pattern in (_MAIL, _TOKEN, _PHONE):
        text = pattern.sub(HIDDEN, text)
    return text


def mask(_logger: object, _method: str, event: Event) -> Event:
    """A processor that masks every fact of a line."""
    return {name: _fact(name, value) for name, value in event.items()}


def _fact(name: str, value: object) -> object:
    if name.startswith("_") or name in ("timestamp", "level", "request"):
        return value  # of the log itself
    if name in PERSONAL:
        return HIDDEN
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): _fact(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_fact(name, one) for one in value]
    return masked(str(value), free=name in FREE_TEXT)


def plain_traceback(_logger: object, _method: str, event: Event) -> Event:
    """A processor that tells where an exception came from, without values, and of what kind it was."""
    told = event.pop("exc_info", None)
    if not told:
        return event
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        event["exception"] = " < ".join(_chain(error))
    return event


def _chain(error: BaseException) -> Iterator[str]:
    """An exception and those it came from, each with the places it went through, the innermost first."""
    seen: BaseException | None = error
    while seen is not None:
        message = " ".join(masked(str(seen), free=True).split())
        yield f"{type(seen).__name__}: {message} at {' in '.join(_places(seen.__traceback__))}"
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)] or ["?"]


def _formatter(form: LogFormat) -> structlog.stdlib.ProcessorFormatter:
    last: Any = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    if form is LogFormat.JSON:
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_before(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            plain_traceback,
            mask,
            last,
        ],
    )


def _before() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]


@contextmanager
def told(form: LogFormat) -> Iterator[None]:
    """Write every line of the process, those of libraries too, to standard error meanwhile."""
    handler, root = logging.StreamHandler(sys.stderr), logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    handler.setFormatter(_formatter(form))
    root.addHandler(handler)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_before(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@contextmanager
def kept(folder: Path, process: str) -> Iterator[None]:
    """Keep the newest lines in files of this process too, for whoever is asked for help; go on without."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / f"site-{process}.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"
        )
    except OSError as error:
        _log.warning("lines of the log cannot be kept", why=error.strerror, folder=str(folder))
        yield
        return
    handler.setFormatter(_formatter(LogFormat.JSON))
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def newest(folder: Path, most: int) -> list[str]:
    """The newest lines that were kept, of every process, the oldest first."""
    lines: list[str] = []
    for path in sorted(folder.glob("site-*.log*"), key=lambda one: one.stat().st_mtime):
        lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-most:]
