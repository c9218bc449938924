"""Tests that share something costly run on one worker: the installed pytest and pytest-xdist have to agree on groups.

pytest-xdist 3.8 tells its groups by an attribute that pytest 9.2 no longer reads. Nothing fails then: each worker makes
everything, and the run takes twice as long.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.scheduling import unit

_TESTS = """
import os
import pathlib
import pytest

@pytest.mark.parametrize("group", [pytest.param(each, marks=pytest.mark.xdist_group(each)) for each in ("one", "other")])
@pytest.mark.parametrize("number", range(12))
def test_it(number, group):
    pathlib.Path(f"{group}-{number}.ran").write_text(os.environ["PYTEST_XDIST_WORKER"])
"""


@pytest.mark.whole
def test_a_group_runs_on_one_worker(tmp_path: Path) -> None:
    """Each of two groups on one of two workers, and not both on the same."""
    (tmp_path / "test_groups.py").write_text(_TESTS, "utf-8")
    alone = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    alone["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    pytest = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadgroup"]
    done = subprocess.run(pytest, cwd=tmp_path, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    workers = defaultdict(set)
    files = list(tmp_path.glob("*.ran"))
    for path in files:
        workers[path.stem.split("-")[0]].add(path.read_text("utf-8"))
    assert len(files) == 24
    assert {group: len(names) for group, names in workers.items()} == {"one": 1, "other": 1}
    assert workers["one"] != workers["other"]


def test_a_worker_gets_a_group_or_a_module_on_one_database() -> None:
    """So that one worker makes what they share."""
    given_out = {
        "tests/a.py::test_one": "tests/a.py on SQLite",
        "tests/a.py::TestTwo::test_two[sqlite-3]": "tests/a.py on SQLite",
        "tests/a.py::test_one[postgresql]": "tests/a.py on PostgreSQL",
        "tests/b.py::test_it[sqlite]@scene-1-sqlite": "scene-1-sqlite",
    }
    assert {test: unit(test) for test in given_out} == given_out
