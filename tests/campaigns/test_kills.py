"""Kills of a real till and a real site in the gate: a few, in a process that may be forked."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.long

CYCLES = 3


def test_no_kill_takes_or_doubles_what_was_acknowledged() -> None:
    words = [sys.executable, "-m", "tests.campaigns.kills", "--cycles", str(CYCLES)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CYCLES} cycles on sqlite" in done.stdout
    assert "every promise was kept" in done.stdout
