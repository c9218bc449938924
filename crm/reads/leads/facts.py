"""The facts of leads, read in one statement."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import Session

from crm.errors import N_, Conflict, problem
from crm.models import (
    CapitalArrival,
    Enterprise,
    Evidence,
    EvidenceKind,
    Investor,
    Lead,
    Meeting,
)
from crm.models.base import Instant, standing
from crm.models.binding import OURS
from crm.reads.kernel.undone import STARTS, WITHDRAWABLE, arrival_stands, carried_over, of_both_sides, two_way
from crm.reads.kernel.visibility import visible
from crm.rules.access import Actor
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import Pipeline
from crm.values.moments import bureau_day, end_of
from crm.values.numbers import lettered

#: The number of leads of a stage that are named.
_NAMED = 5


def _gone(gate: str) -> str:
    """Return the name of the column for whether a withdrawn record met a gate."""
    return f"withdrawn_{gate}"


@cache
def _statement() -> Select[*tuple[object, ...]]:
    """Return the statement, built on first use, because building it takes longer than running it."""

    def on_record(*kinds: EvidenceKind) -> ColumnElement[bool]:
        return exists().where(
            Evidence.lead_id == Lead.id,
            Evidence.kind.in_(kinds),
            Evidence.dated_on <= bindparam("on"),
            standing(Evidence),
        )

    return (
        select(
            Lead.id.label("lead"),
            Investor.archived_at.is_(None).label("investor"),
            Lead.received_on,
            Lead.unit_id.is_not(None).label("unit"),
            Lead.expected_minor.is_not(None).label("expected"),
            Lead.industry.is_not(None).label("industry"),
            Lead.foreign_capital.label("foreign"),
            Enterprise.id.is_not(None).label("company"),
            Enterprise.credit_code.is_not(None).label("credit_code"),
            and_(Enterprise.licensed_on.is_not(None), Enterprise.licensed_on <= bindparam("on")).label("licence"),
            Enterprise.filing.is_not(None).label("filing"),
            two_way(Lead.id, standing(Meeting), Meeting.met_at < bindparam("until", type_=Instant())).label(
                "two_way_meeting"
            ),
            on_record(EvidenceKind.AGREEMENT).label("agreement"),
            exists()
            .where(CapitalArrival.lead_id == Lead.id, CapitalArrival.arrived_on <= bindparam("on"), arrival_stands())
            .label("arrival"),
            exists().where(CapitalArrival.lead_id == Lead.id, arrival_stands()).label("capital"),
            on_record(EvidenceKind.CONSTRUCTION_START).label("construction"),
            on_record(*STARTS).label("start"),
            exists()
            .where(
                Evidence.lead_id == Lead.id,
                Evidence.kind.in_(STARTS),
                Evidence.dated_on <= bindparam("on"),
                Evidence.confirmed_by_id.is_not(None),
                standing(Evidence),
            )
            .label("confirmed"),
            carried_over(Lead.id).label("carried_over"),
            *(met(Lead.id, gone=True).label(_gone(gate)) for gate, met in WITHDRAWABLE.items()),
        )
        .select_from(Lead)
        .join(Investor, Investor.id == Lead.investor_id)
        .outerjoin(Enterprise, Enterprise.id == Lead.enterprise_id)
        .where(Lead.id.in_(bindparam("leads", expanding=True)))
    )


def lead_facts(session: Session, lead_id: int, on: date) -> LeadFacts:
    """Return the facts that gates check. One statement, whatever the lead's history.

    Args:
        session: The session.
        lead_id: The lead; it must exist.
        on: The day; papers, money and meetings of a later day are not there yet.
    """
    return facts_of(session, [lead_id], on)[lead_id]


def facts_of(session: Session, leads: Collection[int], on: date) -> dict[int, LeadFacts]:
    """Return the facts of several leads by their numbers, as :func:`lead_facts` does. One statement."""
    rows = session.execute(_statement(), {"leads": [*leads], "on": on, "until": end_of(on)})
    return {row.lead: _facts(row._asdict()) for row in rows}


def _facts(found: dict[str, Any]) -> LeadFacts:
    del found["lead"]
    received_on = found.pop("received_on")
    withdrawn = frozenset(gate for gate in WITHDRAWABLE if found.pop(_gone(gate)))
    # SQLite answers 0 and 1; the source is a column that is never null.
    return LeadFacts(
        source=True,
        received_on=received_on,
        withdrawn=withdrawn,
        **{key: bool(value) for key, value in found.items()},
    )


def first_days(session: Session, lead_id: int) -> dict[str, date]:
    """Return for each fact of :func:`lead_facts` that has a day the first day of a record that meets it. One statement.

    Args:
        session: The session.
        lead_id: The lead; it must exist.
    """

    def on_paper(*kinds: EvidenceKind, confirmed: bool = False) -> ScalarSelect[date]:
        first = select(func.min(Evidence.dated_on)).where(
            Evidence.lead_id == lead_id, Evidence.kind.in_(kinds), standing(Evidence)
        )
        return (first.where(Evidence.confirmed_by_id.is_not(None)) if confirmed else first).scalar_subquery()

    talk = select(func.min(Meeting.met_at)).where(Meeting.lead_id == lead_id, *of_both_sides(), standing(Meeting))
    arrival = select(func.min(CapitalArrival.arrived_on)).where(CapitalArrival.lead_id == lead_id, arrival_stands())
    row = session.execute(
        select(
            talk.scalar_subquery().label("two_way_meeting"),
            on_paper(EvidenceKind.AGREEMENT).label("agreement"),
            Enterprise.licensed_on.label("licence"),
            arrival.scalar_subquery().label("arrival"),
            on_paper(EvidenceKind.CONSTRUCTION_START).label("construction"),
            on_paper(*STARTS).label("start"),
            on_paper(*STARTS, confirmed=True).label("confirmed"),
        )
        .select_from(Lead)
        .outerjoin(Enterprise, Enterprise.id == Lead.enterprise_id)
        .where(Lead.id == lead_id)
    ).one()
    found = {fact: day for fact, day in row._asdict().items() if day is not None}
    if (moment := found.get("two_way_meeting")) is not None:
        found["two_way_meeting"] = bureau_day(moment)
    return found


def in_use(session: Session) -> tuple[str, ...]:
    """Return the codes of the stages of all leads, hidden and closed ones too. One statement.

    Each step of the recursion looks up the next code in the index on stage and status, so the cost grows with the
    number of stages, not of leads.
    """
    found = select(func.min(Lead.stage).label("stage")).cte(recursive=True)
    following = select(func.min(Lead.stage)).where(Lead.stage > found.c.stage).scalar_subquery()
    found = found.union_all(select(following).where(found.c.stage.is_not(None)))
    return tuple(session.scalars(select(found.c.stage).where(found.c.stage.is_not(None))))


def ensure_stages(session: Session, pipeline: Pipeline, reader: Callable[[], Actor | None]) -> None:
    """Refuse a policy without a stage at which leads stand; hidden and closed leads too.

    One statement; one more for the refusal, which names the first leads of each stage that the reader may see, and says
    how many there are.

    Raises:
        Conflict: Naming the policy, the stages and the leads.
    """
    known = pipeline.positions()
    unknown = [code for code in in_use(session) if code not in known]
    if not unknown:
        return
    seen = visible(reader())
    of_stage = (
        select(
            Lead.stage,
            Lead.id,
            Lead.title,
            seen.label("seen"),
            func.count().over(partition_by=Lead.stage).label("leads"),
            func.row_number()
            .over(partition_by=Lead.stage, order_by=(case((seen, 0), else_=1), Lead.id))
            .label("place"),
        )
        .where(Lead.stage.in_(unknown))
        .subquery()
    )
    found: dict[str, tuple[int, list[str]]] = {}
    first = select(of_stage).where(of_stage.c.place <= _NAMED).order_by(of_stage.c.stage, of_stage.c.place)
    for row in session.execute(first, bind_arguments=OURS):
        named = found.setdefault(row.stage, (row.leads, []))[1]
        if row.seen:
            named.append(f"{lettered('lead', row.id)} {row.title}")
    raise Conflict(
        *(
            problem(
                N_('Leads at {stage}, a stage that the policy "{policy}" does not have: {count} ({leads}).'),
                N_(
                    'Name the policy that has it: --policy FILE, CRM_POLICY, or policy = "FILE" in crm.toml. With that '
                    "policy leads can be moved to a stage that both have."
                ),
                field="policy",
                code="policy",
                policy=pipeline.name,
                stage=stage,
                count=count,
                leads=", ".join([*named, *(["…"] if count > len(named) else [])]),
            )
            for stage, (count, named) in found.items()
        )
    )
