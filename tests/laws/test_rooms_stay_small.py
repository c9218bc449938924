"""No folder has more files, and no file more lines, than somebody reads at a sitting."""

from __future__ import annotations

import pytest

from tests.laws.source import PACKAGE, files

pytestmark = pytest.mark.portable

FILES, LINES = 15, 400
#: One file for each aggregate, in one folder on purpose.
FLAT = {"models"}


def test_a_room_has_few_files() -> None:
    """The package itself, too; a folder's own docstring is not counted."""
    rooms: dict[str, int] = {}
    for file in files():
        if file.name != "__init__.py":
            room = file.parent.relative_to(PACKAGE).as_posix()
            rooms[room] = rooms.get(room, 0) + 1
    assert {room: count for room, count in rooms.items() if count > FILES and room not in FLAT} == {}


def test_a_file_has_few_lines() -> None:
    """Longer ones are split by subject."""
    lines = {file.relative_to(PACKAGE).as_posix(): file.read_text("utf-8").count("\n") for file in files()}
    assert {file: count for file, count in lines.items() if count > LINES} == {}
