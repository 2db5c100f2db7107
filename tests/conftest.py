"""What every test runs under: no real screen, strict logs, real servers on request."""

import os
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "gate",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", parent=settings.get_profile("gate"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

pytest_plugins = [
    "tests.fixtures.ports",  # first, as others import it
    "tests.fixtures.display",
    "tests.fixtures.heap",
    "tests.fixtures.logs",
    "tests.fixtures.mail",
    "tests.fixtures.measured",
    "tests.fixtures.postgres",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker begin with its part of the tests marked `long`, so that none is left for the end."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    modules: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("long") is not None:
            modules.setdefault(item.path, []).append(item)
    firsts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for place, module in enumerate(modules.values()):
        firsts[place % workers] += module
    others = iter([item for item in items if item.get_closest_marker("long") is None])
    left = len(items)
    items.clear()
    for place, first in enumerate(firsts):
        share = left // (workers - place)  # as `--dist worksteal` cuts what was collected
        part = [*first, *islice(others, max(0, share - len(first)))]
        items += part
        left -= len(part)
    items += others
