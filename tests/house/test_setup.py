"""What a person types first, and what it installs."""

import os
import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

TARGETS = ("help", "setup", "demo", "test", "bench", "audit", "sbom", "pins", "run-till", "run-site")
PLACES_OF_ONE_MACHINE = re.compile(
    r"/work/|/root/|/home/|/opt/(?!handover)|@ ?file:|https?://[^/\s]*:[^/\s]*@"
)
WRITTEN_BY_HAND = ("site_sync", "pos_app", "tests", "resources", "packaging", "docs", ".ci")
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".sh", ".html", ".css", ".js", ".ini", ".service", ".cfg", ""}


def test_every_command_of_the_readme_is_there() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make (\S+)", listed, re.MULTILINE) == list(TARGETS)


@pytest.mark.parametrize("target", ["demo", "test", "bench", "run-till", "run-site"])
def test_what_needs_the_environment_prepares_it(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}: setup ", makefile, re.MULTILINE)


def test_the_gate_in_ci_is_the_command_of_the_readme_and_nothing_else() -> None:
    run = ROOT / ".ci" / "run"
    lines = [
        line for line in run.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
    assert os.access(run, os.X_OK)
    assert re.search(r"^    make test ", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_dependency_has_a_tested_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"] + project["optional-dependencies"]["dev"]]
    pins = _pins()
    unpinned = [
        str(requirement)
        for requirement in wanted
        if (requirement.marker is None or requirement.marker.evaluate())
        and not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
    ]
    assert unpinned == []


def test_an_unknown_group_of_system_packages_is_refused() -> None:
    script = ROOT / "packaging" / "install-system-libraries"
    told = subprocess.run([script, "everything"], capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert "unknown group 'everything'" in told.stderr


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    paths = [path for folder in WRITTEN_BY_HAND for path in (ROOT / folder).rglob("*")]
    paths += [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    telling = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in paths
        if path.suffix in TEXT and path.is_file() and path.name != "test_setup.py"
        for match in PLACES_OF_ONE_MACHINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert telling == []


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split()[0].split("==") for line in lines if "==" in line]
    return {canonicalize_name(name): version for name, version in pairs}
