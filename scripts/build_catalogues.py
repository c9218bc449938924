"""Compile the message catalogues while a wheel or a source distribution is built. Hatchling runs it (pyproject.toml).

An editable install compiles nothing: the catalogues of a checkout are compiled when they are first read.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("crm", "cli", "printing", "catalogues.py")


class Catalogues(BuildHookInterface[Any]):
    """Puts a compiled catalogue beside each text, in what is built and not in the checkout."""

    _folder: TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues before the build.

        Args:
            version: ``standard`` or ``editable``.
            build_data: What Hatchling builds from; the compiled files are added to it.
        """
        if version == "editable":
            return
        root = Path(self.root)
        as_mo = runpy.run_path(str(root / SOURCE))["as_mo"]
        self._folder = TemporaryDirectory()
        for text in root.glob("crm/locale/*/LC_MESSAGES/*.po"):
            place = text.relative_to(root).with_suffix(".mo").as_posix()
            compiled = Path(self._folder.name, place.replace("/", "-"))
            compiled.write_bytes(as_mo(text))
            build_data["force_include"][str(compiled)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - its name
        """Remove the compiled files after the build."""
        if self._folder is not None:
            self._folder.cleanup()
