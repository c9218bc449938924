"""The conditions of a referral, recorded by itself or with a new lead, and the shares of a lead's credit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Session

from crm.errors import N_, Conflict, InvalidInput, Problem, problem
from crm.models import (
    Channel,
    Contact,
    Employment,
    Evidence,
    EvidenceKind,
    Investor,
    InvestorKind,
    Lead,
    Referral,
    ReferralStatus,
    Strength,
    Transition,
)
from crm.models.base import standing
from crm.models.binding import OURS
from crm.reads.investors import groups
from crm.reads.kernel.visibility import visible
from crm.reads.referrals.edges import STANDING, closes_on, edges_from
from crm.rules.kernel.checks import Checks
from crm.rules.referrals import Edge, cycle, day_after
from crm.rules.stages import Pipeline
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_rows, lock_tables, share_rows
from crm.services.kernel.writing import ensure_all_open
from crm.values.shares import WHOLE, as_share, percent

#: The default channel by kind of organisation; for the rest peer (以商招商).
CHANNELS: Mapping[InvestorKind, Channel] = {
    InvestorKind.CLUSTER: Channel.CHAIN,
    InvestorKind.CHAMBER: Channel.CHAMBER,
    InvestorKind.ASSOCIATION: Channel.CHAMBER,
    InvestorKind.AGENCY: Channel.INTERMEDIARY,
    InvestorKind.PLATFORM: Channel.INTERMEDIARY,
}


def channel_of(party: Investor | Contact | None) -> Channel:
    """Return the usual channel of a referrer."""
    return CHANNELS.get(party.kind, Channel.PEER) if isinstance(party, Investor) else Channel.PEER


def valid_referrals(session: Session, lead_id: int) -> Sequence[Referral]:
    """Return the active referrals of a lead, recorded or confirmed. One statement."""
    return session.scalars(
        select(Referral)
        .where(Referral.lead_id == lead_id, Referral.status.in_(STANDING))
        .order_by(Referral.id)
        .execution_options(populate_existing=True)
    ).all()


def referred(session: Session, leads: Collection[int], day: date, today: date) -> frozenset[int]:
    """Return which of some leads an investor referred, by a referral that stands, and expired on *day* or since.

    A signing on that day would open it again. One statement, none without leads.
    """
    if not leads:
        return frozenset()
    expired = (Referral.expires_on >= day, Referral.expires_on < today)
    by_investor = (Referral.referrer_investor_id.is_not(None), Referral.status.in_(STANDING))
    return frozenset(
        session.scalars(select(Referral.lead_id).where(Referral.lead_id.in_(leads), *by_investor, *expired))
    )


def ensure_recordable(context: Context, lead: Lead, party: Investor | Contact, day: date, pipeline: Pipeline) -> None:
    """Refuse a late or forbidden referral, with the lead locked and checks for circles serialised.

    Raises:
        Archived: The referrer is archived.
        Conflict, InvalidInput: As :func:`ensure_in_time` and :func:`ensure_allowed`.
    """
    hold_parties(context, lead, party)
    ensure_in_time(context, lead, pipeline)
    ensure_allowed(context, lead.investor_id, party, day, pipeline)


def hold_parties(context: Context, lead: Lead, party: Investor | Contact) -> None:
    """Serialise the checks for circles and shares, and hold both parties, which were read before the wait.

    Raises:
        Archived: The referrer is archived.
    """
    lock_tables(context.session, Referral)
    lock_rows(context.session, Lead, [lead.id])
    share_rows(context.session, type(party), [party.id])
    ensure_all_open(party)


def from_source(context: Context, referrer: Investor, day: date, pipeline: Pipeline, points: int) -> Referral:
    """Return the new referral, without its lead, for a lead whose source is a referrer."""
    return Referral(
        referrer_investor_id=referrer.id,
        channel=channel_of(referrer),
        strength=Strength.MEDIUM,
        points=points,
        introduced_on=day,
        expires_on=pipeline.referrals.expires_on(day),
        recorded_on=context.today,
        recorded_at=context.now(),
        recorded_by_id=context.acting().id,
        status=ReferralStatus.RECORDED,
    )


def ensure_in_time(context: Context, lead: Lead, pipeline: Pipeline) -> None:
    """Refuse a referral of a lead that is already signed.

    Raises:
        Conflict: An agreement is on record, or the lead has entered the stage that asks for one, now or ever.
    """
    if signed_among(context, [lead.id], pipeline):
        raise Conflict(signed(lead.id))


def signed_among(context: Context, leads: Collection[int], pipeline: Pipeline) -> set[int]:
    """Return which leads are signed: an agreement is on record, or they entered the stage that asks for one.

    One statement; none for none.
    """
    if not leads:
        return set()
    binding = pipeline.codes_from(pipeline.binding)
    moved = select(Transition.lead_id).where(Transition.lead_id.in_(leads), Transition.to_stage.in_(binding))
    agreed = select(Evidence.lead_id).where(
        Evidence.lead_id.in_(leads), Evidence.kind == EvidenceKind.AGREEMENT, standing(Evidence)
    )
    return set(context.session.scalars(union(moved, agreed), bind_arguments=OURS))


def signed(lead: int | str) -> Problem:
    """Return the refusal of a referral of a signed lead; a lead that a file brings has a title and no number."""
    return problem(
        N_("Lead {id} is signed; a referral must be recorded before that."),
        N_("Record the next referral in time."),
        code="signed",
        id=lead,
    )


def ensure_allowed(
    context: Context,
    brought: int,
    party: Investor | Contact,
    day: date,
    pipeline: Pipeline,
    *,
    lead: Lead | None = None,
    but: int = 0,
) -> None:
    """Refuse a referrer of itself or its own group, and a circle of open referrals; all at once.

    Three statements; with *lead* four.

    Args:
        context: The context.
        brought: Id of the investor that is brought.
        party: The referrer.
        day: The day of the introduction.
        pipeline: The policy.
        lead: The lead, if it may be signed already, or have landed: this decides how long the referral is open.
        but: The id of the referral that is corrected: as it was, it forms no circle with itself.

    Raises:
        InvalidInput: A self-referral, or one inside a group.
        Conflict: A cycle of referrals that are live at one moment.
    """
    session = context.session
    if isinstance(party, Contact):
        employed = select(Employment.id).where(
            Employment.contact_id == party.id, Employment.investor_id == brought, standing(Employment)
        )
        if session.scalar(employed.limit(1)) is not None:
            raise InvalidInput(self_referral(party.name))
        return
    if party.id == brought:
        raise InvalidInput(self_referral(party.name))
    if brought in groups.members(session, [party.id]):
        raise InvalidInput(same_group(party.name))
    last = pipeline.referrals.expires_on(day)
    end = day_after(last) if lead is None else closes_on(session, pipeline, lead, last)
    new = Edge(party.id, brought, day, end)
    others = Referral.id != but
    if cycle(edges_from(session, pipeline, [brought], others), new) is not None:
        raise Conflict(_circle(context, brought, new, pipeline, others))


def open_until(context: Context, lead: Lead, pipeline: Pipeline) -> dict[int, date]:
    """Return until when each referral of a lead by an investor is open, by number.

    The table is locked if there are any. One statement, and one for each of them.
    """
    session = context.session
    brought = [referral for referral in valid_referrals(session, lead.id) if referral.referrer_investor_id is not None]
    if brought:
        lock_tables(session, Referral)
    return {referral.id: closes_on(session, pipeline, lead, referral.expires_on) for referral in brought}


def ensure_no_circle(context: Context, lead: Lead, pipeline: Pipeline, until: Mapping[int, date]) -> None:
    """Refuse what leaves a referral of a lead open longer than *until*, where it forms a circle with others then.

    Raises:
        Conflict: Naming the circle, if the actor may see all of it.
    """
    session = context.session
    for referral in valid_referrals(session, lead.id):
        end = closes_on(session, pipeline, lead, referral.expires_on)
        if referral.referrer_investor_id is None or end <= until.get(referral.id, end):
            continue
        others = Referral.id != referral.id
        longer = Edge(referral.referrer_investor_id, lead.investor_id, referral.introduced_on, end)
        if cycle(edges_from(session, pipeline, [lead.investor_id], others), longer) is not None:
            raise Conflict(_circle(context, lead.investor_id, longer, pipeline, others, field="on"))


def _circle(
    context: Context,
    brought: int,
    new: Edge,
    pipeline: Pipeline,
    others: ColumnElement[bool],
    *,
    field: str = "referrer",
) -> Problem:
    """Return the problem of a circle of referrals; it is named only if the actor may see all of it."""
    session = context.session
    seen = cycle(edges_from(session, pipeline, [brought], others, visible(context.acting())), new)
    if seen is None:
        return problem(
            N_("This would close a circle of referrals, some of which you may not see."),
            N_("Ask a manager who brought whom."),
            field=field,
            code="cycle",
        )
    rows = session.execute(select(Investor.id, Investor.name).where(Investor.id.in_({edge.referrer for edge in seen})))
    names = {row.id: row.name for row in rows}
    return problem(
        N_("These referrals form a circle: {names}."),
        N_("Wait until one of the leads has landed, or withdraw a referral."),
        field=field,
        code="cycle",
        names=" → ".join(names[edge.referrer] for edge in (*seen, seen[0])),
    )


def same_group(name: str) -> Problem:
    """Return the refusal of a referrer from the group of the referred party."""
    return problem(
        N_("{name} is in the same group; a group cannot refer itself."),
        N_("Name a referrer from outside."),
        field="referrer",
        code="same_group",
        name=name,
    )


def self_referral(name: str) -> Problem:
    """Return the refusal of a referrer that would refer itself."""
    return problem(
        N_("{name} cannot refer itself."),
        N_("Name the referrer."),
        field="referrer",
        code="self_referral",
        name=name,
    )


def room_for(party: Investor | Contact, others: Sequence[Referral], points: int | None) -> int:
    """Return the credit of a new referral: the requested share, or all that is left.

    Raises:
        Conflict: The party has brought the lead already, or so much is not left.
    """
    mine = party.id if isinstance(party, Investor) else -party.id
    if any(other.party == mine for other in others):
        raise Conflict(
            problem(
                N_("{name} is already a referrer of this lead."),
                N_("See its referrals: crm referral list --lead LEAD"),
                field="referrer",
                code="twice",
                name=party.name,
            )
        )
    free = WHOLE - sum(other.points for other in others)
    if points is None and (free or not others):
        return free
    if points is None or points > free:
        raise Conflict(no_room(free, [(str(other.id), other.points) for other in others]))
    return points


def no_room(free: int, others: Sequence[tuple[str, int]]) -> Problem:
    """Return the refusal of a share that is not left; *others* are the referrals that have the rest, with theirs."""
    return problem(
        N_("Only {free} of the credit is left; referrals {others} have the rest."),
        N_(
            "Change the shares first: crm referral share LEAD REFERRAL=PERCENT …; or record it "
            "with --credit 0: crm referral add"
        ),
        field="credit",
        code="credit",
        free=percent(free),
        others=", ".join(f"{whose} ({percent(points)})" for whose, points in others),
    )


def shares_of(check: Checks, shares: object, theirs: Sequence[Referral]) -> dict[int, int]:
    """Return basis points by referral; they must name every active referral once, within 100 %; problems are noted."""
    known = {str(their.id): their for their in theirs} | {str(their.uid): their for their in theirs}
    parts: dict[int, int] = {}
    for ref, value in shares.items() if isinstance(shares, Mapping) else ():
        found = known.get(str(ref.id if isinstance(ref, Referral) else ref).strip().removeprefix("#"))
        points = check.take(lambda value=value: as_share(value, zero=True))  # type: ignore[misc]
        if found is None or found.id in parts:
            check.wrong(
                N_('"{ref}" is not an active referral of this lead, or is named twice.'),
                N_("Name each of these once: {known}."),
                field="shares",
                code="stranger",
                ref=str(getattr(ref, "id", ref))[:40],
                known=", ".join(str(their.id) for their in theirs) or "–",
            )
        else:
            parts[found.id] = points or 0
    left = [str(their.id) for their in theirs if their.id not in parts]
    if left or not theirs:
        check.wrong(
            N_("The shares of these referrals are missing: {left}."),
            N_("Name every active referral, such as 3=60 4=40."),
            field="shares",
            code="missing",
            left=", ".join(left) or "–",
        )
    if not check.refusals and sum(parts.values()) > WHOLE:
        check.wrong(
            N_("The shares add up to {total}, more than 100 %."),
            N_("Keep them within 100%."),
            field="shares",
            code="sum",
            total=percent(sum(parts.values())),
        )
    return parts
