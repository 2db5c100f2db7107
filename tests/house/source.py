"""The project's own Python files, read for the tests of the house rules."""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("site_sync", "pos_app")

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where a statement holds others."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, its dotted name, its text and its tree."""

    path: str
    name: str
    text: str
    tree: ast.Module

    def line(self, number: int) -> str:
        return self.text.splitlines()[number - 1]


def modules(*folders: str) -> tuple[Module, ...]:
    """Return every Python file below `folders`, sorted by path."""
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    gc.disable()  # all that is made is kept: collecting meanwhile takes three quarters of the time
    try:
        return tuple(_read(path) for path in files)
    finally:
        gc.freeze()
        gc.enable()


def functions(module: Module) -> Iterator[tuple[str, FunctionNode]]:
    """Yield each function with its qualified name, nested ones included."""
    yield from _functions_below(module.tree, prefix="")


@cache
def imported_names(module: Module) -> tuple[tuple[int, str], ...]:
    """Return line and dotted name of each import: `import a.b` and `from a.b import c` as `a.b.c`."""
    return tuple(_imported_names(module))


def imports(module: Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield each import; only statements are looked through, as no expression holds one."""
    left: list[ast.AST] = [module.tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        for block in BLOCKS:
            left += getattr(node, block, ())


def _imported_names(module: Module) -> Iterator[tuple[int, str]]:
    for node in imports(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif node.module is not None and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for such an expression, otherwise an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else f".{node.attr}"
    return ""


@cache
def _read(path: Path) -> Module:
    relative = path.relative_to(ROOT)
    text = path.read_text(encoding="utf-8")
    parts = relative.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(str(relative), name, text, ast.parse(text, filename=str(relative)))


def _functions_below(node: ast.AST, *, prefix: str) -> Iterator[tuple[str, FunctionNode]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            yield prefix + child.name, child
        inner = f"{prefix}{child.name}." if isinstance(child, FunctionNode | ast.ClassDef) else prefix
        yield from _functions_below(child, prefix=inner)
