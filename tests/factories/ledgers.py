"""The rows of a ledger: each a company, a person, a lead, its last talk and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm import CRM
from crm.rules.imports.rows import Cell, SourceRow
from crm.services.imports.service import Applied

#: The checksum of a file that is none.
SUM = "a" * 64


def row(number: int, **more: Cell) -> SourceRow:
    """Return a row; its headers are the paths. A keyword has two underscores for the point of a path."""
    values: dict[str, Cell] = {
        "investor.name": f"入册{number}号商事株式会社",
        "investor.country": "JP",
        "contact.name": f"入册员{number}",
        "contact.title": "部长",
        "lead.title": f"入册工厂{number}",
        "lead.expected": "2000万美元",
        "lead.industry": "C36",
        "lead.stage": "negotiating",
        "lead.received": "2023.01.05",
        "lead.owner": "zone.desk",
        "lead.unit": "hitech",
        "lead.source": "unit:hitech",
        "meeting.at": "2023-01-09",
        "meeting.summary": "谈了厂房",
        "followup.text": "寄资料",
        "followup.due": "2023-12-31",
        **{key.replace("__", "."): value for key, value in more.items()},
    }
    return rows(values, first=number)[0]


def rows(*values: dict[str, Cell], first: int = 2) -> list[SourceRow]:
    """Return rows of a file whose headers are the paths."""
    return [
        SourceRow(number, held, {path: str(cell) for path, cell in held.items()}, "", {path: path for path in held})
        for number, held in enumerate(values, first)
    ]


def ledger(size: int, first: int = 2, *, investor: str | None = None, title: str | None = None) -> list[SourceRow]:
    """Return so many rows from a number on, of different companies or of one; with one title or each with its own."""
    more: dict[str, Cell] = {} if investor is None else {"investor__name": investor}
    more |= {} if title is None else {"lead__title": title}
    return [row(number, **more) for number in range(first, first + size)]


def bring(door: CRM, held: Sequence[SourceRow], *, skip_refused: bool = False, **options: Any) -> Applied:
    """Preview and apply rows."""
    token = door.imports.preview(held, checksum=SUM, file="台账.csv", **options).token
    return door.imports.apply(held, token=token, checksum=SUM, file="台账.csv", skip_refused=skip_refused, **options)
