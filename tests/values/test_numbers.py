"""Numbers of records with the letter of their noun."""

from __future__ import annotations

import pytest

from crm.values.numbers import LETTERS, lettered, number_of, read_number, with_letters

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


@pytest.mark.parametrize(
    ("template", "values", "printed"),
    [
        ("Lead {id} is opened.", {"id": 12}, "Lead L12 is opened."),
        ("Meeting {id} is about lead {lead_id}.", {"id": 1, "lead_id": 2}, "Meeting V1 is about lead L2."),
        (
            "Follow-up {id} is done; document {other} too.",
            {"id": 3, "other": 4},
            "Follow-up T3 is done; document E4 too.",
        ),
        ("crm lead show {id}", {"id": 12}, "crm lead show 12"),
        ("Lead {id} {text}", {"id": "猎鹰", "text": 5}, "Lead 猎鹰 5"),
        ("The plead {id}", {"id": 1}, "The plead 1"),
    ],
)
def test_a_number_after_its_noun_has_its_letter(template: str, values: dict[str, object], printed: str) -> None:
    """In sentences for people; numbers in commands, and what is no number, stay."""
    assert template.format(**with_letters(template, values)) == printed
