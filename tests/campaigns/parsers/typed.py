"""What people type or send in Site Manager: settings, lists, hours, scales, numbers, the logo."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Any

from PIL import Image

from site_sync.domain.documents import codec as papers
from site_sync.domain.import_cells import answer, number, scaled
from site_sync.domain.policies import Policy
from site_sync.domain.scales import scales_text, scales_typed
from site_sync.domain.shop_rules import listed_refusal
from site_sync.manager import list_forms, opening_hours, policy_form
from site_sync.manager.list_forms import LISTS, Unreadable
from site_sync.service.shop_changes import policy_refusal
from site_sync.service.store_logo import MOST_BYTES, NoLogo, png_of, printable
from tests.campaigns.parsers import damage
from tests.campaigns.parsers.subject import Subject
from tests.domain import document_samples

POLICY = policy_form.texts(Policy(), "EUR")
BLANKS = [list_forms.blank(page.kind) for page in LISTS.values()]
FIELDS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("09:30 – 13:00, 14:00 – 18:00", opening_hours.day_typed),
    ("2026-12-24, 2026-12-25", opening_hours.closed_typed),
    ("1.259,90 EUR", lambda text: scaled(number(text, ","), 2)),
    ("1,259.90", lambda text: scaled(number(text, "."), 3)),
    ("yes", answer),
    ("12.50", lambda text: policy_form.scaled(text, 2)),
)


def _fields(chance: random.Random, given: dict[str, str]) -> dict[str, str]:
    """A form with some fields damaged."""
    names = chance.choices(list(given), k=chance.randint(1, 4))
    odd = {name: damage.text(chance, given[name] or chance.choice(("7", "18:00", "yes"))) for name in names}
    return given | odd


def _policy(given: dict[str, str]) -> None:
    """Read the settings; what is kept can be shown, and reads the same again."""
    policy, errors = policy_form.told(given, Policy(), "EUR")
    shown = policy_form.texts(policy, "EUR")
    policy_form.differences(policy, Policy(), "EUR")
    if not errors and policy_refusal(policy) is None:
        assert policy_form.told(shown, Policy(), "EUR") == (policy, {}), given


def _list(sent: tuple[int, dict[str, str]]) -> None:
    """Read an entry of a list up to whether the shop takes it."""
    known = BLANKS[sent[0]]
    one = list_forms.told(list(LISTS.values())[sent[0]].kind, sent[1], known, "EUR")
    if (refused := listed_refusal(one)) is None:
        list_forms.texts(one, "EUR")
    else:
        list_forms.problem(refused, "EUR")


def _list_sent(chance: random.Random) -> tuple[int, dict[str, str]]:
    place = chance.randrange(len(BLANKS))
    given = list_forms.texts(BLANKS[place], "EUR") | {"code": "fresh", "name_en": "Fresh", "order": "7"}
    return place, _fields(chance, given)


def _field(sent: tuple[str, Callable[[str], object]]) -> None:
    text, read = sent
    read(text)


def _field_sent(chance: random.Random) -> tuple[str, Callable[[str], object]]:
    sample, read = chance.choice(FIELDS)
    return damage.text(chance, sample), read


def _drawn(sort: str) -> bytes:
    memory = io.BytesIO()
    Image.linear_gradient("L").resize((60, 30)).save(memory, sort)
    return memory.getvalue()


PICTURES = [_drawn(sort) for sort in ("PNG", "JPEG", "GIF", "WEBP")]
DOCUMENTS = [papers.to_data(document) for document in document_samples.every_paper("da").values()]


def _logo(sent: bytes) -> None:
    assert len(sent) <= MOST_BYTES
    assert png_of(printable(sent))


def _paper(data: Any) -> None:
    """Read a paper; what was read is written and reads the same again."""
    document = papers.from_data(data)
    assert papers.from_data(papers.to_data(document)) == document, data


def _scales(text: str) -> None:
    """Read what scales print; at most the decimals that a line may name, and the same when shown."""
    forms = scales_typed(text)
    assert all(0 <= form.decimals <= 3 for form in forms), text
    assert scales_typed(scales_text(forms)) == forms, text


TYPED = {
    "policies": Subject(lambda chance: _fields(chance, POLICY), _policy),
    "lists": Subject(_list_sent, _list, (Unreadable,)),
    "fields": Subject(_field_sent, _field, (ValueError,)),
    "scales": Subject(lambda chance: damage.text(chance, "21 weight 3\n22 price 2"), _scales, (ValueError,)),
    "logos": Subject(lambda chance: damage.raw(chance, chance.choice(PICTURES)), _logo, (NoLogo,)),
    "papers": Subject(
        lambda chance: damage.document(chance, chance.choice(DOCUMENTS)), _paper, (papers.DocumentUnreadable,)
    ),
}
