"""What messages say: the shipped phrases, a shop's own instead of them, both written out in a sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from site_sync.service.notify.message_outbox import Channel, MessageKind
from site_sync.service.order_view import OrderView

RESOURCES = Path(__file__).resolve().parents[3] / "resources" / "mail"
PHRASED = tuple(kind for kind in MessageKind if kind is not MessageKind.RECEIPT)
"""Messages made of phrases; a receipt speaks for itself."""
LONGEST_LINE, LONGEST_TEXT, LONGEST_SMS = 200, 4000, 600
FILTERS = ("upper", "lower", "title", "length", "join", "first")
MOST_WRITTEN = 20_000
"""Characters that a phrase may become."""
FACTS = (
    "number", "name", "shop", "store", "address", "deadline", "promised", "due", "refundable", "tracking",
    "collector", "page", "ready", "waiting", "short", "collected", "asked",
)  # fmt: skip
"""What a phrase may name; the last five are lists of things with a quantity and a name."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message's subject line, its heading and its text; a text message has a text alone."""

    text: str
    subject: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Which message a phrase is for; an empty delivery method means every one without a phrase of its own."""

    channel: Channel
    kind: MessageKind
    language: str
    method: str = ""


class PhraseBroken(ValueError):
    """A phrase cannot be written out: in which field, on which line, why."""

    def __init__(self, field: str, line: int, reason: str) -> None:
        super().__init__(f"{field}, line {line}: {reason}")
        self.field = field
        self.line = line
        self.reason = reason


class _Sandbox(ImmutableSandboxedEnvironment):
    """No calls, no endless texts, no names beyond the facts."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, _context: Any, operator: str, _left: Any, _right: Any) -> NoReturn:
        """Refuse what makes a short text a long one."""
        raise SecurityError(f"the sign {operator} is not for messages")

    def call(self, *_given: Any, **_named: Any) -> NoReturn:
        """Nothing is called from a phrase."""
        raise SecurityError("nothing can be called from a message; use a filter such as upper")


_SAYABLE: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Slice, nodes.Tuple, nodes.List, nodes.If, nodes.CondExpr, nodes.For, nodes.Filter, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.Keyword, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Concat,
    nodes.Call, nodes.Include,
)  # fmt: skip
"""What a phrase is made of; the sandbox says of some of these why they are nothing for messages.

A name that is set can be doubled line by line, until no memory holds it: nothing is set in a phrase.
"""


def _joined(value: object, between: str = "") -> str:
    """Join for lists: a text joined again and again would grow with every time."""
    if not isinstance(value, list | tuple):
        raise SecurityError("join is for lists")
    return between.join(str(one) for one in value)


@lru_cache(maxsize=1)
def _sandbox() -> _Sandbox:
    made = _Sandbox(undefined=StrictUndefined, keep_trailing_newline=True)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS} | {"join": _joined}
    return made


@lru_cache(maxsize=1)
def wording() -> dict[str, Any]:
    """All shipped words by language."""
    words: dict[str, Any] = json.loads((RESOURCES / "wording.json").read_text("utf-8"))
    return words


def shipped(place: Place) -> Phrase:
    """The phrase that comes with the product."""
    words = wording()[place.language]
    if place.channel is Channel.SMS:
        return Phrase(words["sms"][place.kind.value])
    said = words[place.kind.value]
    return Phrase(said["lead"], said["subject"], said["title"])


def facts_of(view: OrderView, shop: str) -> dict[str, Any]:
    """What a phrase may name, of one order."""
    return {
        "number": view.number,
        "name": view.customer,
        "shop": shop,
        "store": view.store.name if view.store else "",
        "address": view.store.address if view.store else "",
        "deadline": view.collect_by,
        "promised": view.promised,
        "due": view.due,
        "refundable": view.refundable,
        "tracking": view.tracking,
        "collector": view.collector,
        "page": view.page,
        "ready": [_thing(line) for line in view.ready],
        "waiting": [_thing(line) for line in view.waiting],
        "short": [_thing(line) for line in view.short],
        "collected": [_thing(line) for line in view.collected],
        "asked": [_thing(line) for line in view.asked],
    }


