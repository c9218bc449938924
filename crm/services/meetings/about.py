"""What a meeting, a follow-up or a request is about: an investor, and one of its leads or none."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import case, literal, select, union_all

from crm.errors import N_, Ambiguous, NotFound, problem
from crm.models import Investor, Lead
from crm.models.binding import OURS
from crm.reads.kernel.visibility import visible
from crm.rules.stages import OPEN
from crm.services.investors.base import InvestorBase, investor_of
from crm.services.kernel.context import Context
from crm.services.kernel.finding import LISTED, several
from crm.services.leads.base import LeadBase
from crm.services.meetings.base import About
from crm.values.numbers import lettered, read_number
from crm.values.registers.schemes import named


@frozen
class Subject:
    """What something is about.

    Attributes:
        investor: The investor.
        leads: The lead that was named, or else the investor's open leads that the actor may see; at most eleven.
    """

    investor: Investor
    leads: Sequence[Lead]

    @property
    def lead(self) -> Lead | None:
        """The only lead."""
        return self.leads[0] if len(self.leads) == 1 else None


def subject_of(context: Context, about: About, *, keep: bool) -> Subject:
    """Return what *about* names; with *keep* the investor is locked.

    A name is looked for among investors first. An int is the id of a lead.

    Raises:
        NotFound: Nothing has this name or number.
        Ambiguous: A bare number in a text is both a lead's and an investor's, or a name fits several records.
    """
    investors, leads = InvestorBase(context), LeadBase(context)
    if isinstance(about, Investor):
        return Subject(investors.get(about, keep=keep), ())
    # A number as long as a valid identifier is not the number of a record.
    written = read_number(about) if isinstance(about, str) and not named(about) else None
    noun, number = written or ("", 0)
    if noun is None:
        noun = _meant(context, number, str(about))
    if noun == "lead" or not isinstance(about, str):
        lead = leads.get(number or about)
    else:
        try:
            investor = investors.get(number if noun == "investor" else about, keep=keep)
        except NotFound as unknown:
            lead = _lead_or(leads, about, unknown)
        else:
            return Subject(investor, _open_leads(context, investor))
    return Subject(investor_of(context.session, lead, keeping=keep), [lead])


def _lead_or(leads: LeadBase, about: str, unknown: NotFound) -> Lead:
    """Return the lead of this name.

    Raises:
        NotFound: There is none either; the refusal says how to add the investor.
    """
    try:
        return leads.get(about)
    except NotFound:
        raise unknown from None


def require_one_lead(subject: Subject) -> None:
    """Refuse an investor with several open leads, of which none was named.

    Raises:
        Ambiguous: Listing them.
    """
    if len(subject.leads) > 1:
        listed = [(lead.id, lead.title) for lead in subject.leads]
        raise Ambiguous(
            problem(
                N_("{investor} has several open leads: {matches}."),
                N_("Name the one it is about: --lead NUMBER; if it is about none of them: --no-lead"),
                field="lead",
                code="several_leads",
                investor=subject.investor.name,
                matches=several("lead", listed),
                what="lead",
            ),
            matches=listed[:LISTED],
        )


def _meant(context: Context, number: int, text: str) -> str:
    """Return the noun that a bare number is of: lead or investor.

    Raises:
        Ambiguous: There are both.
    """
    title = case((visible(context.actor), Lead.title), else_=Lead.code_name)
    leads = select(literal("lead"), title).where(Lead.id == number)
    investors = select(literal("investor"), Investor.name).where(Investor.id == number, Investor.archived_at.is_(None))
    rows = context.session.execute(union_all(leads, investors), bind_arguments=OURS)
    found: dict[str, str] = {row[0]: row[1] for row in rows}
    if len(found) > 1:
        raise Ambiguous(
            problem(
                N_('"{text}" is the number of a lead and of an investor: {matches}.'),
                N_("Write the letter too: L for a lead, I for an investor."),
                field="about",
                code="ambiguous",
                text=text.strip()[:60],
                matches="; ".join(f"{lettered(noun, number)} {label}" for noun, label in found.items()),
            )
        )
    return next(iter(found), "lead")


def _open_leads(context: Context, investor: Investor) -> Sequence[Lead]:
    return context.session.scalars(
        select(Lead)
        .where(Lead.investor_id == investor.id, Lead.status.in_(OPEN), visible(context.actor))
        .order_by(Lead.id)
        .limit(LISTED + 1)
    ).all()
