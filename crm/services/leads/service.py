"""Leads: opened, edited, handed over, and read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from crm.errors import N_, GatesNotMet, problem
from crm.models import Assignment, Investor, Lead, Referral, Transition
from crm.reads.leads import queries as reports
from crm.reads.leads.rows import AssignmentRow, BoardColumn, HistoryRow, LeadCard, LeadRow, StageTime
from crm.rules.access import Right, Scope, scope
from crm.rules.facts import LeadFacts
from crm.rules.stages import MoveKind, Pipeline, Status
from crm.services.kernel.checks import REASON, TITLE, UNSET, Checks
from crm.services.kernel.locks import lock_tables, share_rows
from crm.services.kernel.verbs import reads, writes
from crm.services.kernel.writing import Writing, ensure_all_open, ensure_free, replayed
from crm.services.leads.arguments import LeadArguments, Source, StaffRef, StationRef, UnitRef, names_referrer
from crm.services.leads.base import LeadRef, require_policy
from crm.services.leads.moves import LeadMoves
from crm.services.leads.papers import LeadPapers
from crm.services.leads.referral_checks import ensure_allowed, ensure_recordable, from_source, valid_referrals
from crm.services.leads.shares import room_for
from crm.values.money import Money
from crm.values.plain import plain
from crm.values.shares import WHOLE

if TYPE_CHECKING:
    from crm.services.investors.service import InvestorRef


class Leads(LeadMoves, LeadPapers, LeadArguments):
    """The possible investment projects; handed out by :class:`crm.CRM`."""

    @writes(Right.LEAD_OPEN, by_record=True)
    def open(
        self,
        investor: InvestorRef,
        *,
        title: str,
        source: Source | None = None,
        received: date | str | None = None,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        owner: StaffRef | None = None,
        expected: Money | str | None = None,
        industry: str | None = None,
        foreign: bool | None = None,
        confidential: bool = False,
        code_name: str | None = None,
        parent: LeadRef | None = None,
        note: str | None = None,
        uid: UUID | str | None = None,
    ) -> Lead:
        """Open a lead in the first stage.

        Args:
            investor: Whose project it is.
            title: What the project is called.
            source: A station, unit, event or investor (who referred it), or text: ``station:CODE``, ``unit:CODE``,
                ``event:NAME``, ``referral:INVESTOR``; an event named by its code is joined with its record. By default
                the lead's station, or else its unit.
            received: The day it was received, by default today; never in the future.
            station: The station that serves it, by default the actor's.
            unit: The responsible unit, by default the actor's; not that of a manager who names a station.
            owner: The responsible person, by default the actor.
            expected: Expected amount: Money, or text such as ``20000000 USD``; positive.
            industry: GB/T 4754-2017, such as ``C36``.
            foreign: Whether the capital is foreign; by default, whether the investor's country is not CN.
            confidential: Show it to others as its code name.
            code_name: What others see; required of a confidential lead.
            parent: The lead this one expands (增资扩产).
            note: What everybody should know.
            uid: Makes the call safe to repeat.

        Returns:
            The lead, flushed, with its first transition.

        Raises:
            InvalidInput: Arguments that cannot be meant, all named.
            GatesNotMet: The policy's first stage asks for more.
            AccessDenied: The role may not open leads, or not for this station or unit.
            Archived: The investor, station, unit or owner is archived.
            Conflict: The code name, or the uid with other content, is in use.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            # Who brings it is kept together with whose it is, after the turn for referrals.
            whose = check.take(lambda: self._investors.get(investor, keep=not names_referrer(source)), "investor")
            base = actor.station_id if station is None else station
            # Whoever works for one unit keeps it; the bureau that opens a lead for a station does not claim it.
            own_unit = station is None or scope(actor, Right.LEAD_OPEN) is Scope.OWN
            place = self._place(check, base, self._stations.get, "station")
            home = self._place(check, actor.unit_id if unit is None and own_unit else unit, self._units.get, "unit")
            hand = self._place(check, actor.id if owner is None else owner, self._staff.get, "owner")
            elder = None if parent is None else check.take(lambda: self.get(parent), "parent")
            if whose is not None and elder is not None and elder.investor_id != whose.id:
                check.add(
                    problem(
                        N_("An expansion belongs to the investor of the lead it expands."),
                        N_("Open it for that investor."),
                        field="parent",
                        code="parent",
                    )
                )
            values: dict[str, Any] = {
                "title": check.text(title, "title", TITLE),
                "received_on": check.day(
                    context.today if received is None else received, "received", not_after=context.today
                ),
                **self._details(check, expected=expected, industry=industry, note=note),
                **self._veil(check, confidential, code_name),
                "investor_id": whose.id if whose else None,
                "parent_id": elder.id if elder else None,
                "station_id": place.id if place else None,
                "unit_id": home.id if home else None,
                "owner_id": hand.id if hand else None,
            }
            values |= self._source(check, source if source is not None else place or home, whose)
            values["foreign_capital"] = (
                check.flag(foreign, "foreign") if foreign is not None else whose is not None and whose.country != "CN"
            )
        context.require(Right.LEAD_OPEN, station_id=values["station_id"], unit_id=values["unit_id"])
        # What was not given is not part of the content: the call may be repeated tomorrow.
        content = {
            **values,
            "received_on": None if received is None else values["received_on"],
            "foreign_capital": foreign,
        }
        # Nor is the record of an event: it may have been added since, under the name that was given.
        del content["source_event_id"]
        found, identity = replayed(context, Lead, uid, {key: plain(value) for key, value in content.items()})
        if found is not None:
            return found
        ensure_all_open(whose, place, home, hand)
        if values["code_name"] is not None:
            ensure_free(context, Lead.code_name, values["code_name"])
        return self._write_open(whose, values, identity)

    def _write_open(self, whose: Investor, values: dict[str, Any], identity: dict[str, Any]) -> Lead:
        context = self._context
        actor, today, now, day = context.acting(), context.today, context.now(), values["received_on"]
        pipeline = context.policy(day)
        require_policy(pipeline, actor, MoveKind.OPEN)
        facts = LeadFacts(
            investor=True,
            source=True,
            received_on=day,
            unit=values["unit_id"] is not None,
            expected=values["expected_minor"] is not None,
            industry=values["industry"] is not None,
            foreign=values["foreign_capital"],
        )
        missing = pipeline.missing(facts, pipeline.first.code)
        if missing:
            raise GatesNotMet(*(each.problem for each in missing))
        brought = self._brought(whose, values, day, pipeline)
        with Writing(context, "lead.open", whole=bool(identity)) as write:
            lead = Lead(
                **values,
                **identity,
                recorded_on=today,
                stage=pipeline.first.code,
                status=Status.ACTIVE,
                cycle=1,
                last_transition=1,
                moved_on=day,
                entered_on=day,
            )
            write.add(lead)
            write.flush()
            write.add(
                Transition(
                    lead_id=lead.id,
                    number=1,
                    kind=MoveKind.OPEN,
                    policy=pipeline.name,
                    to_stage=lead.stage,
                    to_status=Status.ACTIVE,
                    to_position=0,
                    last_position=len(pipeline.stages) - 1,
                    cycle=1,
                    occurred_on=day,
                    recorded_at=now,
                    recorded_on=today,
                    actor_id=actor.id,
                ),
                Assignment(
                    lead_id=lead.id,
                    number=1,
                    station_id=lead.station_id,
                    unit_id=lead.unit_id,
                    owner_id=lead.owner_id,
                    assigned_at=now,
                    actor_id=actor.id,
                ),
            )
            if brought is not None:
                brought.lead_id = lead.id
                write.add(brought)
        set_committed_value(lead, "investor", whose)
        return lead

    def _brought(self, whose: Investor, values: dict[str, Any], day: date, pipeline: Pipeline) -> Referral | None:
        """Return the referral of a lead that comes by one, still without the lead; None of one that does not."""
        if values["source_investor_id"] is None:
            return None
        context = self._context
        referrer = context.session.get_one(Investor, values["source_investor_id"])
        lock_tables(context.session, Referral)
        # Who waited for a merge had read both before it.
        share_rows(context.session, Investor, [whose.id, referrer.id])
        ensure_all_open(whose, referrer)
        ensure_allowed(context, whose.id, referrer, day, pipeline)
        return from_source(context, referrer, day, pipeline, WHOLE)

    def _brought_since(self, lead: Lead, values: dict[str, Any]) -> Referral | None:
        """Return the referral that a lead's new source asks for; None where there is no new referrer, or its referral stands."""
        number = values.get("source_investor_id")
        if number is None or number == lead.source_investor_id:
            return None
        context, pipeline = self._context, self._context.policy()
        lock_tables(context.session, Referral)
        (referrer,) = share_rows(context.session, Investor, [number])
        ensure_all_open(referrer)
        if any(each.referrer_investor_id == number for each in valid_referrals(context.session, lead.id)):
            return None
        ensure_recordable(context, lead, referrer, lead.received_on, pipeline)
        points = room_for(referrer, valid_referrals(context.session, lead.id), None)
        made = from_source(context, referrer, lead.received_on, pipeline, points)
        made.lead_id = lead.id
        return made

    @writes(Right.LEAD_EDIT, by_record=True)
    def edit(
        self,
        ref: LeadRef,
        *,
        title: Any = UNSET,
        expected: Any = UNSET,
        industry: Any = UNSET,
        note: Any = UNSET,
        source: Any = UNSET,
        foreign: Any = UNSET,
        confidential: Any = UNSET,
        code_name: Any = UNSET,
        version: int | None = None,
    ) -> Lead:
        """Change what is passed; None clears, unless a gate that the lead has passed asks for it.

        Stage and status change by moving the lead; unit, station and owner by handing it over. A new source that is a
        referrer is recorded as a referral of the day the lead was received, under the rules of
        :meth:`crm.services.referrals.service.Referrals.add`, with the credit that is left; one that stands already
        stays as it is, and so does that of the source before, which is withdrawn where it was wrong.

        Raises:
            InvalidInput: Arguments that cannot be meant, all named; a source of the same group.
            AccessDenied: The lead is another station's or unit's.
            Archived: The new source is an archived investor.
            StaleLead: Somebody else moved or edited it first.
            Conflict: The code name is in use; the new source is a referral that comes after signing, closes a cycle, or
                finds no credit left.
        """
        context = self._context
        actor, lead = self._authorised(Right.LEAD_EDIT, ref)
        values: dict[str, Any] = {}
        with Checks() as check:
            if title is not UNSET:
                values["title"] = check.text(title, "title", TITLE)
            details = {"expected": expected, "industry": industry, "note": note}
            values |= self._details(check, **{key: value for key, value in details.items() if value is not UNSET})
            for key in ("expected", "industry"):
                if details[key] is None:
                    check.add(*self._passed(lead, key))
            if source is not UNSET:
                whose = context.session.get_one(Investor, lead.investor_id)
                values |= self._source(check, source, whose)
            if foreign is not UNSET:
                values["foreign_capital"] = check.flag(foreign, "foreign")
                check.add(*self._foreign(lead, actor, foreign=values["foreign_capital"]))
            if confidential is not UNSET or code_name is not UNSET:
                values |= self._veil(
                    check,
                    lead.confidential if confidential is UNSET else confidential,
                    lead.code_name if code_name is UNSET else code_name,
                )
        if values.get("code_name") not in {None, lead.code_name}:
            ensure_free(context, Lead.code_name, values["code_name"])
        brought = self._brought_since(lead, values)
        with Writing(context, "lead.edit", whole=brought is not None) as write:
            write.change(lead, version=version, **values)
            if brought is not None:
                write.add(brought)
        return lead

    @writes(Right.LEAD_HANDOVER, by_record=True)
    def handover(
        self,
        ref: LeadRef,
        *,
        owner: Any = UNSET,
        unit: Any = UNSET,
        station: Any = UNSET,
        reason: str | None = None,
        version: int | None = None,
    ) -> Lead:
        """Hand a lead to another owner, unit or station; the hands it went through are kept.

        Raises:
            InvalidInput: Nothing would change, or arguments that cannot be meant, all named.
            AccessDenied: The lead is another station's or unit's.
            Archived: The new hands are archived.
            StaleLead: Somebody else changed the lead first.
        """
        context = self._context
        actor, lead = self._authorised(Right.LEAD_HANDOVER, ref)
        values: dict[str, Any] = {}
        hands: Any = []
        with Checks() as check:
            for field, passed, get in (
                ("station", station, self._stations.get),
                ("unit", unit, self._units.get),
                ("owner", owner, self._staff.get),
            ):
                if passed is not UNSET:
                    record = self._place(check, passed, get, field)
                    values[f"{field}_id"] = record.id if record else None
                    hands.append(record)
            if unit is None:
                check.add(*self._passed(lead, "unit"))
            why = check.text(reason, "reason", REASON, required=False)
            if all(getattr(lead, key) == value for key, value in values.items()) and not check.refusals:
                check.add(problem(N_("Nothing changes."), N_("Name another owner, unit or station."), code="empty"))
        ensure_all_open(*hands)
        number = context.session.scalar(select(func.max(Assignment.number)).where(Assignment.lead_id == lead.id)) or 0
        with Writing(context, "lead.handover", why) as write:
            write.change(lead, version=version, **values)
            write.add(
                Assignment(
                    lead_id=lead.id,
                    number=number + 1,
                    station_id=lead.station_id,
                    unit_id=lead.unit_id,
                    owner_id=lead.owner_id,
                    assigned_at=context.now(),
                    actor_id=actor.id,
                    reason=why,
                )
            )
        return lead

    @reads(Right.READ)
    def show(self, ref: LeadRef, *, today: date | None = None) -> LeadCard:
        """Return everything about a lead, and what is missing for its next stage."""
        from crm.reads.leads.card import card

        lead = self.get(ref)
        return card(
            self._context.session,
            self._context.actor,
            lead.id,
            self._context.policy(),
            today=self._context.on(today),
        )

    @reads(Right.READ)
    def list(
        self,
        *,
        text: str | None = None,
        stage: str | None = None,
        status: Status | str | None = None,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        owner: StaffRef | None = None,
        investor: InvestorRef | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[LeadRow, ...]:
        """Return leads, the latest moved first. One statement, and one for each name to look up."""
        with Checks() as check:
            where = self._where(check, station, unit)
            if stage is not None:
                check.take(lambda: self._context.policy().position(stage))
                where.append(Lead.stage == stage)
            if status is not None:
                where.append(Lead.status == check.choice(Status, status, "status"))
            if owner is not None:
                hand = check.take(lambda: self._staff.get(owner), "owner")
                where.append(Lead.owner_id == (hand.id if hand else None))
            whose = None if investor is None else check.take(lambda: self._investors.get(investor), "investor")
            first, most = check.count(offset, "offset"), check.count(limit, "limit")
            words = None if text is None else check.text(text, "text", TITLE)
        return reports.leads(
            self._context.session,
            self._context.actor,
            self._context.policy(),
            today=self._context.today,
            text=words,
            where=where,
            investor_id=whose.id if whose else None,
            limit=most,
            offset=first or 0,
        )

    @reads(Right.READ)
    def board(
        self,
        *,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        today: date | None = None,
        closed: bool = False,
    ) -> tuple[BoardColumn, ...]:
        """Return the pipeline by stage, with counts, sums by currency, and how long each lead has stood. One statement."""
        with Checks() as check:
            where = self._where(check, station, unit)
        return reports.board(
            self._context.session,
            self._context.actor,
            self._context.policy(),
            today=self._context.on(today),
            where=where,
            closed=closed,
        )

    @reads(Right.READ)
    def stale(self, *, today: date | None = None) -> tuple[LeadRow, ...]:
        """Return leads that stood longer than their stage's limit, or on hold past their day of review. One statement."""
        return reports.stale(
            self._context.session, self._context.actor, self._context.policy(), today=self._context.on(today)
        )

    @reads(Right.READ)
    def history(self, ref: LeadRef) -> tuple[HistoryRow, ...]:
        """Return the transitions of a lead in their order."""
        return reports.history(self._context.session, self.get(ref).id)

    @reads(Right.READ)
    def times(self, ref: LeadRef, *, today: date | None = None) -> tuple[StageTime, ...]:
        """Return how long a lead stood in each stage."""
        return reports.times(self.history(ref), today=self._context.on(today))

    @reads(Right.READ)
    def assignments(self, ref: LeadRef) -> tuple[AssignmentRow, ...]:
        """Return the hands a lead went through."""
        return reports.assignments(self._context.session, self.get(ref).id)
