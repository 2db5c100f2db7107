"""What is said of a problem is true of its order."""

from __future__ import annotations

import pytest

from site_sync.domain.commands import ActKind
from site_sync.domain.errors import Code
from site_sync.domain.orders import Stage
from site_sync.domain.problem_choices import Meaning, outlook
from site_sync.domain.problems import ProblemRecord
from tests.builders import NOW


@pytest.mark.parametrize(
    ("stage", "said"),
    [(Stage.TO_COLLECT, Meaning.STILL_RESERVED), (Stage.DONE, Meaning.ORDER_UNCHANGED)],
)
def test_goods_stay_reserved_only_where_the_order_still_holds_some(stage: Stage, said: Meaning) -> None:
    problem = ProblemRecord(
        id="c1",
        at=NOW,
        store="S01",
        code=Code.NOT_ALLOWED_IN_STAGE.value,
        facts={"stage": stage.value},
        order_id="o1",
        command_id="c1",
        act=ActKind.CANCEL.value,
    )
    assert outlook(problem, None, order_known=True).meanings == (said,)
