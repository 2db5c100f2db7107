"""Work handed to the database thread takes the desk and just what comes with it; types cannot say so."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TILL = Path(__file__).parents[2] / "pos_app"
HANDS_OVER = ("run", "act", "call")


def _imported(tree: ast.Module) -> dict[str, Any]:
    """What a module has from the operations, by the name it uses for it."""
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pos_app.operations"):
            for name in node.names:
                parent = importlib.import_module(str(node.module))
                path = f"{node.module}.{name.name}"
                known = hasattr(parent, name.name)
                thing = getattr(parent, name.name) if known else importlib.import_module(path)
                found[name.asname or name.name] = thing
    return found


def _misfits(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known = _imported(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        work = node.args[0]
        if node.func.attr not in HANDS_OVER or any(isinstance(one, ast.Starred) for one in node.args):
            continue
        if isinstance(work, ast.Attribute) and isinstance(work.value, ast.Name) and work.value.id in known:
            function = getattr(known[work.value.id], work.attr)
            try:
                inspect.signature(function).bind(*node.args)
            except TypeError as no:
                yield f"{path.name}:{node.lineno} {work.attr}: {no}"


def test_what_is_handed_to_the_database_thread_can_be_called_there() -> None:
    assert [line for path in sorted(TILL.rglob("*.py")) for line in _misfits(path)] == []


def test_a_function_without_the_desk_is_told(tmp_path: Path) -> None:
    wrong = "from pos_app.operations import collecting\ntasks.run(collecting.as_row, found, then=show)\n"
    (tmp_path / "flow.py").write_text(wrong)
    assert [line.partition(":")[0] for line in _misfits(tmp_path / "flow.py")] == ["flow.py"]
