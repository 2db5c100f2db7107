"""What every test runs under: no real screen, strict logs, real servers on request."""

import os

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
    "tests.fixtures.postgres",
]
