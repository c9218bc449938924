"""Requests of enterprises: accepted, assigned, answered, solved or unsolvable; each step is stored."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from crm.errors import N_, Conflict, problem
from crm.models import (
    Enterprise,
    Lead,
    Request,
    RequestChannel,
    RequestEvent,
    RequestKind,
    RequestState,
    RequestStep,
)
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import by_column, counted, declared
from crm.rules.requests import RequestDetails, RequestEnd, RequestHands
from crm.services.kernel.corrections import ensure_standing
from crm.services.kernel.refs import StaffRef, UnitRef
from crm.services.kernel.sight import ensure_hands_may, ensure_hands_see
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_all_open, replayed
from crm.services.meetings.about import require_one_lead
from crm.services.meetings.base import About
from crm.services.meetings.brands import brand_of
from crm.services.requests.arguments import day_of, deadline, deadlines, step_of, whose
from crm.services.requests.base import CLOSED, RequestRef
from crm.services.requests.corrections import RESTORE, RequestCorrections
from crm.values.plain import plain
from crm.values.text import REASON


class Requests(RequestCorrections):
    """Requests of enterprises; handed out by :class:`crm.CRM`."""

    @writes(Right.REQUEST_OPEN, by_record=True)
    def open(
        self,
        about: About | Enterprise,
        text: str,
        *,
        kind: RequestKind | str = RequestKind.OTHER,
        channel: RequestChannel | str = RequestChannel.VISIT,
        accepted: date | str | None = None,
        brand: str | None = None,
        ambassador: StaffRef | None = None,
        unit: UnitRef | None = None,
        assignee: StaffRef | None = None,
        answer_due: date | str | None = None,
        due: date | str | None = None,
        uid: UUID | str | None = None,
    ) -> Request:
        """Accept a request.

        Args:
            about: Whose: a project company by record, name or credit code, or an investor or lead as for
                :meth:`Meetings.log`.
            text: What is asked for.
            kind: What it is about, such as land, permits or labour.
            channel: How it came in.
            accepted: The day it was accepted, by default today; never in the future.
            brand: Code of a service brand of the policy.
            ambassador: Who serves the enterprise, by default the actor.
            unit: The unit in charge, if known already.
            assignee: The person in charge, if known already.
            answer_due: Until when it is to be answered; by default the policy's number of Chinese working days.
            due: Until when it is to be solved; likewise.
            uid: Makes the call safe to repeat.

        Returns:
            The request, flushed, accepted or, with unit or assignee, assigned.

        Raises:
            InvalidInput: Invalid arguments, all of them named; a deadline in a year whose holidays are not known.
            NotFound: There is no such enterprise, investor or lead.
            Ambiguous: Several match, or the investor has several open leads.
            AccessDenied: The lead belongs to another station or unit.
            Archived: The investor, the unit or one of the people is archived.
            Conflict: The uid is in use with other content.
        """
        context = self._context
        actor = context.acting()
        subject = whose(context, about)
        investor, lead = subject.investor, subject.lead
        if lead is not None:
            context.require_on(Right.REQUEST_OPEN, lead)
        with Checks() as check:
            begun = {"accepted": context.today if accepted is None else accepted}
            day = check.fields(RequestDetails, begun, today=context.today)["accepted_on"] or context.today
            arguments = {
                "text": text,
                "kind": kind,
                "channel": channel,
                "brand": brand,
                "ambassador": actor.id if ambassador is None else ambassador,
                "unit": unit,
                "assignee": assignee,
            }
            values = check.fields(
                RequestDetails,
                arguments,
                brand=lambda word: brand_of(context, check, word, day),
                ambassador=self._staff.get,
                unit=self._units.get,
                assignee=self._staff.get,
            )
            limits = deadlines(context, check, day, answer_due, due)
        values |= {"investor_id": investor.id, "lead_id": lead.id if lead else None}
        content = counted(RequestDetails, values) | {
            "accepted": accepted and plain(day),
            "answer_due": answer_due and plain(limits[0]),
            "due": due and plain(limits[1]),
        }
        found, identity = replayed(context, Request, uid, content)
        if found is not None:
            return found
        require_one_lead(subject)
        ensure_all_open(investor, *check.records.values())
        for hand in ("ambassador", "assignee"):
            ensure_hands_may(Right.REQUEST_ANSWER, check.records.get(hand), field=hand)
        ensure_hands_see(context, lead, [values.get("ambassador_id"), values.get("assignee_id")])
        assigned = check.records.keys() & declared(RequestHands).keys()
        state = RequestState.ASSIGNED if assigned else RequestState.ACCEPTED
        with Writing(context, "request.open", whole=bool(identity)) as write:
            request = Request(
                **values,
                **identity,
                accepted_on=day,
                recorded_on=context.today,
                answer_due_on=limits[0],
                due_on=limits[1],
                state=state,
            )
            write.add(request)
            write.flush()
            write.add(
                step_of(
                    context,
                    request,
                    RequestStep.OPEN,
                    1,
                    day,
                    None,
                    unit_id=request.unit_id,
                    assignee_id=request.assignee_id,
                )
            )
        return request

    @writes(Right.REQUEST_ASSIGN, by_record=True)
    def assign(
        self,
        ref: RequestRef,
        *,
        unit: UnitRef | None = None,
        assignee: StaffRef | None = None,
        note: str | None = None,
        version: int | None = None,
    ) -> Request:
        """Assign a request to a unit, a person or both; a further call reassigns it.

        Args:
            ref: The request.
            unit: The unit that deals with it.
            assignee: The member of staff who deals with it.
            note: What they should know.
            version: The version the caller saw.

        Raises:
            InvalidInput: Neither is named, or one of them does not exist.
            AccessDenied: The request is neither the actor's nor their unit's.
            Conflict: It is closed.
            StaleRecord: Somebody else changed it first.
        """
        request, lead = self._authorised(Right.REQUEST_ASSIGN, ref)
        with Checks() as check:
            if unit is None and assignee is None:
                check.wrong(
                    N_("The unit or person to handle it is missing."),
                    N_("Name a unit, a person or both."),
                    field="unit",
                    code="missing",
                )
            hands = {"unit": unit, "assignee": assignee}
            changes = check.fields(RequestHands, hands, unit=self._units.get, assignee=self._staff.get)
            said = check.text(note, "note", REASON, required=False)
        ensure_all_open(*check.records.values())
        ensure_hands_may(Right.REQUEST_ANSWER, check.records.get("assignee"), field="assignee")
        ensure_hands_see(self._context, lead, [changes.get("assignee_id")])
        # A request stays answered if it is reassigned.
        state = RequestState.ANSWERED if request.state is RequestState.ANSWERED else RequestState.ASSIGNED
        return self._move(request, RequestStep.ASSIGN, state, self._context.today, said, version, changes)

    @writes(Right.REQUEST_ANSWER, by_record=True)
    def answer(
        self, ref: RequestRef, text: str, *, on: date | str | None = None, version: int | None = None
    ) -> Request:
        """Record an answer to the enterprise; the first one counts for the deadline.

        Args:
            ref: The request.
            text: The answer.
            on: The day of the answer, by default today.
            version: The version the caller saw.

        Raises:
            InvalidInput: The answer is missing, or the day lies before the request or in the future.
            AccessDenied: The request is neither the actor's nor their unit's.
            Conflict: It is closed.
            StaleRecord: Somebody else changed it first.
        """
        request, _ = self._authorised(Right.REQUEST_ANSWER, ref)
        with Checks() as check:
            said = check.text(text, "answer", REASON)
            day = day_of(self._context, check, request, on)
        changes = {"answered_on": request.answered_on or day}
        return self._move(request, RequestStep.ANSWER, RequestState.ANSWERED, day, said, version, changes)

    @writes(Right.REQUEST_RESOLVE, by_record=True)
    def resolve(
        self,
        ref: RequestRef,
        outcome: str,
        *,
        unsolvable: bool = False,
        satisfaction: int | None = None,
        on: date | str | None = None,
        version: int | None = None,
    ) -> Request:
        """Close a request: solved, or unsolvable with the reason.

        Args:
            ref: The request.
            outcome: How it was solved; of an unsolvable one, why it cannot be.
            unsolvable: It cannot be solved.
            satisfaction: How content the enterprise is, 1 to 5; it can be asked later, see :meth:`rate`.
            on: The day, by default today.
            version: The version that was read.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The request is neither the actor's nor their unit's.
            Conflict: It is closed already.
            StaleRecord: Somebody else changed it first.
        """
        request, _ = self._authorised(Right.REQUEST_RESOLVE, ref)
        with Checks() as check:
            changes = check.fields(RequestEnd, {"outcome": outcome, "satisfaction": satisfaction})
            failed = check.flag(unsolvable, "unsolvable")
            day = day_of(self._context, check, request, on)
        step, state = (
            (RequestStep.GIVE_UP, RequestState.UNSOLVABLE) if failed else (RequestStep.SOLVE, RequestState.SOLVED)
        )
        # A solved request counts as answered.
        changes |= {"resolved_on": day, "answered_on": request.answered_on or day}
        return self._move(request, step, state, day, changes["outcome"], version, changes)

    @writes(Right.REQUEST_RESOLVE, by_record=True)
    def rate(self, ref: RequestRef, satisfaction: int, *, version: int | None = None) -> Request:
        """Record the satisfaction of the enterprise, 1 to 5.

        Args:
            ref: The request.
            satisfaction: 1 for very dissatisfied to 5 for very satisfied.
            version: The version the caller saw.

        Raises:
            InvalidInput: It is not such a number.
            AccessDenied: The request is neither the actor's nor their unit's.
            Conflict: The request is not closed yet.
            StaleRecord: Somebody else changed it first.
        """
        request, _ = self._authorised(Right.REQUEST_RESOLVE, ref, closed=True)
        with Checks() as check:
            values = check.fields(RequestEnd, {"satisfaction": satisfaction})
        with Writing(self._context, "request.rate") as write:
            write.change(request, version=version, **values)
        return request

    @writes(Right.REQUEST_REOPEN, by_record=True)
    def reopen(
        self, ref: RequestRef, *, reason: str, due: date | str | None = None, version: int | None = None
    ) -> Request:
        """Reopen a closed request; the deadline of the solution is set again, and its history stays.

        Args:
            ref: The request.
            reason: Why.
            due: Until when it is to be solved; by default the policy's number of Chinese working days, from today.
            version: The version that was read.

        Raises:
            InvalidInput: The reason is missing, or the deadline has passed.
            AccessDenied: The request is neither the actor's nor their unit's.
            Conflict: It is open.
            StaleRecord: Somebody else changed it first.
        """
        request, _ = self._authorised(Right.REQUEST_REOPEN, ref, closed=True)
        context = self._context
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            last = deadline(check, due, "due", context.today, context.policy().aftercare.solve_days)
            if last is not None and last < request.answer_due_on:
                last = request.answer_due_on
        state = RequestState.ANSWERED
        changes = {**dict.fromkeys(by_column(RequestEnd)), "resolved_on": None, "due_on": last}
        return self._move(request, RequestStep.REOPEN, state, context.today, why, version, changes)

    def _authorised(self, right: Right, ref: RequestRef, *, closed: bool = False) -> tuple[Request, Lead | None]:
        """Return a request, with its lead, on which the actor has *right*, open or closed as the verb requires."""
        context = self._context
        request, lead = self._found(ref)
        me = context.acting()
        mine = (
            me.owns(unit_id=request.unit_id, owner_id=request.ambassador_id)
            or me.owns(owner_id=request.assignee_id)
            or (lead is not None and me.owns(station_id=lead.station_id, unit_id=lead.unit_id, owner_id=lead.owner_id))
        )
        context.require(right, owned=mine)
        ensure_standing(request, RESTORE)
        if (request.state in CLOSED) is not closed:
            raise Conflict(
                problem(
                    N_("Request {id} is not closed yet."),
                    N_("Close it: crm request resolve"),
                    code="open",
                    id=request.id,
                )
                if closed
                else problem(
                    N_("Request {id} is closed: {outcome}"),
                    N_("Reopen it: crm request reopen"),
                    code="closed",
                    id=request.id,
                    outcome=request.outcome,
                )
            )
        return request, lead

    def _move(
        self,
        request: Request,
        step: RequestStep,
        state: RequestState,
        day: date,
        note: str | None,
        version: int | None,
        changes: dict[str, Any],
    ) -> Request:
        """Change a request and store the step.

        The change checks the version, so that no step number is used twice.
        """
        context = self._context
        number = context.session.scalar(
            select(func.max(RequestEvent.number)).where(RequestEvent.request_id == request.id)
        )
        hands = {key: changes.get(key) for key in ("unit_id", "assignee_id")}
        with Writing(context, f"request.{step.value}", note) as write:
            write.change(request, version=version, even_unchanged=True, state=state, **changes)
            write.add(step_of(self._context, request, step, (number or 0) + 1, day, note, **hands))
        return request
