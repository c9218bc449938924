"""The day of a move corrected: a row that names the move; the lead's copies of its days follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from crm.errors import N_, AccessDenied, InvalidInput, problem
from crm.models import Investor, Lead, Redate, Referral, Transition
from crm.reads.kernel.moves import day_of_move
from crm.reads.leads.facts import lead_facts
from crm.rules.access import Right, Scope, holders, scope
from crm.rules.kernel.checks import Checks
from crm.rules.leads.redates import Made, days_of, ensure_redatable, redated
from crm.services.kernel.conflicts import require_version, stale
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import correcting
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, replayed
from crm.services.leads.base import LeadBase
from crm.services.leads.referral_checks import ensure_allowed, ensure_no_circle, open_until, valid_referrals
from crm.values.moments import as_date
from crm.values.plain import plain
from crm.values.text import REASON


class LeadRedates(LeadBase):
    """The day of a move, and with the first move the day on which the lead was received."""

    @writes(Right.RECORD_CORRECT, by_record=True)
    def redate(
        self,
        ref: LeadRef,
        on: date | str,
        *,
        move: int | None = None,
        reason: str | None = None,
        version: int | None = None,
        uid: UUID | str | None = None,
    ) -> Redate:
        """Correct the day of a move; the move stays as it was recorded, and the new day counts everywhere.

        The first move is the opening: its day is the day the lead was received. Whoever opened the lead corrects it for
        the policy's days. Later, and for every other move, a manager does, with a reason. The referral that came with
        the lead follows its day.

        Args:
            ref: The lead.
            on: The day it happened: not before the move before, not after the next one, not after it was recorded.
            move: The number of the move, as the history lists it; by default the last.
            reason: Why.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Returns:
            The correction, flushed.

        Raises:
            InvalidInput: No such move or day, the order of moves, the reason is missing.
            GatesNotMet: Gates of the move were not met on that day; all are named.
            MoveNotAllowed: The move was not possible on that day; all obstacles are named.
            AccessDenied: Only a manager may.
            Conflict: By the new day of a signing or a landing, referrals that were open together form a circle.
            StaleLead: Somebody else moved or edited the lead first.
        """
        context = self._context
        lead = self._whole(ref)
        with Checks() as check:
            day, number = check.take(lambda: as_date(on, "on")), check.count(move, "move")
            why = check.text(reason, "reason", REASON, required=False)
            check.take(lambda: require_version(version))
        content = {"lead": str(lead.uid), "on": plain(day), "move": number, "reason": why}
        found, identity = replayed(context, Redate, uid, content)
        if found is not None:
            return found
        number = lead.last_transition if number is None else number
        if number == 1:
            correcting(context, lead, why)
        else:
            _require_manager(context, number, why)
        if version is not None and version != lead.version:
            raise stale(lead, version, lead.version)
        moves, before = history_of(context, lead)
        history = redated(before, number, day)
        self._ensure_passable(lead, history, number, before[number - 1].on)
        referral = self._received_with(lead, day) if number == 1 else None
        pipeline = context.policy(day)
        until = open_until(context, lead, pipeline) if number > 1 else {}
        earlier = select(func.max(Redate.number)).where(Redate.transition_id == moves[number - 1].id)
        with Writing(context, "lead.redate", why, whole=True) as write:
            write.change(lead, version=version, even_unchanged=True, **days_of(history))
            if referral is not None:
                write.change(referral, introduced_on=day, expires_on=pipeline.referrals.expires_on(day))
            made = Redate(
                **identity,
                transition_id=moves[number - 1].id,
                number=1 + (context.session.scalar(earlier) or 0),
                occurred_on=day,
                counted_on=before[number - 1].on,
                recorded_at=context.now(),
                recorded_on=context.today,
                actor_id=context.acting().id,
                reason=why,
            )
            write.add(made)
            if until:
                write.flush()
                ensure_no_circle(context, lead, pipeline, until)
        return made

    def _ensure_passable(self, lead: Lead, history: Sequence[Made], number: int, until_now: date) -> None:
        context, day = self._context, history[number - 1].on
        known = (
            lead_facts(context.session, lead.id, until_now),
            lead_facts(context.session, lead.id, context.today),
        )
        ensure_redatable(context.policy(day), history, number, lead_facts(context.session, lead.id, day), known)

    def _received_with(self, lead: Lead, day: date) -> Referral | None:
        """Return the referral that was introduced on the day the lead was received, if the new day may be its day."""
        if lead.source_investor_id is None:
            return None
        context = self._context
        lock_tables(context.session, Referral)
        for referral in valid_referrals(context.session, lead.id):
            if (referral.referrer_investor_id, referral.introduced_on) == (lead.source_investor_id, lead.received_on):
                referrer = context.session.get_one(Investor, lead.source_investor_id)
                ensure_allowed(context, lead.investor_id, referrer, day, context.policy(day), lead=lead)
                return referral
        return None


def history_of(context: Context, lead: Lead) -> tuple[Sequence[Transition], tuple[Made, ...]]:
    """Return the moves of a lead in order: as recorded, and with the days that count. One statement."""
    rows = context.session.execute(
        select(Transition, day_of_move().label("day")).where(Transition.lead_id == lead.id).order_by(Transition.number)
    ).all()
    return [row.Transition for row in rows], tuple(_as_made(row.Transition, row.day) for row in rows)


def _as_made(move: Transition, day: date) -> Made:
    """Return a transition with the day that counts, as the rules read it."""
    return Made(
        number=move.number,
        kind=move.kind,
        from_stage=move.from_stage,
        to_stage=move.to_stage,
        from_status=move.from_status,
        cycle=move.cycle,
        on=day,
        recorded_on=move.recorded_on,
        reason=move.reason,
        review_on=move.review_on,
        leaves_last=move.from_position == move.last_position,
        reaches_last=move.to_position == move.last_position,
    )


def _require_manager(context: Context, number: int, reason: str | None) -> None:
    """Refuse the correction of a move by those who may not correct what others recorded, and one without a reason."""
    actor = context.permit(Right.RECORD_CORRECT)
    if scope(actor, Right.RECORD_CORRECT) is not Scope.ALL:
        raise AccessDenied(
            problem(
                N_("{actor} may not correct the day of a move."),
                N_("Ask one of these roles: {holders}."),
                code="scope",
                actor=actor.username,
                holders=holders(Right.RECORD_CORRECT),
            )
        )
    if reason is None:
        raise InvalidInput(
            problem(
                N_("The reason is missing: the day of move {number} is corrected."),
                N_("Add it: --reason TEXT"),
                field="reason",
                code="missing",
                number=number,
            )
        )
