"""What every test runs under: no real screen, strict logs, real servers on request."""

import os

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
    """Begin with the tests marked `long`, so that none is left for one worker at the end; else any order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
