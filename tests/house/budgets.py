"""How long modules and functions may be, and how many parameters a function may have."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.house.source import FunctionNode, Module, functions

MODULE_LINES = 400
FUNCTION_LINES = 40
PARAMETERS = 5

EXCEPTIONS_FILE = Path(__file__).with_name("budget_exceptions.txt")


def overruns(sources: Iterable[Module]) -> dict[str, int]:
    """Return what is over its budget, as `rule path[:function]` with its size."""
    return {key: size for module in sources for key, size in _overruns_of(module)}


def read_exceptions(text: str) -> dict[str, int]:
    """Read lines of `rule path[:function] size`; `#` starts a comment."""
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return {f"{words[0]} {words[1]}": int(words[2]) for words in lines if words}


def complaints(found: dict[str, int], excepted: dict[str, int]) -> list[str]:
    """Return one sentence per overrun without an exception and per exception without need."""
    grown = [f"{key}: {size} is over budget" for key, size in found.items() if size > excepted.get(key, 0)]
    idle = [
        f"{key}: exception for {size}, now {found.get(key, 'within budget')}; lower or remove it"
        for key, size in excepted.items()
        if found.get(key, 0) < size
    ]
    return grown + idle


def parameter_count(function: FunctionNode) -> int:
    """Count the parameters a caller can fill, without `self` and `cls`."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    own = [argument for argument in named if argument.arg not in ("self", "cls")]
    return len(own) + len(starred)


def _overruns_of(module: Module) -> Iterator[tuple[str, int]]:
    length = len(module.text.splitlines())
    if length > MODULE_LINES:
        yield f"module-lines {module.path}", length
    for name, function in functions(module):
        place = f"{module.path}:{name}"
        lines = _line_count(function)
        if lines > FUNCTION_LINES:
            yield f"function-lines {place}", lines
        parameters = parameter_count(function)
        if parameters > PARAMETERS:
            yield f"parameters {place}", parameters


def _line_count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1
