"""Bandit over the product: a finding passes only where its own line says why, by the number that ruff shares.

Run by the gate as `python -m tests.house.bandit_findings`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.house.source import PRODUCT, ROOT

EXCUSED = {
    "B405 site_sync/service/sheets/workbook.py": "takes the name of an error; what reads the XML is openpyxl",
}
"""Findings of a whole file that no line can answer for: rule and file, with the reason."""
MARKED = "S608"
"""Statements made of names that the module itself wrote, values being parameters: the mark is enough."""
EMPTY = re.compile(r"Possible hardcoded password: ''$")
"""An empty text is no password: it says that there is none."""


def findings() -> list[dict[str, Any]]:
    """What bandit finds."""
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive", "--format", "json"]
    command += ["--configfile", "pyproject.toml", *PRODUCT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    report = json.loads(done.stdout)
    if report["errors"]:
        raise RuntimeError(str(report["errors"]))
    found: list[dict[str, Any]] = report["results"]
    return found


def answered(finding: dict[str, Any]) -> bool:
    """Whether the finding's own lines say why it is none."""
    lines = (ROOT / finding["filename"]).read_text(encoding="utf-8").splitlines()
    shared = finding["test_id"].replace("B", "S", 1)
    why = "" if shared == MARKED else r"[^-]* - \S"
    reason = re.compile(rf"# noqa: (?:S\d+, )*{shared}\b{why}")
    first, last = min(finding["line_range"]), max(finding["line_range"])
    return any(reason.search(line) for line in lines[first - 1 : last])


def unanswered() -> Iterator[str]:
    """Findings that nothing answers."""
    for finding in findings():
        place = f"{finding['test_id']} {finding['filename']}"
        if place not in EXCUSED and not EMPTY.search(finding["issue_text"]) and not answered(finding):
            yield f"{place}:{finding['line_number']} {finding['issue_text']}"


if __name__ == "__main__":
    left = list(unanswered())
    print("\n".join(left) or "bandit: nothing that its line does not answer")
    sys.exit(1 if left else 0)
