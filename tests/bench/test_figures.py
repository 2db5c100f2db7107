"""The figures know their limits, and every measurement can be called by name."""

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES, main
from tests.bench.figures import Figure, percentile, write

FAST = Figure("save", 3.0, 2.0, "ms", 2.0, note="five lines")
SLOW = Figure("orders", 100.0, 400.0, "orders/s", 0.4, at_least=True)


def test_a_ratio_is_held_to_its_limit_from_the_side_that_counts() -> None:
    assert (FAST.ratio, FAST.kept) == (1.5, True)
    assert (SLOW.ratio, SLOW.kept) == (0.25, False)


def test_a_line_says_value_peer_ratio_limit_and_verdict() -> None:
    words = FAST.line().split()
    assert words == ["save", "3.00", "/", "2.00", "ms", "=", "1.50", "<=", "2", "ok", "five", "lines"]
    assert "MISSED" in SLOW.line()


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (51.0, 100.0)


def test_figures_are_kept_with_their_ratio_and_verdict(tmp_path: Path) -> None:
    write([FAST, SLOW], tmp_path / "bench" / "latest.json")
    kept = json.loads((tmp_path / "bench" / "latest.json").read_text(encoding="utf-8"))
    assert [(row["name"], row["ratio"], row["kept"]) for row in kept] == [
        ("save", 1.5, True),
        ("orders", 0.25, False),
    ]


def test_figures_that_were_not_measured_again_stay(tmp_path: Path) -> None:
    write([FAST, SLOW], tmp_path / "latest.json")
    write([Figure("save", 2.0, 2.0, "ms", 2.0)], tmp_path / "latest.json")
    kept = json.loads((tmp_path / "latest.json").read_text(encoding="utf-8"))
    assert [(row["name"], row["ratio"]) for row in kept] == [("orders", 0.25), ("save", 1.0)]


def test_an_unknown_measurement_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in ("speed", *BENCHES))
