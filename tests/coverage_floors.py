"""Holds measured coverage to the floors that pyproject.toml names."""

import json
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Share:
    """Statements and branches of some files: how many there are, and how many ran."""

    possible: int
    covered: int

    @property
    def percent(self) -> float:
        return 100 * self.covered / self.possible if self.possible else 0.0


def main() -> int:
    """Print each floor with what was measured; return 1 if any is missed."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors: dict[str, float] = settings["tool"]["handover"]["coverage_floors"]
    files = _measured_files()
    missed = [prefix for prefix, floor in floors.items() if not _holds(files, prefix=prefix, floor=floor)]
    return 1 if missed else 0


def tally(files: dict[str, Any], prefix: str) -> Share:
    """Sum up the files below `prefix` of coverage's JSON report."""
    summaries = [report["summary"] for path, report in files.items() if path.startswith(prefix)]
    return Share(
        possible=sum(s["num_statements"] + s["num_branches"] for s in summaries),
        covered=sum(s["covered_lines"] + s["covered_branches"] for s in summaries),
    )


def _measured_files() -> dict[str, Any]:
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report))
        files: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["files"]
    return files


def _holds(files: dict[str, Any], *, prefix: str, floor: float) -> bool:
    measured = tally(files, prefix)
    verdict = "ok" if measured.percent >= floor else "BELOW THE FLOOR"
    print(f"{prefix:<44} {measured.percent:6.2f} %   floor {floor:6.2f} %   {verdict}")
    if measured.percent < floor:
        _print_gaps(files, prefix)
    return measured.percent >= floor


def _print_gaps(files: dict[str, Any], prefix: str) -> None:
    for path, report in files.items():
        branches = [f"{start}->{end}" for start, end in report.get("missing_branches", [])]
        if path.startswith(prefix) and (report["missing_lines"] or branches):
            print(f"    {path}: lines {report['missing_lines']} branches {branches}")


if __name__ == "__main__":
    sys.exit(main())
