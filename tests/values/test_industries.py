"""Sections and divisions of GB/T 4754-2017."""

from __future__ import annotations

import pytest

from crm.models import ArrivalKind
from crm.rules.ledgers.capital import KINDS
from crm.values.identifiers import as_industry
from crm.values.registers.industries import DIVISIONS, SECTIONS, shipped


def test_there_are_twenty_sections_and_ninety_seven_divisions() -> None:
    """Each division once, in order, and none left out."""
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRST"
    assert [int(code[1:]) for code in DIVISIONS] == list(range(1, 98))
    assert all(industry.name and industry.name_en for industry in [*SECTIONS.values(), *DIVISIONS.values()])


@pytest.mark.parametrize("code", DIVISIONS)
def test_a_division_is_in_the_section_that_the_check_of_codes_says(code: str) -> None:
    """The names and the check of codes agree."""
    assert as_industry(code[1:]) == code
    assert as_industry(f"{code}70") == f"{code}70"


def test_a_class_is_told_by_its_division() -> None:
    """A class is named by its division, a section by itself; other texts have no name."""
    found = {code: shipped(code) for code in ("C3670", "C", "X1")}
    assert [industry.name if industry else None for industry in found.values()] == ["汽车制造业", "制造业", None]


def test_the_policy_knows_the_kinds_of_arrival() -> None:
    """All of them."""
    assert set(KINDS) == {kind.value for kind in ArrivalKind}
