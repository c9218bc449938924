"""What is built from the checkout, once for the tests of a worker."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]


@frozen
class Built:
    """What the build made.

    Attributes:
        wheel: The wheel.
        sdist: The source distribution the wheel was built from.
        names: The files in the wheel.
    """

    wheel: Path
    sdist: Path
    names: frozenset[str]


@cache
def build() -> Built:
    """Build the wheel from the source distribution, which is thereby shown to be complete."""
    out = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, out)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        return Built(wheel, sdist, frozenset(archive.namelist()))
