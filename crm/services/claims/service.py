"""Claims (首谈): filed, contested, decided, renewed, transferred, released. The server's time of recording decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from crm.errors import N_, AccessDenied, Conflict, problem
from crm.models import Claim, ClaimEvent, ClaimOrigin, ClaimShare, ClaimState, ClaimStep
from crm.rules.access import Right
from crm.rules.claims import ClaimDetails
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted
from crm.services.claims.base import Share
from crm.services.claims.corrections import ClaimCorrections
from crm.services.kernel.refs import LeadRef, UnitRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open, replayed
from crm.values.moments import end_of
from crm.values.shares import WHOLE, as_share, percent
from crm.values.text import REASON

#: A unit in the shares of a ruling.
K = TypeVar("K", bound=UnitRef)


class Claims(ClaimCorrections):
    """Claims of units to leads; handed out by :class:`crm.CRM`."""

    @writes(Right.CLAIM_FILE, by_record=True)
    def file(
        self, lead: LeadRef, *, unit: UnitRef | None = None, note: str | None = None, uid: UUID | str | None = None
    ) -> Claim:
        """File a unit's claim on a lead, as of now; it cannot be backdated.

        A claim on a free lead protects at once. A claim within the policy's window after another contests it: neither
        protects until an admin decides. A claim on a lead whose claim has lapsed replaces it.

        Args:
            lead: A lead in the pipeline.
            unit: Whose claim, by default the actor's unit.
            note: The supporting facts.
            uid: Makes the call safe to repeat.

        Returns:
            The claim, flushed: active or contested.

        Raises:
            InvalidInput: Invalid arguments; the actor has no unit and none is named.
            AccessDenied: Only a manager files a claim for another unit.
            Archived: The unit is archived.
            Conflict: Another unit holds the lead; the unit has claimed it already; its quota is full; the lead has
                landed or is closed; the uid is in use with other content.
        """
        context = self._context
        whose = self._leads.get(lead)
        actor = context.acting()
        with Checks() as check:
            home = self._unit(check, actor.unit_id if unit is None else unit, "unit")
            values = check.fields(ClaimDetails, {"note": note})
        context.require_at(Right.CLAIM_FILE, unit_id=home.id)
        content = counted(ClaimDetails, values) | {"lead": str(whose.uid), "unit": str(home.uid)}
        found, identity = replayed(context, Claim, uid, content)
        if found is not None:
            return found
        ensure_open(home)
        now = context.now()
        standing, lapsed = self._standing(whose)
        self._ensure_claimable(whose)
        self._ensure_free([filed for filed in standing if filed.id not in lapsed], home, now)
        self._ensure_quota(home)
        rivals = [filed for filed in standing if filed.id not in lapsed]
        with Writing(context, "claim.file", whole=True) as write:
            for filed in standing:
                if filed.id in lapsed:
                    # The lapse was not recorded yet; the claim ended with its last protected day.
                    write.change(filed, state=ClaimState.LAPSED, ended_at=end_of(lapsed[filed.id]))
                    write.add(self._event(filed, ClaimStep.LAPSED))
                elif filed.state is ClaimState.ACTIVE:
                    write.change(filed, state=ClaimState.CONTESTED, held_since=None)
                    write.add(self._event(filed, ClaimStep.CONTESTED))
            claim = Claim(
                **identity,
                lead_id=whose.id,
                unit_id=home.id,
                origin=ClaimOrigin.FILED,
                filed_at=now,
                filed_by_id=actor.id,
                **values,
                state=ClaimState.CONTESTED if rivals else ClaimState.ACTIVE,
                held_since=None if rivals else now,
            )
            write.add(claim)
            write.flush()
            set_committed_value(claim, "unit", home)
            write.add(self._event(claim, ClaimStep.FILED))
            if rivals:
                write.add(self._event(claim, ClaimStep.CONTESTED))
        return claim

    @writes(Right.CLAIM_RULE)
    def rule(
        self,
        lead: LeadRef,
        shares: Mapping[K, Share],
        *,
        holder: UnitRef | None = None,
        reason: str,
        uid: UUID | str | None = None,
    ) -> Claim:
        """Decide who holds a contested lead, and the shares of the credit.

        Args:
            lead: The contested lead.
            shares: Percentages by unit, of units that contest it; together the whole.
            holder: The unit that continues with it; by default the one with the largest share, of equal ones the
                earliest.
            reason: Why.
            uid: Makes the call safe to repeat.

        Returns:
            The claim of the holder, flushed, active from now on; the others are shared or refused.

        Raises:
            InvalidInput: No shares, shares that do not add up to the whole, a unit that does not contest the lead.
            AccessDenied: Only an admin rules, and never one of a contesting unit.
            Conflict: Nothing is contested.
        """
        context = self._context
        whose = self._leads.get(lead)
        actor = context.acting()
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        content = {
            "lead": str(whose.uid),
            "shares": _share_texts(shares),
            "holder": None if holder is None else str(getattr(holder, "uid", holder)),
            "reason": why,
        }
        found, identity = replayed(context, ClaimEvent, uid, content)
        if found is not None:
            return context.session.get_one(Claim, found.claim_id)
        standing, _ = self._standing(whose)
        contested = {claim.unit_id: claim for claim in standing if claim.state is ClaimState.CONTESTED}
        if not contested:
            raise Conflict(
                problem(
                    N_("No claim on lead {id} is contested."),
                    N_("See who holds it: crm claim history LEAD"),
                    code="not_contested",
                    id=whose.id,
                )
            )
        if actor.unit_id in contested:
            raise AccessDenied(
                problem(
                    N_("{actor} belongs to a contesting unit and cannot decide this contest."),
                    N_("Ask an admin of another unit."),
                    code="own_matter",
                    actor=actor.username,
                )
            )
        with Checks() as check:
            parts, head = self._parts(check, shares, contested, holder)
        winner = (
            contested[head]
            if head
            else min((contested[unit] for unit in parts), key=lambda claim: (-parts[claim.unit_id], claim.id))
        )
        now = context.now()
        verdicts: dict[int, dict[str, object]] = {
            claim.id: {"state": ClaimState.ACTIVE, "held_since": now}
            if claim is winner
            else {"state": ClaimState.SHARED if claim.unit_id in parts else ClaimState.REFUSED, "ended_at": now}
            for claim in contested.values()
        }
        with Writing(context, "claim.rule", why, whole=True) as write:
            write.change_all((claim, verdicts[claim.id]) for claim in contested.values())
            write.add(
                *(
                    self._event(claim, ClaimStep.RULED, why, **(identity if claim is winner else {}))
                    for claim in contested.values()
                ),
                *_split(winner, parts),
            )
        return winner

    @writes(Right.CLAIM_RENEW, by_record=True)
    def renew(self, lead: LeadRef, *, reason: str | None = None, uid: UUID | str | None = None) -> Claim:
        """Renew a claim that still protects: its days of protection restart today.

        Args:
            lead: The lead, by number, uid, title or investor.
            reason: Why.
            uid: Makes the call safe to repeat.

        Raises:
            AccessDenied: It is another unit's.
            Conflict: The lead has no active claim, it has lapsed, or it was renewed as often as the policy allows.
        """
        context = self._context
        whose = self._leads.get(lead)
        with Checks() as check:
            why = check.text(reason, "reason", REASON, required=False)
        found, identity = replayed(context, ClaimEvent, uid, {"lead": str(whose.uid), "do": "renew", "reason": why})
        if found is not None:
            return context.session.get_one(Claim, found.claim_id)
        claim = self._active(whose, Right.CLAIM_RENEW)
        renewed = (ClaimEvent.claim_id == claim.id, ClaimEvent.kind == ClaimStep.RENEWED)
        times = context.session.scalar(select(func.count()).select_from(ClaimEvent).where(*renewed)) or 0
        most = self._policy.renewals
        if times >= most:
            raise Conflict(
                problem(
                    N_("The claim was renewed {times} times; the policy allows {most}."),
                    N_("Log a meeting or move the lead: progress extends the protection."),
                    code="renewals",
                    times=times,
                    most=most,
                )
            )
        with Writing(context, "claim.renew", why) as write:
            write.add(self._event(claim, ClaimStep.RENEWED, why, **identity))
        return claim

    @writes(Right.CLAIM_TRANSFER, by_record=True)
    def transfer(
        self, lead: LeadRef, *, to: UnitRef, keep: Share = 0, reason: str, uid: UUID | str | None = None
    ) -> Claim:
        """Transfer a claim to another unit, which continues with the lead; the credit may be shared.

        Args:
            lead: The lead.
            to: The unit that takes it.
            keep: The percentage of the whole that the old holder keeps of its share; by default nothing.
            reason: Why.
            uid: Makes the call safe to repeat.

        Returns:
            The new claim, flushed, active from now on.

        Raises:
            InvalidInput: The unit holds it already, or the holder cannot keep so much.
            AccessDenied: It is another unit's.
            Archived: The unit is archived.
            Conflict: There is no active claim, it has lapsed, or the quota of the unit is full.
        """
        context = self._context
        whose = self._leads.get(lead)
        with Checks() as check:
            heir = self._unit(check, to, "to")
            kept_share = check.take(lambda: as_share(keep, "keep", zero=True))
            why = check.text(reason, "reason", REASON)
        content = {"lead": str(whose.uid), "to": str(heir.uid), "keep": kept_share, "reason": why}
        found, identity = replayed(context, Claim, uid, content)
        if found is not None:
            return found
        claim = self._active(whose, Right.CLAIM_TRANSFER)
        ensure_open(heir)
        shares = {share.unit_id: share.points for share in claim.shares} or {claim.unit_id: WHOLE}
        own = shares.pop(claim.unit_id)
        with Checks() as check:
            if heir.id == claim.unit_id:
                check.wrong(
                    N_("{unit} already holds it."),
                    N_("Name another unit."),
                    field="to",
                    code="same",
                    unit=heir.code,
                )
            if kept_share >= own:
                check.wrong(
                    N_("The holder has {own}; it cannot keep {kept} and transfer the rest."),
                    N_("Keep a smaller share."),
                    field="keep",
                    code="share",
                    own=percent(own),
                    kept=percent(kept_share),
                )
        self._ensure_quota(heir)
        shares[heir.id] = shares.get(heir.id, 0) + own - kept_share
        if kept_share:
            shares[claim.unit_id] = kept_share
        now, actor = context.now(), context.acting()
        with Writing(context, "claim.transfer", why, whole=True) as write:
            write.change(claim, state=ClaimState.TRANSFERRED, ended_at=now)
            write.add(self._event(claim, ClaimStep.TRANSFERRED, why))
            heirs = Claim(
                **identity,
                lead_id=whose.id,
                unit_id=heir.id,
                origin=ClaimOrigin.TRANSFERRED,
                from_claim_id=claim.id,
                filed_at=now,
                filed_by_id=actor.id,
                state=ClaimState.ACTIVE,
                held_since=now,
            )
            write.add(heirs)
            write.flush()
            write.add(
                self._event(heirs, ClaimStep.FILED, why),
                *_split(heirs, shares),
            )
        return heirs

    @writes(Right.CLAIM_RELEASE, by_record=True)
    def release(
        self, lead: LeadRef, *, unit: UnitRef | None = None, reason: str, uid: UUID | str | None = None
    ) -> Claim:
        """Release a claim. If it is held, the lead goes back to the pool, and its shares end.

        In a contest the unit withdraws. If one claim remains, it becomes active, protects from this moment on, and may
        be contested only within the window of its own filing.

        Args:
            lead: The lead.
            unit: Whose claim; by default the one that is held, and in a contest that of the actor's unit.
            reason: Why.
            uid: Makes the call safe to repeat.

        Returns:
            The claim that was given up, flushed.

        Raises:
            InvalidInput: The reason is missing; in a contest, the actor's unit takes no part and none is named.
            AccessDenied: It is another unit's.
            Conflict: The unit has no claim that stands, or it has lapsed.
        """
        context = self._context
        whose = self._leads.get(lead)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            named = None if unit is None else self._unit(check, unit, "unit")
        content = {"lead": str(whose.uid), "do": "release", "reason": why}
        if named is not None:
            content["unit"] = str(named.uid)
        found, identity = replayed(context, ClaimEvent, uid, content)
        if found is not None:
            return context.session.get_one(Claim, found.claim_id)
        claim, rivals = self._given_up(whose, named)
        now = context.now()
        with Writing(context, "claim.release", why, whole=True) as write:
            write.change(claim, state=ClaimState.RELEASED, ended_at=now)
            if len(rivals) == 1:
                write.change(rivals[0], state=ClaimState.ACTIVE, held_since=now)
            write.add(
                self._event(claim, ClaimStep.RELEASED, why, **identity),
                *(self._event(rival, ClaimStep.UNCONTESTED) for rival in rivals if len(rivals) == 1),
            )
        return claim


def _split(claim: Claim, parts: Mapping[int, int]) -> list[ClaimShare]:
    """Return the shares of a shared claim; a claim of one unit has none."""
    if len(parts) == 1:
        return []
    return [ClaimShare(claim_id=claim.id, unit_id=unit, points=points) for unit, points in parts.items()]


def _share_texts(shares: object) -> object:
    """Return shares as the caller passed them, to recognise a repeated call."""
    if not isinstance(shares, Mapping):
        return str(shares)
    return {str(getattr(unit, "uid", unit)): str(share) for unit, share in shares.items()}
