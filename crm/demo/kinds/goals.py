"""The targets of the demo: set by the bureau's manager after their publication, scored at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from crm.crm import CRM
from crm.demo.book import Book
from crm.demo.marks import uid
from crm.reports.sheet import Report

#: The Monday after the report of 5 February 2023, 9:00 at the bureau.
SET_AT = datetime(2023, 2, 6, 1, 0, tzinfo=UTC)
#: Ten days later, for the meeting about January.
FROZEN_AT = datetime(2023, 2, 16, 1, 0, tzinfo=UTC)
#: Whose desk it is.
MANAGER = "bureau.manager"
_YEAR = 2023


def facts(targets: str) -> Iterator[tuple[datetime, str, Callable[[Book], None]]]:
    """Yield for each target of a file its moment, its text, and the act that writes it."""
    if targets:
        yield SET_AT, "2023年目标任务", partial(_load, targets)
        yield SET_AT, "一季度顶格招商（虚构）", _set
        yield FROZEN_AT, "2023年目标任务考核表，截至1月31日（虚构）", _freeze


def _load(targets: str, book: Book) -> None:
    book.crm(MANAGER).targets.load(targets)


def _set(book: Book) -> None:
    book.crm(MANAGER).targets.set(
        "leader-led-2023q1",
        title="一季度顶格招商（虚构）",
        title_en="Leader-led promotion, first quarter (invented)",
        measure="delegations",
        filter={"led_by": "first"},
        scope="each",
        units=["lixia", "gaoxin"],
        period="2023Q1",
        at_least="2 x",
        baselines={"lixia": 1, "gaoxin": 1},
        source="虚构",
        uid=uid("target", "leader-led-2023q1"),
    )


def _freeze(book: Book) -> None:
    book.crm(MANAGER).targets.freeze(_YEAR, as_of="2023-01-31", uid=uid("score", "2023-01"))


def scorecard(crm: CRM) -> Report:
    """Return the scorecard of the year, as of the clock's day."""
    return crm.report.scorecard(_YEAR)
