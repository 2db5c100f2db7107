"""A bench for each test of the operations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desks import Bench, open_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """One till with a small shop."""
    bench = open_bench(tmp_path / "till")
    yield bench
    bench.store.close()
