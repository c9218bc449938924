"""Leads: opened, edited and handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Unpack
from uuid import UUID

from attrs import evolve
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from crm.errors import N_, GatesNotMet
from crm.models import Assignment, FollowUp, Investor, Lead, Referral
from crm.refusals import nothing_changes
from crm.rules.access import Right, Scope, scope
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import cleared_gates, counted, declared
from crm.rules.leads.fields import LeadDetails, LeadFields, LeadHands
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import MoveKind, Pipeline
from crm.rules.tags import by_key, read_tags
from crm.services.kernel.archiving import OPEN_FOLLOW_UP, hand_rows
from crm.services.kernel.locks import lock_tables, share_rows
from crm.services.kernel.refs import InvestorRef, LeadRef, StaffRef, StationRef, UnitRef
from crm.services.kernel.sight import ensure_hands_may, ensure_hands_see
from crm.services.kernel.twins import why_distinct
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_all_open, ensure_free, replayed
from crm.services.leads.arguments import Source, names_referrer, veil_problems
from crm.services.leads.base import passed_gates, require_policy
from crm.services.leads.entering import CarryOver, Entry, carried_position, read_carry_over, require_carrying
from crm.services.leads.moves import LeadMoves
from crm.services.leads.papers import LeadPapers
from crm.services.leads.reads import LeadReads
from crm.services.leads.redates import LeadRedates
from crm.services.leads.referral_checks import ensure_allowed, ensure_recordable, from_source, room_for, valid_referrals
from crm.services.leads.settling import LeadSettling
from crm.services.leads.tags import LeadTags
from crm.services.leads.twins import ensure_other_title
from crm.values.money import Money
from crm.values.plain import plain
from crm.values.shares import WHOLE
from crm.values.text import REASON


class Leads(LeadMoves, LeadRedates, LeadSettling, LeadPapers, LeadTags, LeadReads):
    """Leads; handed out by :class:`crm.CRM`."""

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
        tags: Iterable[str] = (),
        distinct: str | None = None,
        carried_over: str | None = None,
        reason: str | None = None,
        since: date | str | None = None,
        uid: UUID | str | None = None,
    ) -> Lead:
        """Open a lead in the first stage, or carry it over at a later one.

        A lead that is carried over is at a stage that its papers do not support yet. It is in no figure until
        :meth:`settle` finds its gates met.

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
            note: A note for everybody.
            tags: Tags, as for :meth:`tag`.
            distinct: Why it is another project, where the investor has a lead with this title; kept in the audit.
            carried_over: The code of the later stage at which it is carried over.
            reason: Why it is carried over; required with *carried_over*.
            since: The day on which it came to that stage, by default that on which it was received.
            uid: Makes the call safe to repeat.

        Returns:
            The lead, flushed, with its transitions.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            GatesNotMet: Gates of the policy's first stage are not met.
            AccessDenied: The role may not open leads or carry them over, or not for this station or unit.
            Archived: The investor, station, unit or owner is archived.
            LikelyDuplicate: The investor has a lead with this title.
            Conflict: The code name, or the uid with other content, is in use.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            words = read_tags(check, tags)
            apart = why_distinct(check, distinct)
            carried = read_carry_over(check, context, carried_over, reason, since)
            # Lock the referrer together with the investor, after the table of referrals.
            whose = check.take(lambda: self._investors.get(investor, keep=not names_referrer(source)), "investor")
            # By default the actor's unit; the bureau does not claim a lead that it opens for a station.
            own_unit = station is None or scope(actor, Right.LEAD_OPEN) is Scope.OWN
            hands = {
                "station": actor.station_id if station is None else station,
                "unit": actor.unit_id if unit is None and own_unit else unit,
                "owner": actor.id if owner is None else owner,
            }
            values = self._hands(check, hands)
            arguments = {
                "title": title,
                "received": context.today if received is None else received,
                "expected": expected,
                "industry": industry,
                "note": note,
                "confidential": confidential,
                "code_name": code_name,
                "source": check.records.get("station") or check.records.get("unit") if source is None else source,
                "parent": parent,
                "foreign": whose is not None and whose.country != "CN" if foreign is None else foreign,
            }
            values |= self._details(check, LeadFields, arguments, lambda: whose)
            values["investor_id"] = whose.id if whose else None
            check.add(*veil_problems(confidential=values["confidential"], code_name=values["code_name"]))
            elder = check.records.get("parent")
            if whose is not None and elder is not None and elder.investor_id != whose.id:
                check.wrong(
                    N_("An expansion must have the same investor as the lead it expands."),
                    N_("Open it for that investor."),
                    field="parent",
                    code="parent",
                )
        context.require_at(Right.LEAD_OPEN, station_id=values["station_id"], unit_id=values["unit_id"])
        # Defaults are not part of the content: the call may be repeated tomorrow.
        content = {
            **counted(LeadFields, values),
            "received_on": None if received is None else plain(values["received_on"]),
            "foreign_capital": foreign,
            **({} if carried is None else carried.content()),
            **({"tags": sorted(by_key(words))} if words else {}),
        }
        # Nor is the record of an event: it may have been added since, with the given code.
        del content["source_event_id"]
        found, identity = replayed(context, Lead, uid, content)
        if found is not None:
            return found
        ensure_all_open(whose, *(check.records.get(hand) for hand in declared(LeadHands)))
        if values["code_name"] is not None:
            ensure_free(context, Lead.code_name, values["code_name"])
        if apart is None:
            ensure_other_title(context, whose.id, values["title"])
        return self._write_open(whose, values, identity, words, apart, carried)

    def _write_open(
        self,
        whose: Investor,
        values: dict[str, Any],
        identity: dict[str, Any],
        words: Sequence[str],
        apart: str | None,
        carried: CarryOver | None,
    ) -> Lead:
        context = self._context
        actor, today, day = context.acting(), context.today, values["received_on"]
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
            raise GatesNotMet(*(requirement.problem for requirement in missing))
        brought = self._brought(whose, values, day, pipeline)
        entry = Entry(pipeline=pipeline, received=day)
        if carried is not None:
            require_carrying(context, pipeline, station_id=values["station_id"], unit_id=values["unit_id"])
            entry = evolve(
                entry,
                carried=carried_position(pipeline, carried.stage, 0),
                carried_on=carried.since,
                reason=carried.reason,
            )
        with Writing(context, "lead.open", apart, whole=bool(identity)) as write:
            lead = Lead(**values, **identity, recorded_on=today, **entry.copies())
            write.add(lead)
            write.flush()
            write.add(*entry.records(context, lead))
            if brought is not None:
                brought.lead_id = lead.id
                write.add(brought)
            if words:
                from crm.services.tags.tagging import put_on

                put_on(context, write, [(lead, words)])
        set_committed_value(lead, "investor", whose)
        return lead

    def _brought(self, whose: Investor, values: dict[str, Any], day: date, pipeline: Pipeline) -> Referral | None:
        """Return the new referral, without its lead, for a lead whose source is a referrer; otherwise None."""
        if values["source_investor_id"] is None:
            return None
        context = self._context
        referrer = context.session.get_one(Investor, values["source_investor_id"])
        lock_tables(context.session, Referral)
        # Both were read before a possible wait for a merge.
        share_rows(context.session, Investor, [whose.id, referrer.id])
        ensure_all_open(whose, referrer)
        ensure_allowed(context, whose.id, referrer, day, pipeline)
        return from_source(context, referrer, day, pipeline, WHOLE)

    def _brought_since(self, lead: Lead, values: dict[str, Any]) -> Referral | None:
        """Return the referral for a lead's new source; None if the referrer is not new, or has an active referral."""
        number = values.get("source_investor_id")
        if number is None or number == lead.source_investor_id:
            return None
        context, pipeline = self._context, self._context.policy()
        lock_tables(context.session, Referral)
        (referrer,) = share_rows(context.session, Investor, [number])
        ensure_all_open(referrer)
        if any(referral.referrer_investor_id == number for referral in valid_referrals(context.session, lead.id)):
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
        distinct: str | None = None,
        version: int | None = None,
        **changes: Unpack[LeadDetails],
    ) -> Lead:
        """Change the passed fields; None clears, unless a gate that the lead has passed requires the field.

        Moves change stage and status; :meth:`handover` changes unit, station and owner. A new source that is a referrer
        is recorded as a referral on the day the lead was received, under the rules of
        :meth:`crm.services.referrals.service.Referrals.add`, with the remaining credit. An active referral stays
        unchanged, and so does that of the previous source; withdraw it if it was wrong.

        Args:
            ref: The lead.
            distinct: Why it is another project, where another lead of the investor has the new title.
            version: The version that the caller saw.
            **changes: The fields.

        Raises:
            InvalidInput: Invalid arguments, all of them named; a source of the same group.
            AccessDenied: The lead belongs to another station or unit.
            Archived: The new source is an archived investor.
            LikelyDuplicate: Another lead of the investor has the new title.
            StaleLead: Somebody else moved or edited it first.
            Conflict: The code name is in use; the new source is a referral that comes after signing, closes a cycle, or
                finds no credit left.
        """
        context = self._context
        actor, lead = self._authorised(Right.LEAD_EDIT, ref)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            values = self._details(
                check, LeadDetails, changes, lambda: context.session.get_one(Investor, lead.investor_id)
            )
            check.add(*passed_gates(context, lead, *cleared_gates(LeadDetails, changes)))
            if "foreign" in changes:
                check.add(*self._foreign(lead, actor, foreign=values["foreign_capital"] is True))
            if changes.keys() & {"confidential", "code_name"}:
                veil = {"confidential": lead.confidential, "code_name": lead.code_name} | values
                check.add(*veil_problems(confidential=veil["confidential"], code_name=veil["code_name"]))
        if values.get("code_name") not in {None, lead.code_name}:
            ensure_free(context, Lead.code_name, values["code_name"])
        if apart is None and values.get("title") not in {None, lead.title}:
            ensure_other_title(context, lead.investor_id, values["title"], but=lead.id)
        brought = self._brought_since(lead, values)
        with Writing(context, "lead.edit", apart, whole=brought is not None) as write:
            write.change(lead, version=version, **values)
            if brought is not None:
                write.add(brought)
        return self._as_shown(lead)

    @writes(Right.LEAD_HANDOVER, by_record=True)
    def handover(
        self,
        ref: LeadRef,
        *,
        reason: str | None = None,
        version: int | None = None,
        **hands: Unpack[LeadHands],
    ) -> Lead:
        """Hand a lead over to another owner, unit or station; earlier ones stay on record.

        A new owner takes over the open follow-ups of the former one that belong to the lead.

        Args:
            ref: The lead, by number, uid, title or investor.
            reason: Why.
            version: The version the caller saw.
            **hands: The new owner, unit or station, as in :class:`LeadHands`; an absent one stays.

        Raises:
            InvalidInput: Nothing would change, the lead is confidential and its new owner may not see it, or invalid
                arguments, all named.
            AccessDenied: The lead belongs to another station or unit.
            Archived: The new owner, unit or station is archived.
            StaleLead: Somebody else changed the lead first.
        """
        context = self._context
        actor, lead = self._authorised(Right.LEAD_HANDOVER, ref)
        with Checks() as check:
            values = self._hands(check, hands)
            check.add(*passed_gates(context, lead, *cleared_gates(LeadHands, hands)))
            why = check.text(reason, "reason", REASON, required=False)
            if all(getattr(lead, key) == value for key, value in values.items()) and not check.refusals:
                check.add(nothing_changes(N_("Name another owner, unit or station.")))
        ensure_all_open(*check.records.values())
        number = context.session.scalar(select(func.max(Assignment.number)).where(Assignment.lead_id == lead.id)) or 0
        former, owner = lead.owner_id, values.get("owner_id")
        if owner != former:
            ensure_hands_may(Right.LEAD_EDIT, check.records.get("owner"))
            ensure_hands_see(context, lead, [owner], values)
        with Writing(context, "lead.handover", why) as write:
            write.change(lead, version=version, **values)
            if former is not None and owner not in {None, former}:
                theirs = FollowUp.__table__.c.lead_id == lead.id
                hand_rows(write, FollowUp.owner_id, former, owner, theirs, OPEN_FOLLOW_UP)
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
        return self._as_shown(lead)

    def _details(
        self, check: Checks, noun: type, arguments: Mapping[str, object], whose: Callable[[], Investor | None]
    ) -> dict[str, Any]:
        return check.fields(
            noun,
            arguments,
            today=self._context.today,
            industry=self._industry,
            source=lambda source: self._source(source, whose()),
            parent=self._whole,
        )
