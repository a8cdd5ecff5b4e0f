"""Files damaged at random, in a process of their own with little memory: refused or shown, and never anything else.

Ten seconds here; ``FUZZ_SECONDS=60`` makes it a minute, which the build server does.
"""

import os
import subprocess
import sys

import pytest

from tests.samples import ROOT

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60" if os.environ.get("CI") else "10"))
LONGEST_HANG_S = 60


@pytest.mark.timeout(int(SECONDS) + 3 * LONGEST_HANG_S)
def test_that_damaged_files_are_shown_or_refused_in_bounded_memory() -> None:
    command = [sys.executable, "-m", "tests.unit.model.fuzzing", "--seconds", str(SECONDS), "--seed", "20261121"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS + LONGEST_HANG_S, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    tried, outcomes = done.stdout.split(" files: ")
    assert int(tried) > 20 * SECONDS
    assert "'shown'" in outcomes
    assert "'DAMAGED_PIXELS'" in outcomes
