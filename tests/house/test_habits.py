"""The habits of the code that no other tool watches."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.house.source import PRODUCT, ROOT, Module, dotted, imported_names, modules

VAGUE_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "shared",
    "base",
    "manager",
    "managers",
}
NAMED_BY_THE_DESIGN = {"site_sync/manager", "tests/manager"}
VAGUE_CLASS = re.compile(r"(Manager|Helper|Helpers|Utils|Util|Base)$")
OUTERMOST = re.compile(r"#.*outermost loop")
WAITING_BLINDLY = {
    "time.sleep",
    "sleep",
    "QTest.qWait",
    "QTest.qSleep",
    "qtbot.wait",
    "QThread.msleep",
    "QThread.sleep",
}
NOT_RUN = {"pytest.skip", "pytest.xfail", "pytest.importorskip"}
NOT_RUN |= {f"pytest.mark.{mark}" for mark in ("skip", "skipif", "xfail")}
MOCKS = ("unittest.mock", "mock", "pytest_mock")
OWN_CODE = ("site_sync", "pos_app", "tests")


def test_every_module_says_what_it_is() -> None:
    silent = [module.path for module in modules(*OWN_CODE) if not ast.get_docstring(module.tree)]
    assert silent == []


def test_every_package_is_declared() -> None:
    folders = {ROOT / PurePosixPath(module.path).parent for module in modules(*PRODUCT)}
    assert sorted(str(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


def test_names_of_files_and_folders_say_what_is_in_them() -> None:
    parts = {
        str(PurePosixPath(*path.parts[: depth + 1]).with_suffix(""))
        for path in (PurePosixPath(module.path) for module in modules(*OWN_CODE))
        for depth in range(len(path.parts))
    }
    vague = {part for part in parts if PurePosixPath(part).name in VAGUE_NAMES}
    assert vague - NAMED_BY_THE_DESIGN == set()


def test_names_of_classes_say_what_they_are() -> None:
    vague = [
        f"{module.path}: {node.name}"
        for module in modules(*OWN_CODE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and VAGUE_CLASS.search(node.name)
    ]
    assert vague == []


def test_any_exception_is_caught_only_at_the_outermost_loops() -> None:
    places = [place for module in modules(*OWN_CODE) for place in _catch_alls(module)]
    assert places == []


def test_tests_never_wait_blindly() -> None:
    assert _uses(WAITING_BLINDLY) == []


def test_every_test_is_run() -> None:
    assert _uses(NOT_RUN) == []


def test_nothing_of_ours_is_mocked() -> None:
    mocked = [
        f"{module.path}:{line}"
        for module in modules("tests")
        for line, name in imported_names(module)
        if any(name == mock or name.startswith(f"{mock}.") for mock in MOCKS)
    ]
    assert mocked == []


def test_no_item_of_a_layout_is_asked_for() -> None:
    """PySide keeps layout items that Qt has freed, and crashes on what comes after; see `cards.laid_out`."""
    assert [module.path for module in modules("pos_app") if _calls(module, "itemAt")] == []


def _calls(module: Module, name: str) -> list[ast.Call]:
    found = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return [node for node in found if isinstance(node.func, ast.Attribute) and node.func.attr == name]


def _catch_alls(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler) or _passes_it_on(node):
            continue
        if OUTERMOST.search(module.line(node.lineno)):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(kind is None or dotted(kind) in ("Exception", "BaseException") for kind in caught):
            yield f"{module.path}:{node.lineno}"


def _passes_it_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _uses(names: set[str]) -> list[str]:
    return [
        f"{module.path}:{node.lineno} {dotted(node)}"
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in names
    ]
