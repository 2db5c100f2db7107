"""Modules and functions stay within their budgets."""

import ast

from tests.house.budgets import EXCEPTIONS_FILE, complaints, overruns, read_exceptions
from tests.house.source import Module, modules


def test_budgets_are_kept() -> None:
    excepted = read_exceptions(EXCEPTIONS_FILE.read_text(encoding="utf-8"))
    assert complaints(overruns(modules("site_sync", "pos_app", "tests")), excepted) == []


def test_overruns_are_found() -> None:
    long_body = "\n".join(["    x = 1"] * 41)
    text = (
        f"def wide(self, a, b, *, c, d, e, f): pass\nclass Till:\n  def long(self):\n{long_body}\n"
        + "\n" * 400
    )
    module = Module("till.py", "till", text, ast.parse(text))
    assert overruns([module]) == {
        "module-lines till.py": 444,
        "function-lines till.py:Till.long": 42,
        "parameters till.py:wide": 6,
    }


def test_exceptions_only_shrink() -> None:
    excepted = read_exceptions("module-lines a.py 450  # why\nparameters b.py:f 6\n")
    assert complaints({"module-lines a.py": 450, "parameters b.py:f": 6}, excepted) == []
    assert len(complaints({"module-lines a.py": 451, "parameters b.py:f": 6}, excepted)) == 1
    assert len(complaints({"module-lines a.py": 449, "parameters b.py:f": 6}, excepted)) == 1
    assert len(complaints({"module-lines a.py": 450}, excepted)) == 1
