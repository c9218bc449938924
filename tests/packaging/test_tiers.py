"""The quick tier leaves out what it says it leaves out, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.tiers import examples

ROOT = Path(__file__).parents[2]
#: A module that is marked portable, and one that is not.
PORTABLE, OTHER = "tests/demo/test_load.py", "tests/database/test_engine.py"
#: A module about locks.
SERVER = "tests/services/at_once/test_one_uid_twice.py"
WHEEL = "tests/packaging/test_wheel.py"
#: A test that starts a process for each case.
PROCESSES = "tests/cli/test_mounted.py::test_refused_at_each_place_in_a_process_of_its_own"


@pytest.fixture
def profiles() -> Iterator[None]:
    """Restore the profile of hypothesis."""
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


@pytest.mark.whole
def test_the_quick_tier_runs_a_marked_module_on_one_database_alone() -> None:
    """Any other runs on both databases; what needs the package index, and what is of the whole matrix alone, is left out."""
    alone = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    collect = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", "--tier", "quick"]
    done = subprocess.run(
        [*collect, PORTABLE, SERVER, OTHER, WHEEL, PROCESSES],
        cwd=ROOT,
        env=alone,
        capture_output=True,
        text=True,
        check=True,
    )
    tests = [line for line in done.stdout.splitlines() if "::" in line and not line.startswith((WHEEL, PROCESSES))]
    found = {(line.split("::")[0], "postgresql" if "[postgresql" in line else "sqlite") for line in tests}
    assert found == {(OTHER, "sqlite"), (OTHER, "postgresql"), (PORTABLE, "sqlite"), (SERVER, "postgresql")}
    assert f"{WHEEL}::test_the_wheel_holds_the_package_alone" in done.stdout
    assert "test_the_wheel_works_without_the_development_tools" not in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith(PROCESSES)] == [f"{PROCESSES}[crm]"]


@pytest.mark.usefixtures("profiles")
def test_a_random_test_tries_an_eighth_of_its_examples() -> None:
    """At least two; whoever looks for new failures tries twenty times as many."""
    tried = {}
    for profile in ("steady", "quick", "explore"):
        settings.load_profile(profile)
        tried[profile] = [examples(number).max_examples for number in (100, 20, 5)]
    assert tried == {"steady": [100, 20, 5], "quick": [12, 2, 2], "explore": [2000, 400, 100]}


@pytest.mark.usefixtures("profiles")
def test_a_state_machine_takes_half_of_its_steps() -> None:
    """In the quick tier."""
    taken = {}
    for profile in ("steady", "quick", "explore"):
        settings.load_profile(profile)
        taken[profile] = examples(10, steps=40).stateful_step_count
    assert taken == {"steady": 40, "quick": 20, "explore": 40}
