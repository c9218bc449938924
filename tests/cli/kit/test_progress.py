"""Progress is counted where it is shown, and nothing is read twice elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.cli.kit.progress import counted, silent

pytestmark = pytest.mark.portable


def test_rows_are_counted_where_progress_is_shown() -> None:
    """The step is told how many are done of how many; the rows are the same."""
    told: list[tuple[int, int]] = []
    rows = list(counted(lambda: range(5), lambda _, done, total: told.append((done, total)), every=2))
    assert rows == [0, 1, 2, 3, 4]
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_without_a_terminal_rows_are_read_once() -> None:
    """Nothing is counted for nobody."""
    reads = []

    def read() -> Iterator[int]:
        reads.append(1)
        yield from range(3)

    assert list(counted(read, silent)) == [0, 1, 2]
    assert len(reads) == 1
