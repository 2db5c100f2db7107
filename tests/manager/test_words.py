"""Every code that a page may show has a word."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import typing
from collections.abc import Iterator

from site_sync.domain.catalogue import Category, Item
from site_sync.domain.customers import Customer
from site_sync.domain.errors import Code
from site_sync.domain.import_columns import guessed
from site_sync.domain.problem_choices import ALARMS, PARKED
from site_sync.domain.shop import DeliveryMethod, Reason, Source, StaffMember, Store, Tender
from site_sync.domain.stock import StockReason
from site_sync.manager import speech, wording
from site_sync.manager.file_answers import headed
from site_sync.manager.policy_form import FIELDS
from site_sync.manager.wording import WORDS
from site_sync.service import export_rows, intake_acts, retention, soundness
from site_sync.service.connector_register import ConnectorSettings
from site_sync.service.jobs.messages import KINDS
from site_sync.service.notify.message_outbox import MessageKind
from site_sync.service.settings import Settings
from tests.builders import NOW

WRITTEN_DOWN = (
    Category, Customer, ConnectorSettings, DeliveryMethod, Item, Reason, Source, StaffMember, Store, Tender,
)  # fmt: skip
"""What the audit tells of field by field."""


def _words(section: str) -> set[str]:
    found: dict[str, dict[str, str]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return set(found[section])


def _fields(kind: type, path: str = "") -> Iterator[str]:
    """Fields as the audit names them: members of members by dotted path."""
    hints = typing.get_type_hints(kind)
    for one in dataclasses.fields(kind):
        inner = hints[one.name]
        if isinstance(inner, type) and dataclasses.is_dataclass(inner):
            yield from _fields(inner, f"{path}{one.name}.")
        else:
            yield path + one.name


def test_what_the_audit_names_has_a_word() -> None:
    named = {name for kind in WRITTEN_DOWN for name in _fields(kind)}
    assert sorted(named - _words("settings_field") - set(FIELDS)) == []


def test_checks_and_movements_have_a_word() -> None:
    assert {check.name for check in soundness.CHECKS} - _words("check") == set()
    assert {reason.value for reason in StockReason} - _words("reason") == set()


def test_what_is_forgotten_has_a_word() -> None:
    rules = {rule.name for rule in retention._rules(Settings(database="sqlite://"), NOW)}
    assert rules | {"results", "changes", "people of orders"} == _words("forgotten")


def test_every_message_has_a_name_on_its_order() -> None:
    assert set(KINDS) == set(MessageKind)


def test_headings_of_tables_are_said_and_those_an_import_reads_are_known_in_each_language() -> None:
    read = (tuple(export_rows.GOODS.values()), export_rows.STOCK, export_rows.TEMPLATE[0])
    others = (export_rows.ORDERS, export_rows.JOURNALS, export_rows.AUDIT, export_rows.PROBLEMS)
    assert {str(text) for head in (*read, *others) for text in head} == _words("heading")
    for language in speech.LANGUAGES:
        with speech.speaking(language):
            for head in read:
                [said] = headed([head])
                assert guessed(map(str, said)) == guessed(map(str, head)), language


def test_one_of_what_is_counted_is_said_as_one() -> None:
    assert wording.counted("finding", "till_fenced", 1).startswith("One till is fenced")
    assert wording.counted("finding", "till_fenced", 2).startswith("2 tills are fenced")
    assert wording.counted("finding", "no_phone", 1) == wording.word("finding", "no_phone")


def test_why_the_site_took_in_nothing_has_words() -> None:
    unfit = set(re.findall(r'_Unfit\("(\w+)"', inspect.getsource(intake_acts)))
    assert len(unfit) > 5
    assert unfit | ALARMS | PARKED | {Code.EMAIL_INVALID.value} <= _words("refusal")
