"""The verbs that move a lead. Each follows the rules and writes one transition."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from crm.models import Lead, Transition
from crm.reads.leads.facts import lead_facts
from crm.rules.access import Right
from crm.rules.leads.moves import Step
from crm.rules.leads.redates import landing
from crm.rules.stages import Missing, MoveKind
from crm.services.investors.base import investor_of
from crm.services.kernel.conflicts import stale
from crm.services.kernel.context import Context
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import reads, writes
from crm.services.kernel.writing import Writing, replayed
from crm.services.leads.base import LeadBase, require_policy
from crm.services.leads.redates import history_of
from crm.services.leads.referral_checks import ensure_no_circle, open_until
from crm.services.leads.steps import Asked, Day, copies_of, may_lengthen, read_move, step_of, transition_of
from crm.values.plain import plain

Uid = UUID | str | None


class LeadMoves(LeadBase):
    """Advance, back, hold, resume, lose, abandon, reopen, exit. Each returns the transition, flushed."""

    @writes(Right.LEAD_ADVANCE, by_record=True)
    def advance(
        self,
        ref: LeadRef,
        to: str | None = None,
        *,
        on: Day = None,
        reason: str | None = None,
        version: int | None = None,
        uid: Uid = None,
    ) -> Transition:
        """Move a lead forward: to the next stage, or further with a reason, through every gate on the way.

        Args:
            ref: The lead, by number, uid, title or investor.
            to: The code of a later stage; by default the next one.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            reason: Why; needed to pass over a stage.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            GatesNotMet: Gates on the way are not met, all of them named.
            Conflict: By a move of an earlier day a referral that had expired would form a circle with others.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.ADVANCE, to=to, on=on, reason=reason, version=version, uid=uid)

    @writes(Right.LEAD_BACK)
    def back(
        self, ref: LeadRef, to: str, *, reason: str, on: Day = None, version: int | None = None, uid: Uid = None
    ) -> Transition:
        """Move a lead back to a lower stage; not below the policy's floor unless all capital is reversed.

        Args:
            ref: The lead, by number, uid, title or investor.
            to: The code of a lower stage.
            reason: Why.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            Conflict: Without the landing a referral would form a circle with others.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.BACK, to=to, on=on, reason=reason, version=version, uid=uid)

    @writes(Right.LEAD_HOLD, by_record=True)
    def hold(
        self,
        ref: LeadRef,
        *,
        reason: str,
        review: date | str,
        on: Day = None,
        version: int | None = None,
        uid: Uid = None,
    ) -> Transition:
        """Put a lead on hold until a day of review.

        Args:
            ref: The lead, by number, uid, title or investor.
            reason: Why.
            review: The day on which to look at it again; today or later.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.HOLD, on=on, reason=reason, review=review, version=version, uid=uid)

    @writes(Right.LEAD_RESUME, by_record=True)
    def resume(
        self, ref: LeadRef, *, reason: str | None = None, on: Day = None, version: int | None = None, uid: Uid = None
    ) -> Transition:
        """Resume a lead on hold.

        Args:
            ref: The lead, by number, uid, title or investor.
            reason: Why.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.RESUME, on=on, reason=reason, version=version, uid=uid)

    @writes(Right.LEAD_LOSE, by_record=True)
    def lose(
        self,
        ref: LeadRef,
        *,
        reason: str,
        competitor: str | None = None,
        on: Day = None,
        version: int | None = None,
        uid: Uid = None,
    ) -> Transition:
        """Record that the investor went elsewhere, with reason and competing place; only before landing.

        Args:
            ref: The lead, by number, uid, title or investor.
            reason: Why.
            competitor: The place where the investor went.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.LOSE, on=on, reason=reason, competitor=competitor, version=version, uid=uid)

    @writes(Right.LEAD_ABANDON, by_record=True)
    def abandon(
        self, ref: LeadRef, *, reason: str, on: Day = None, version: int | None = None, uid: Uid = None
    ) -> Transition:
        """Record that the bureau abandons a lead; only before landing.

        Args:
            ref: The lead, by number, uid, title or investor.
            reason: Why.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.ABANDON, on=on, reason=reason, version=version, uid=uid)

    @writes(Right.LEAD_REOPEN)
    def reopen(
        self,
        ref: LeadRef,
        *,
        reason: str,
        to: str | None = None,
        on: Day = None,
        version: int | None = None,
        uid: Uid = None,
    ) -> Transition:
        """Start the next cycle of a lost, abandoned or exited lead, at the policy's stage or lower.

        It remains the same lead.

        Args:
            ref: The lead, by number, uid, title or investor.
            reason: Why.
            to: The code of the stage to start at; by default the policy's.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            GatesNotMet: Gates on the way are not met, all of them named.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.REOPEN, to=to, on=on, reason=reason, version=version, uid=uid)

    @writes(Right.LEAD_EXIT)
    def exit(
        self, ref: LeadRef, *, reason: str, on: Day = None, version: int | None = None, uid: Uid = None
    ) -> Transition:
        """Record that a landed enterprise has left.

        Args:
            ref: The lead, by number, uid, title or investor.
            reason: Why.
            on: The day of the move in the bureau's zone, by default today; not in the future, nor before the last move.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.

        Raises:
            MoveNotAllowed: The rules forbid it; all obstacles are named.
            AccessDenied: The role may not make this move, or the lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        return self._move(ref, MoveKind.EXIT, on=on, reason=reason, version=version, uid=uid)

    @reads(Right.READ)
    def missing(self, ref: LeadRef, to: str | None = None) -> tuple[Missing, ...]:
        """Return what a lead lacks for a stage, for all gates on the way.

        Args:
            ref: The lead.
            to: A stage; by default the next one. Of a lead in the last, what it had when it came there and has no more
                since capital was reversed.

        Raises:
            InvalidInput: The policy has no such stage.
            Conflict: The policy lacks the stage in which the lead stands.
        """
        lead = self._whole(ref)
        pipeline = self._context.policy()
        following = pipeline.after(lead.stage)
        target = to or (following.code if following else None)
        facts = lead_facts(self._context.session, lead.id, self._context.today)
        if target is None:
            return pipeline.undone(facts, lead.stage)
        return pipeline.missing(facts, target, since=lead.stage)

    def _move(
        self,
        ref: LeadRef,
        kind: MoveKind,
        *,
        on: Day,
        reason: str | None,
        version: int | None,
        uid: Uid,
        to: str | None = None,
        review: Day = None,
        competitor: str | None = None,
    ) -> Transition:
        context = self._context
        actor, lead = self._authorised(Right(f"lead.{kind.value}"), ref)
        asked = read_move(
            context, kind, to=to, on=on, reason=reason, review=review, competitor=competitor, version=version
        )
        content = {
            "lead": str(lead.uid),
            "kind": kind,
            "to": to,
            "on": plain(on),
            "reason": asked.move.reason,
            "review": plain(asked.move.review_on),
            "competitor": asked.competitor,
        }
        found, identity = replayed(context, Transition, uid, content)
        if found is not None:
            return found
        if version is not None and version != lead.version:
            raise stale(lead, version, lead.version)
        require_policy(asked.pipeline, actor, kind)
        if kind is MoveKind.REOPEN:
            # Archiving the investor checks for open leads, so it must be serialised with this.
            investor_of(context.session, lead, keeping=True)
        step = step_of(lead, lead_facts(context.session, lead.id, asked.move.on), asked)
        lengthens = may_lengthen(lead, asked)
        until = open_until(context, lead, asked.pipeline) if lengthens else {}
        with Writing(context, f"lead.{kind.value}", asked.move.reason, whole=bool(identity or until)) as write:
            number = lead.last_transition + 1
            write.change(lead, last_transition=number, **_copies(context, lead, step, asked))
            transition = transition_of(context, lead, step, asked, **identity)
            write.add(transition)
            if until:
                write.flush()
                ensure_no_circle(context, lead, asked.pipeline, until)
        return transition


def _copies(context: Context, lead: Lead, step: Step, asked: Asked) -> dict[str, Any]:
    """Return the columns that a lead copies from its next transition."""
    values = copies_of(lead, step, asked)
    if step.kind is MoveKind.BACK and asked.pipeline.present(step.from_stage) == asked.pipeline.last.code:
        # After an exit and a reopening the day of the first landing stays, so it is not counted twice.
        _, history = history_of(context, lead)
        values["landed_on"] = landing([move for move in history if move.cycle < step.cycle])
    return values
