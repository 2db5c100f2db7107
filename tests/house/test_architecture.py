"""The arrows that import-linter cannot see: who owns a library, and who may ask the outside world."""

import ast
import sys
import tomllib
from collections.abc import Iterator

from tests.house.source import PRODUCT, ROOT, Module, dotted, imported_names, imports, modules

OWNERS = {
    "requests": ("site_sync.worker.client",),
    "cv2": ("pos_app.hardware",),
    "zxingcpp": ("pos_app.hardware",),
    "pyzbar": ("pos_app.hardware",),
    "escpos": ("pos_app.hardware",),
    "stripe": ("pos_app.hardware",),
    "PySide6": (
        "pos_app.background",
        "pos_app.ui",
        "pos_app.app",
        "pos_app.assembly",
        "pos_app.walk_through",
    ),
    "sqlalchemy": ("pos_app.store", "site_sync.service"),
    "sqlite3": ("pos_app.store", "site_sync.service"),
    "alembic": ("site_sync.service.database",),
    "psycopg": ("site_sync.service.database",),
    "fastapi": ("site_sync.service", "site_sync.manager", "site_sync.serving"),
    "argon2": ("site_sync.service", "site_sync.protocol"),
    "pyotp": ("site_sync.service",),
    "zxcvbn": ("site_sync.service",),
    "standardwebhooks": ("site_sync.service",),
    "smtplib": ("site_sync.service.notify",),
}
ONE_OWNER_FILE = ("requests", "zxingcpp", "pyzbar", "escpos", "stripe", "pyotp", "zxcvbn")
OUTSIDE_WORLD = {
    "asyncio", "getpass", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "signal", "socket",
    "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "time.time",
}
WITHOUT_CLOCK = (
    "site_sync/domain",
    "site_sync/protocol",
    "site_sync/worker",
    "pos_app/operations",
    "pos_app/store",
)
NEVER_FLOAT = {"money", "quantities", "deposits", "actions", "orders", "commands"}


def test_each_library_stays_with_its_owner() -> None:
    strays = [
        f"{module.path}:{line} imports {name}"
        for module in modules(*PRODUCT)
        for line, name in imported_names(module)
        if (library := name.partition(".")[0]) in OWNERS and not _is_below(module.name, OWNERS[library])
    ]
    assert strays == []


def test_each_device_library_has_one_owner_file() -> None:
    for library in ONE_OWNER_FILE:
        owners = {
            m.path for m in modules(*PRODUCT) for _, n in imported_names(m) if n.partition(".")[0] == library
        }
        assert len(owners) <= 1, f"{library} is imported by {sorted(owners)}"


def test_the_domain_is_standard_library_only() -> None:
    strays = [
        f"{module.path}:{line} imports {name}"
        for module in modules("site_sync/domain")
        for line, name in imported_names(module)
        if not name.startswith("site_sync.domain.") and name.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert strays == []


def test_the_domain_does_not_touch_the_outside_world() -> None:
    strays = [
        f"{module.path}:{line} imports {name}"
        for module in modules("site_sync/domain")
        for line, name in imported_names(module)
        if name.partition(".")[0] in OUTSIDE_WORLD
    ]
    assert strays == []


def test_time_is_given_to_the_rules() -> None:
    readers = [
        f"{module.path}:{node.lineno} {dotted(node)}"
        for module in modules(*WITHOUT_CLOCK)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCK
    ]
    assert readers == []


def test_amounts_are_never_float() -> None:
    sources = [m for m in modules("site_sync/domain") if set(m.name.split(".")) & NEVER_FLOAT]
    assert [place for module in sources for place in _floats(module)] == []


def test_imports_are_absolute() -> None:
    relative = [
        f"{module.path}:{node.lineno}"
        for module in modules(*PRODUCT, "tests")
        for node in imports(module)
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert relative == []


def test_nobody_imports_the_composition_root_of_the_till() -> None:
    importers = [
        module.path
        for module in modules(*PRODUCT)
        for _, name in imported_names(module)
        if _is_below(name, ("pos_app.app",)) and module.name != "pos_app.__main__"
    ]
    assert importers == []


def test_import_linter_watches_every_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = {
        name.strip(" ()")
        for contract in settings["contracts"]
        for layer in contract.get("layers", [])
        for name in layer.split("|")
    }
    packages = {".".join(m.name.split(".")[:2]) for m in modules(*PRODUCT) if m.path.endswith("__init__.py")}
    assert packages - set(PRODUCT) - layers == set()


def _is_below(name: str, owners: tuple[str, ...]) -> bool:
    return any(name == owner or name.startswith(f"{owner}.") for owner in owners)


def _floats(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_name = isinstance(node, ast.Name) and node.id == "float"
        if (is_literal or is_name) and isinstance(node, ast.expr):
            yield f"{module.path}:{node.lineno}"
