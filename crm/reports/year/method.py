"""The method of the year report, and its exclusions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.errors import N_
from crm.models import CapitalArrival, EntryState, Lead
from crm.reads.kernel.visibility import visible
from crm.reports.sheet import LeftOut, Method
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.figures.measures import MEASURES
from crm.rules.stages import Pipeline
from crm.values.period import Period
from crm.values.sentences import Coded, Words, said

#: What the report counts, with what it breaks each down by.
TOLD: Mapping[str, tuple[str, ...]] = {
    "actual_fdi": ("country", "group", "section", "kind"),
    "contract_fdi": (),
    "new_enterprises": (),
    "requests_solved": (),
}
WHOLE = "actual_fdi"


def method(pipeline: Pipeline, period: Period, *, published_before: bool, rounded: bool) -> Method:
    """Return the method of a period's figures.

    Args:
        pipeline: The policy.
        period: The period.
        published_before: Whether a figure of the year before is one that was made public then.
        rounded: Whether a share or a growth rests on rounded amounts.
    """
    sentences: list[Words] = []
    for code in TOLD:
        measure = MEASURES[code]
        sentences += [
            said(N_("{measure}: {text}"), measure=said(measure.label), text=said(text)) for text in measure.method[:1]
        ]
    sentences.append(said(MEASURES[WHOLE].method[1]))
    sentences.append(
        said(
            N_("Kinds of arrival that count: {kinds}."),
            kinds=tuple(Coded("arrival", kind) for kind in pipeline.capital.counted),
        )
    )
    if published_before:
        sentences.append(
            said(
                N_("Figures of {period} are earlier than the records and are taken as published."),
                period=period.year_before(),
            )
        )
    if rounded:
        sentences.append(
            said(
                N_(
                    "Some amounts were reported in large units, such as 3.45亿; the last digits of shares and "
                    "growth from them may differ from those of exact amounts."
                )
            )
        )
    return Method(tuple(sentences), pipeline.capital.method)


def left_out(actor: Actor | None, waiting: int) -> Iterable[LeftOut]:
    """Return the exclusions; *waiting* is the number of arrivals without all signatures."""
    if waiting:
        yield LeftOut(said(N_("Arrivals of the period that are reported or verified and not yet confirmed.")), waiting)
    for code in TOLD:
        for text in MEASURES[code].left_out:
            if text != MEASURES[WHOLE].left_out[0]:
                yield LeftOut(said(N_("{measure}: {text}"), measure=said(MEASURES[code].label), text=said(text)))
    if scope(actor, Right.CONFIDENTIAL_READ) is not Scope.ALL:
        yield LeftOut(said(N_("Confidential leads that you may not see.")))


def waiting_arrivals(session: Session, actor: Actor | None, period: Period) -> int:
    """Return the number of arrivals of a period waiting for a signature, as far as the actor may see them."""
    statement = (
        select(func.count())
        .select_from(CapitalArrival)
        .where(
            CapitalArrival.state.in_((EntryState.REPORTED, EntryState.VERIFIED)),
            CapitalArrival.arrived_on >= period.start,
            CapitalArrival.arrived_on < period.end,
        )
    )
    if scope(actor, Right.CONFIDENTIAL_READ) is not Scope.ALL:
        statement = statement.join(Lead, Lead.id == CapitalArrival.lead_id).where(visible(actor))
    return session.scalar(statement) or 0
