"""The shares of a lead's credit, together at most 100 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm.errors import N_, Conflict, problem
from crm.models import Contact, Investor, Referral
from crm.rules.kernel.checks import Checks
from crm.values.shares import WHOLE, as_share, percent


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
        raise Conflict(
            problem(
                N_("Only {free} of the credit is left; referrals {others} have the rest."),
                N_(
                    "Change the shares first: crm referral share LEAD REFERRAL=PERCENT …; or record it "
                    "with --credit 0: crm referral add"
                ),
                field="credit",
                code="credit",
                free=percent(free),
                others=", ".join(f"{other.id} ({percent(other.points)})" for other in others),
            )
        )
    return points


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
