"""A short drill, so that each part of it works; ``make drill`` is the long one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT

pytestmark = [
    pytest.mark.whole,  # kills of backups and of writers are tried by tests/migrations and by tests/services/at_once
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor these signals"),
]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_or_half_done(kind: str) -> None:
    """Whatever is killed, stopped or full; another seed than that of the long drill."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.drill", "--kills", "6", "--seed", "7", "--backend", kind],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "writers at the same time" in done.stdout
