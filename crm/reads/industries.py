"""Industries as rows: the built-in sections and divisions, and the loaded groups and classes. One statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from crm.models import Industry
from crm.models.binding import OURS
from crm.values.registers.industries import DIVISION_LENGTH, DIVISIONS, SECTIONS, shipped
from crm.values.text import comparison_key


@frozen(kw_only=True)
class IndustryRow:
    """An industry of GB/T 4754-2017.

    Attributes:
        code: With its section letter.
        level: section, division, group or class.
        name: Chinese name.
        name_en: English name; None where the loaded list has none.
    """

    code: str
    level: str
    name: str
    name_en: str | None


_GROUP_LENGTH = 4
#: By the length of a code.
LEVELS = {1: "section", DIVISION_LENGTH: "division", _GROUP_LENGTH: "group", 5: "class"}


def industries(session: Session, *, within: str = "", text: str | None = None) -> tuple[IndustryRow, ...]:
    """Return industries by code, of one section, division or group, or whose name contains a text."""
    statement = select(Industry.code, Industry.name, Industry.name_en).where(Industry.code.startswith(within))
    known = [*SECTIONS.values(), *DIVISIONS.values()]
    rows = [
        *((industry.code, industry.name, industry.name_en) for industry in known if industry.code.startswith(within)),
        *((code, name, name_en) for code, name, name_en in session.execute(statement)),
    ]
    wanted = None if text is None else comparison_key(text)
    if text is not None and not wanted:
        return ()
    return tuple(
        IndustryRow(code=code, level=LEVELS[len(code)], name=name, name_en=name_en)
        for code, name, name_en in sorted(rows)
        if wanted is None or any(wanted in comparison_key(label) for label in (name, name_en or ""))
    )


def line(session: Session, code: str) -> tuple[IndustryRow, ...]:
    """Return an industry with its parents, from the section down; missing levels are left out."""
    longer = [code[:length] for length in LEVELS if DIVISION_LENGTH < length <= len(code)]
    found = session.execute(
        select(Industry.code, Industry.name, Industry.name_en).where(Industry.code.in_(longer)).order_by(Industry.code)
    )
    known = [
        industry for industry in (SECTIONS.get(code[:1]), DIVISIONS.get(code[:DIVISION_LENGTH])) if industry is not None
    ]
    rows = [*((industry.code, industry.name, industry.name_en) for industry in known), *found]
    return tuple(IndustryRow(code=row[0], level=LEVELS[len(row[0])], name=row[1], name_en=row[2]) for row in rows)


def with_names(statement: Select[*tuple[object, ...]], code: object) -> Select[*tuple[Any, ...]]:
    """Return a statement with the loaded names of an industry as last columns, for :func:`named`.

    A class is looked up with its group, whose name is used if the class is not loaded.
    """
    exact, group = aliased(Industry), aliased(Industry)
    return (
        statement.outerjoin(exact, exact.code == code)
        .outerjoin(group, and_(group.code == func.substr(code, 1, _GROUP_LENGTH), group.code != code))
        .add_columns(*(column for level in (exact, group) for column in (level.code, level.name, level.name_en)))
    )


def named(code: str | None, found: Sequence[Any]) -> IndustryRow | None:
    """Return the industry of a code, or the narrowest known one that contains it; None without a code."""
    if code is None:
        return None
    exact, group = found[-6:-3], found[-3:]
    known = shipped(code)
    for held, name, name_en in (exact, group, *([] if known is None else [(known.code, known.name, known.name_en)])):
        if held is not None:
            return IndustryRow(code=held, level=LEVELS[len(held)], name=name, name_en=name_en)
    return None


def listed(session: Session, code: str) -> bool:
    """Return whether a group or class is on the loaded list; without a list for the division, every code is."""
    there = exists().where(Industry.code == code)
    some = exists().where(Industry.code.startswith(code[:DIVISION_LENGTH]))
    return bool(session.scalar(select(or_(there, ~some)), bind_arguments=OURS))
