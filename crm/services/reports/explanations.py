"""Selecting figures of a report, and reading the records behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from attrs import evolve

from crm.errors import N_, InvalidInput, NotFound, problem
from crm.reads.ledgers import entries
from crm.reads.ledgers.entries import UnderlyingRecord
from crm.refusals import CHOOSE_ONE
from crm.reports.sheet import Figure, Report
from crm.rules.figures.measures import FigureKey
from crm.services.kernel.context import Context


def chosen(report: Report, key: object) -> tuple[Figure, ...]:
    """Return the main figures, or the one with *key*.

    A key is the short one of the report or the long one of the figure, such as ``actual_fdi:section=C``; a derived
    figure, such as growth, has the same records.

    Raises:
        NotFound: There is none; those that there are are named.
    """
    if key is None:
        return report.figures
    keys = {key} if isinstance(key, str) else set()
    with suppress(InvalidInput):  # it may be a key of this report only
        keys.add(str(evolve(FigureKey.parse(key), derived=None)))
    found = [figure for figure in report.explained if keys & set(figure.keys)]
    if found:
        return (found[0],)
    known = dict.fromkeys(key for figure in report.explained for key in figure.keys)
    if not known:
        raise NotFound(
            problem(
                N_("This report has no figure to explain."), N_("Ask without it."), field="figure", code="not_found"
            )
        )
    raise NotFound(
        problem(
            N_('This report has no figure "{key}".'),
            CHOOSE_ONE,
            field="figure",
            code="not_found",
            key=str(key)[:40],
            known=", ".join(known),
        )
    )


def records_behind(
    context: Context, figures: Sequence[Figure], most: int | None
) -> dict[str, tuple[UnderlyingRecord, ...]]:
    """Return the records behind figures by key, as far as the actor may see them. One statement for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for figure in figures:
        for behind in figure.entries:
            wanted[behind.record].update(behind.ids[:most])
    actor = context.acting()
    found = {record: entries.entries(context.session, actor, record, ids) for record, ids in wanted.items()}
    return {
        figure.key: tuple(
            found[behind.record][number]
            for behind in figure.entries
            for number in behind.ids[:most]
            if number in found[behind.record]
        )
        for figure in figures
    }
