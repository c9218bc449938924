"""Everything about one lead.

In a file of its own, because it reads from many nouns, which lists do not need.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from crm.models import (
    CarriedOver,
    Claim,
    Enterprise,
    Investor,
    Lead,
    PromotionEvent,
    Referral,
    SourceKind,
    Staff,
    Station,
    Unit,
)
from crm.reads.claims import queries as claims
from crm.reads.industries import named, with_names
from crm.reads.kernel.rows import beside, row_of
from crm.reads.kernel.visibility import company_shown, parent_shown
from crm.reads.leads import history as past
from crm.reads.leads import queries
from crm.reads.leads.facts import lead_facts
from crm.reads.leads.rows import CarriedOverRow, EnterpriseRow, LeadCard, LeadRow
from crm.reads.ledgers import queries as ledger
from crm.reads.meetings import queries as meetings
from crm.reads.referrals import queries as referrals
from crm.rules.access import Actor
from crm.rules.leads.fields import EnterpriseFields, LeadFields
from crm.rules.stages import Pipeline


def card(session: Session, actor: Actor | None, lead_id: int, pipeline: Pipeline, *, today: date) -> LeadCard:
    """Return everything about a lead that the actor may see. A fixed number of statements."""
    found = session.execute(
        queries.rows_of(actor, pipeline, today)
        .add_columns(Unit.name.label("unit_name"), Station.name.label("station_name"), Staff.name.label("owner_name"))
        .where(Lead.id == lead_id)
    ).one()
    row = queries.row_of(found, today)
    source_investor, carrier, settler = aliased(Investor), aliased(Staff), aliased(Staff)
    more = session.execute(
        with_names(
            select(
                Lead,
                Enterprise,
                Station.name.label("source_station"),
                Unit.name.label("source_unit"),
                source_investor.name.label("source_investor"),
                PromotionEvent.title.label("event_title"),
                parent_shown(actor).label("parent_shown"),
                company_shown(actor).label("company_shown"),
                CarriedOver,
                carrier.username.label("carried_by"),
                settler.username.label("settled_by"),
            )
            .outerjoin(Enterprise, Enterprise.id == Lead.enterprise_id)
            .outerjoin(Station, Station.id == Lead.source_station_id)
            .outerjoin(Unit, Unit.id == Lead.source_unit_id)
            .outerjoin(PromotionEvent, PromotionEvent.id == Lead.source_event_id)
            .outerjoin(source_investor, source_investor.id == Lead.source_investor_id)
            .outerjoin(CarriedOver, CarriedOver.lead_id == Lead.id)
            .outerjoin(carrier, carrier.id == CarriedOver.actor_id)
            .outerjoin(settler, settler.id == CarriedOver.settled_by_id)
            .where(Lead.id == lead_id),
            Lead.industry,
        )
    ).one()
    lead: Lead = more.Lead
    sources = {
        SourceKind.STATION: more.source_station,
        SourceKind.UNIT: more.source_unit,
        SourceKind.EVENT: more.event_title or lead.source_event,
        SourceKind.REFERRAL: more.source_investor,
    }
    known = row.stage in pipeline.positions()
    following = pipeline.after(row.stage) if known else None
    facts = lead_facts(session, lead_id, today)
    missing = () if following is None else pipeline.missing(facts, following.code, since=row.stage)
    undone = pipeline.undone(facts, row.stage) if known and not row.carried_over else ()
    carried: CarriedOver | None = more.CarriedOver
    firm: Enterprise | None = more.Enterprise
    return LeadCard(
        row=row,
        industry=named(row.industry, more),
        described=beside(LeadFields, lead, LeadRow, LeadCard),
        unit_name=found.unit_name,
        station_name=found.station_name,
        owner_name=found.owner_name,
        note=lead.note,
        source=f"{lead.source_kind.value}:{sources[lead.source_kind]}",
        parent_id=lead.parent_id if more.parent_shown else None,
        enterprise=None
        if firm is None or not more.company_shown
        else row_of(EnterpriseRow, EnterpriseFields, firm, id=firm.id),
        assignments=past.assignments(session, lead_id),
        evidence=queries.evidence(session, lead_id),
        arrivals=ledger.arrivals(session, actor, lead_id=lead_id),
        contracts=ledger.contracts(session, actor, lead_id=lead_id),
        meetings=meetings.meetings(session, actor, lead_id=lead_id).all(),
        followups=meetings.followups(session, actor, today=today, lead_id=lead_id, open_only=False).all(),
        referrals=referrals.referrals(session, actor, pipeline, today=today, where=[Referral.lead_id == lead_id]).all(),
        claims=claims.claims(session, actor, pipeline.claims, today=today, of=[Claim.lead_id == lead_id]).all(),
        next_stage=following.code if following else None,
        missing=missing,
        undone=undone,
        carried_over=None
        if carried is None
        else CarriedOverRow(
            reason=carried.reason,
            recorded_at=carried.recorded_at,
            actor=more.carried_by,
            settled_at=carried.settled_at,
            settled_by=more.settled_by,
            missing=pipeline.missing(facts, row.stage) if known and row.carried_over else (),
        ),
    )
