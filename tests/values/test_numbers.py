"""Numbers of records with the letter of their noun."""

from __future__ import annotations

import pytest

from crm.values.numbers import LETTERS, lettered, number_of, read_number

pytestmark = pytest.mark.portable


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L12", ("lead", 12)),
        ("l12", ("lead", 12)),
        ("ｉ７", ("investor", 7)),
        (" V206 ", ("meeting", 206)),
        ("#12", (None, 12)),
        ("12", (None, 12)),
        ("１２", (None, 12)),
        ("X12", None),
        ("L 12", None),
        ("L12a", None),
        ("L", None),
        ("L1234567890123456789", None),
    ],
)
def test_a_number_is_read_with_its_letter(text: str, found: tuple[str | None, int] | None) -> None:
    """In both cases and widths; a bare number is of any noun, and other texts are names."""
    assert read_number(text) == found


def test_each_noun_has_a_letter_of_its_own_that_is_read_back() -> None:
    """What is printed can be typed."""
    assert len(set(LETTERS.values())) == len(LETTERS)
    for noun in LETTERS:
        assert number_of(noun, lettered(noun, 3)) == 3
        assert [other for other in LETTERS if number_of(other, lettered(noun, 3)) is not None] == [noun]
    assert lettered("trip", 3) == "3"
