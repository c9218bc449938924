"""What the verbs on leads share: finding a lead and checking rights."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Select, and_, case, inspect, literal, or_, select
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from crm.errors import N_, AccessDenied, NotFound, Problem, problem
from crm.models import Enterprise, Investor, InvestorName, Lead
from crm.models.binding import dialect_of
from crm.reads.kernel.visibility import company_shown, may_see, sees_all, visible
from crm.reads.names import search as name_search
from crm.rules.access import Actor, Right
from crm.rules.stages import OPEN, MoveKind, Pipeline
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, find, missing, spelled
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import reads
from crm.values.naming.spelling import query
from crm.values.text import comparison_key


class LeadBase:
    """Finds leads, and hides those that the actor may not see."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: LeadRef) -> Lead:
        """Return the lead with this id, uid, title, code name, or unique part of its title or its investor's names.

        If there is none, its project company is tried: the credit code, or a unique part of the name.

        Raises:
            NotFound: There is none.
            Ambiguous: Several fit; those still in the pipeline are listed first.
            AccessDenied: It is confidential, and not the actor's.
        """
        session = self._context.session
        try:
            lead = find(session, Lead, ref, what="lead", search=self._search)
        except NotFound:
            if not isinstance(ref, str):
                raise
            lead = find(session, Lead, ref, what="lead", search=self._by_company)
        if not may_see(self._context.actor, lead):
            raise AccessDenied(
                problem(
                    N_("Lead {id} ({code_name}) is confidential."),
                    N_("Ask its station, its unit, or a manager."),
                    code="confidential",
                    id=lead.id,
                    code_name=lead.code_name,
                )
            )
        return lead

    def _whole(self, ref: LeadRef) -> Lead:
        """Return a lead with all that the rules compare, also what the actor may not see of it."""
        return LeadBase.get(self, ref)

    def _as_shown(self, lead: Lead) -> Lead:
        """Return a lead as its reads and the verbs that change it return it: see :meth:`LeadReads.get`."""
        context = self._context
        if lead.parent_id is None or sees_all(context.actor):
            return lead
        parent = context.session.get_one(Lead, lead.parent_id)
        return lead if may_see(context.actor, parent) else _apart(lead, parent)

    def _search(self, text: str, whole: bool) -> Select[int, str, str | None]:  # noqa: FBT001 - the shape of finding.Search
        name_query, dialect = query(text), dialect_of(self._context.session).name
        fits = InvestorName.key == name_query.key if whole else name_search.named(dialect, name_query)
        named = select(InvestorName.investor_id).where(fits)
        seen = visible(self._context.actor)
        so_written = select(InvestorName.investor_id).where(InvestorName.text == text)
        exact = or_(and_(seen, or_(Lead.title == text, Lead.investor_id.in_(so_written))), Lead.code_name == text)
        return (
            select(
                Lead.id,
                case((seen, Lead.title + " · " + Investor.name), else_=Lead.code_name).label("title"),
                case((exact, literal(text))),
            )
            .join(Investor, Investor.id == Lead.investor_id)
            .where(
                or_(
                    and_(seen, or_(containing(Lead.key, text, whole=whole), Lead.investor_id.in_(named))),
                    spelled(Lead.code_name) == comparison_key(text),
                )
            )
            .order_by(Lead.status.in_(OPEN).desc(), Lead.id)
        )

    def _by_company(self, text: str, whole: bool) -> Select[int, str]:  # noqa: FBT001 - the shape of finding.Search
        named = containing(spelled(Enterprise.name), text, whole=whole)
        return (
            select(Lead.id, (Lead.title + " · " + Enterprise.name).label("title"))
            .join(Enterprise, Enterprise.id == Lead.enterprise_id)
            .where(
                visible(self._context.actor),
                company_shown(self._context.actor),
                or_(named, Enterprise.credit_code == comparison_key(text).upper()),
            )
            .order_by(Lead.status.in_(OPEN).desc(), Lead.id)
        )

    def _authorised(self, right: Right, ref: LeadRef) -> tuple[Actor, Lead]:
        """Return actor and lead if the actor has *right* on it."""
        lead = self._whole(ref)
        return self._context.require_on(right, lead), lead


def passed_gates(context: Context, lead: Lead, *gates: str) -> list[Problem]:
    """Return the problems of clearing fields that gates require, for each gate that the lead has passed."""
    pipeline = context.policy()
    passed = pipeline.stages[: pipeline.standing(lead.stage) + 1]
    return [
        problem(
            N_("The stage {stage}, which this lead has passed, requires {field}; it cannot be cleared."),
            N_("Change it to another value."),
            field=gate,
            code="passed",
            stage=stage.code,
        )
        for gate in gates
        for stage in [reached for reached in passed if gate in reached.gates][:1]
    ]


class FindsLeads:
    """A service that finds leads for its verbs."""

    _context: Context

    @cached_property
    def _leads(self) -> LeadBase:
        return LeadBase(self._context)


def require_policy(pipeline: Pipeline, actor: Actor, kind: MoveKind) -> None:
    """Refuse a move that the policy reserves for other roles.

    Raises:
        AccessDenied: It does.
    """
    if actor.role.value not in pipeline.roles[kind]:
        raise AccessDenied(
            problem(
                N_("By the policy only {holders} may do this: {action}."),
                N_("Ask one of them."),
                code="policy",
                action=f"lead.{kind.value}",
                holders=", ".join(pipeline.roles[kind]),
            )
        )


def ensure_shown(context: Context, lead_id: int, what: str, ref: object) -> Lead:
    """Return the lead of a record; refuse one that the actor may not see, as if the record did not exist.

    Raises:
        NotFound: It is hidden.
    """
    lead = context.session.get_one(Lead, lead_id)
    if not may_see(context.actor, lead):
        raise missing(what, str(getattr(ref, "id", ref)))
    return lead


def _apart(lead: Lead, parent: Lead) -> Lead:
    """Return a copy of an expansion without what it has of its parent."""
    shown = {column.key: getattr(lead, column.key) for column in inspect(Lead).column_attrs}
    shared = lead.enterprise_id == parent.enterprise_id
    copy = Lead(**shown | {"parent_id": None, "enterprise_id": None if shared else lead.enterprise_id})
    make_transient_to_detached(copy)
    set_committed_value(copy, "investor", lead.investor)
    set_committed_value(copy, "enterprise", None if shared else lead.enterprise)
    return copy