def _thing(line: Any) -> dict[str, str]:
    return {"quantity": line.quantity, "name": line.name}


def written(phrase: Phrase, facts: Mapping[str, Any]) -> Phrase:
    """The phrase with its facts put in; PhraseBroken says where it cannot be."""
    named = [field.name for field in fields(Phrase)]
    return Phrase(**{name: _written(name, getattr(phrase, name), facts) for name in named})


_FAULTS: tuple[type[Exception], ...] = (
    TemplateError, TypeError, ValueError, KeyError, AttributeError, RecursionError, ArithmeticError,
)  # fmt: skip
"""What writing a phrase out can end in, by what somebody typed."""
_UNKNOWN = re.compile(r"'(\w+)' is undefined")


def _written(field: str, source: str, facts: Mapping[str, Any]) -> str:
    made, length = [], 0
    try:
        tree = _sandbox().parse(source)
        _check_shape(field, tree)
        for part in _sandbox().from_string(tree).generate(facts):
            made.append(part)
            length += len(part)
            if length > MOST_WRITTEN:
                raise PhraseBroken(field, 1, "it becomes far too long")
    except PhraseBroken:
        raise
    except TemplateSyntaxError as error:
        raise PhraseBroken(field, error.lineno, error.message or "cannot be read") from error
    except SyntaxError as error:  # what Python says of the program that a template becomes
        raise PhraseBroken(field, 1, "too much stands within each other") from error
    except UndefinedError as error:
        line, unknown = _line_of(error), _UNKNOWN.fullmatch(str(error))
        if unknown is None:
            raise PhraseBroken(field, line, str(error)[:200]) from error
        name = unknown[1]
        raise PhraseBroken(field, line, f"there is no fact {name}") from error
    except _FAULTS as error:
        raise PhraseBroken(field, _line_of(error), str(error)[:200]) from error
    return "".join(made)


def _check_shape(field: str, tree: nodes.Template) -> None:
    """Refuse, before anything is worked out, what could take memory or time without end."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _SAYABLE):
            raise PhraseBroken(field, node.lineno, "a message may name facts, ask if, and go through a list")
        if isinstance(node, nodes.For) and next(node.find_all(nodes.For), None) is not None:
            raise PhraseBroken(field, node.lineno, "a loop within a loop is not for messages")
        if isinstance(node, nodes.Filter) and not _plain(node):
            raise PhraseBroken(field, node.lineno, "a filter takes nothing but a text in quotes")


def _plain(used: nodes.Filter) -> bool:
    """Whether a filter is given texts as they stand, and so makes no more of a text than they hold."""
    named = used.kwargs or used.dyn_args or used.dyn_kwargs
    return not named and all(isinstance(one, nodes.Const) for one in used.args)


def _line_of(error: BaseException) -> int:
    """The line of the phrase that an error came from; Jinja gives its templates that name in tracebacks."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def check(phrase: Phrase, channel: Channel, samples: list[dict[str, Any]]) -> list[PhraseBroken]:
    """What is wrong with a phrase, tried on samples that have everything and nothing."""
    most = LONGEST_SMS if channel is Channel.SMS else LONGEST_TEXT
    limits = {"subject": LONGEST_LINE, "title": LONGEST_LINE, "text": most}
    needed = ("text",) if channel is Channel.SMS else tuple(limits)
    found = [PhraseBroken(name, 1, "is missing") for name in needed if not getattr(phrase, name).strip()]
    for name, limit in limits.items():
        source = getattr(phrase, name)
        if len(source) > limit:
            found.append(PhraseBroken(name, 1, f"is longer than {limit} characters"))
            continue
        try:
            for sample in samples:
                _written(name, source, sample)
        except PhraseBroken as broken:
            found.append(broken)
    return found
