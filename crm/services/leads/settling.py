"""Settling a lead that was carried over: its gates are checked, and it counts on the days of its documents."""

from __future__ import annotations

from sqlalchemy import func, select

from crm.errors import N_, Conflict, problem
from crm.models import CarriedOver, Redate
from crm.reads.leads.facts import first_days, lead_facts
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.leads.redates import days_of
from crm.rules.leads.settling import settled
from crm.rules.stages import MoveKind
from crm.services.kernel.conflicts import require_version, stale
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing
from crm.services.leads.base import LeadBase, require_policy
from crm.services.leads.redates import history_of


class LeadSettling(LeadBase):
    """The verb that takes a lead that was carried over into the figures."""

    @writes(Right.LEAD_SETTLE, by_record=True)
    def settle(self, ref: LeadRef, *, version: int | None = None) -> CarriedOver:
        """Settle a lead that was carried over: from now on it counts, on the days of its documents.

        Its moves stay as they were recorded; their days are corrected to those on which the documents met the gates.
        Published figures show a restatement. A fixed number of statements.

        Args:
            ref: The lead.
            version: The version of the lead that the caller saw.

        Returns:
            That it was carried over, with who settled it and when; flushed.

        Raises:
            GatesNotMet: Gates up to its stage are not met, all of them named.
            InvalidInput: The days of documents contradict the days of other moves; each is named.
            Conflict: It was not carried over, or is settled already.
            AccessDenied: The lead is another station's or unit's.
            StaleLead: Somebody else moved or edited the lead first.
        """
        context = self._context
        actor, lead = self._authorised(Right.LEAD_SETTLE, ref)
        with Checks() as check:
            check.take(lambda: require_version(version))
        if version is not None and version != lead.version:
            raise stale(lead, version, lead.version)
        session, today = context.session, context.today
        carried = session.scalars(select(CarriedOver).where(CarriedOver.lead_id == lead.id)).one_or_none()
        if carried is None or carried.settled_at is not None:
            raise Conflict(
                problem(
                    N_("Lead {id} is not carried over: it counts already."),
                    N_("See its history: crm lead history {id}"),
                    code="not_carried_over",
                    id=lead.id,
                )
            )
        pipeline = context.policy()
        require_policy(pipeline, actor, MoveKind.ADVANCE)
        moves, before = history_of(context, lead)
        after = settled(
            pipeline,
            before,
            range(carried.first_move, carried.last_move + 1),
            lead_facts(session, lead.id, today),
            first_days(session, lead.id),
        )
        changed = [
            (moves[new.number - 1], old, new) for old, new in zip(before, after, strict=True) if old.on != new.on
        ]
        numbers = (
            select(Redate.transition_id, func.max(Redate.number).label("number"))
            .where(Redate.transition_id.in_([move.id for move, _, _ in changed]))
            .group_by(Redate.transition_id)
        )
        earlier = {row.transition_id: row.number for row in session.execute(numbers)}
        with Writing(context, "lead.settle", whole=True) as write:
            write.change(lead, version=version, even_unchanged=True, **days_of(after))
            write.change(carried, settled_at=context.now(), settled_by_id=actor.id)
            write.add(
                *(
                    Redate(
                        transition_id=move.id,
                        number=1 + earlier.get(move.id, 0),
                        occurred_on=new.on,
                        counted_on=old.on,
                        recorded_at=context.now(),
                        recorded_on=today,
                        actor_id=actor.id,
                        reason=carried.reason,
                    )
                    for move, old, new in changed
                )
            )
        return carried
