"""The same verb for several leads, planned and written in sets. Each lead is checked as by its own verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Unpack

from sqlalchemy import func, select

from crm.errors import N_, Conflict
from crm.models import Assignment, FollowUp, Lead, Referral, Staff, Station, Unit
from crm.reads.kernel.visibility import may_see
from crm.reads.leads.facts import facts_of
from crm.refusals import not_as_previewed, nothing_changes
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import cleared_gates
from crm.rules.leads.fields import LeadHands
from crm.rules.leads.moves import Step
from crm.rules.stages import MoveKind
from crm.services.bulk.outcomes import Bulk, ensure_all_may, judged, token_of
from crm.services.bulk.selection import Selection, SelectsLeads, in_parts
from crm.services.kernel.archiving import OPEN_FOLLOW_UP, hand_rows
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.sight import ensure_hands_may, ensure_seen_by
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_all_open
from crm.services.leads.base import passed_gates, require_policy
from crm.services.leads.referral_checks import ensure_no_circle, open_until, referred
from crm.services.leads.steps import Asked, Day, copies_of, may_lengthen, read_move, step_of, transition_of
from crm.services.tags.tagging import Retagged, held_by_records, read_retagging, retagged, write_tags
from crm.values.text import REASON, TITLE


class BulkVerbs(SelectsLeads):
    """Verbs on several leads at once; handed out by :class:`crm.CRM`.

    Each lead is refused what its own verb refuses it. If some are refused nothing is written, unless
    *those_that_may* are asked for. What is written is one act in the audit, under the verb of the single lead.
    """

    @writes(Right.LEAD_ADVANCE, by_record=True)
    def advance(
        self,
        leads: Selection,
        to: str | None = None,
        *,
        on: Day = None,
        reason: str | None = None,
        those_that_may: bool = False,
        preview: bool = False,
        token: str | None = None,
    ) -> Bulk:
        """Move leads forward, each as :meth:`crm.services.leads.moves.LeadMoves.advance` does.

        A fixed number of statements; dated before today, some more for each lead that was referred.

        Args:
            leads: The leads by reference, at most 5000; or filters as ``crm.leads.list`` takes them, such as
                ``{"stage": "signed"}``: the leads that they find and that the actor may see.
            to: The code of a later stage; by default the next one of each.
            on: The day of the move.
            reason: Why; needed to pass over a stage.
            those_that_may: Leave out those that are refused; by default all are refused.
            preview: Write nothing, and return the result for each.
            token: That of a preview; refused if anything has changed since.

        Raises:
            Conflict: Some are refused for different reasons, each named; for one alone, as the verb of the single lead.
                The result is no longer that of the preview of the *token*.
            InvalidInput: Invalid arguments, all of them named; no leads, or too many.
            StaleRecord: Somebody else changed one of them meanwhile.
        """
        return self._move(MoveKind.ADVANCE, leads, those_that_may, preview, token, to=to, on=on, reason=reason)

    @writes(Right.LEAD_HOLD, by_record=True)
    def hold(
        self,
        leads: Selection,
        *,
        reason: str,
        review: date | str,
        on: Day = None,
        those_that_may: bool = False,
        preview: bool = False,
        token: str | None = None,
    ) -> Bulk:
        """Put leads on hold until a day of review. A fixed number of statements.

        Args:
            leads: The leads, as for :meth:`advance`.
            reason: Why.
            review: The day on which to look at them again; today or later.
            on: The day of the move.
            those_that_may: Leave out those that are refused; by default all are refused.
            preview: Write nothing, and return the result for each.
            token: That of a preview; refused if anything has changed since.

        Raises:
            Conflict: Some are refused for different reasons, each named; for one alone, as the verb of the single lead.
                The result is no longer that of the preview of the *token*.
            InvalidInput: Invalid arguments, all of them named; no leads, or too many.
            StaleRecord: Somebody else changed one of them meanwhile.
        """
        return self._move(MoveKind.HOLD, leads, those_that_may, preview, token, on=on, reason=reason, review=review)

    @writes(Right.LEAD_LOSE, by_record=True)
    def lose(
        self,
        leads: Selection,
        *,
        reason: str,
        competitor: str | None = None,
        on: Day = None,
        those_that_may: bool = False,
        preview: bool = False,
        token: str | None = None,
    ) -> Bulk:
        """Record that investors went elsewhere. A fixed number of statements.

        Args:
            leads: The leads, as for :meth:`advance`.
            reason: Why.
            competitor: The place where the investors went.
            on: The day of the move.
            those_that_may: Leave out those that are refused; by default all are refused.
            preview: Write nothing, and return the result for each.
            token: That of a preview; refused if anything has changed since.

        Raises:
            Conflict: Some are refused for different reasons, each named; for one alone, as the verb of the single lead.
                The result is no longer that of the preview of the *token*.
            InvalidInput: Invalid arguments, all of them named; no leads, or too many.
            StaleRecord: Somebody else changed one of them meanwhile.
        """
        more = {"reason": reason, "competitor": competitor}
        return self._move(MoveKind.LOSE, leads, those_that_may, preview, token, on=on, **more)

    @writes(Right.LEAD_HANDOVER, by_record=True)
    def handover(
        self,
        leads: Selection,
        *,
        reason: str | None = None,
        those_that_may: bool = False,
        preview: bool = False,
        token: str | None = None,
        **hands: Unpack[LeadHands],
    ) -> Bulk:
        """Hand leads over to another owner, unit or station.

        The number of statements grows with the former owners alone.

        Args:
            leads: The leads, as for :meth:`advance`.
            reason: Why.
            those_that_may: Leave out those that are refused; by default all are refused.
            preview: Write nothing, and return the result for each.
            token: That of a preview; refused if anything has changed since.
            **hands: The new owner, unit or station: :class:`crm.rules.leads.fields.LeadHands`; an absent one stays.

        Raises:
            Conflict: Some are refused for different reasons, each named; for one alone, as the verb of the single lead.
                The result is no longer that of the preview of the *token*.
            InvalidInput: Invalid arguments, all of them named; no leads, or too many.
            Archived: The new owner, unit or station is archived.
            StaleRecord: Somebody else changed one of them meanwhile.
        """
        context = self._context
        with Checks() as check:
            values = self._hands(check, hands)
            why = check.text(reason, "reason", REASON, required=False)
        ensure_all_open(*check.records.values())
        chosen, heir = self._chosen(leads, lock=not preview), check.records.get("owner")
        ensure_hands_may(Right.LEAD_EDIT, heir)
        names = self._names(chosen, values)

        def judge(lead: Lead) -> Mapping[str, Sequence[Any]]:
            self._permitted(Right.LEAD_HANDOVER, lead)
            with Checks() as own:
                own.add(*passed_gates(context, lead, *cleared_gates(LeadHands, hands)))
                changed = {key: value for key, value in values.items() if getattr(lead, key) != value}
                if not changed and not own.refusals:
                    own.add(nothing_changes(N_("Name another owner, unit or station.")))
            if heir is not None and heir.id != lead.owner_id:
                ensure_seen_by(lead, [heir], values)
            return {
                key.removesuffix("_id"): [names.get((key, getattr(lead, key))), names.get((key, value))]
                for key, value in changed.items()
            }

        going, result = self._judged(chosen, judge, those_that_may=those_that_may, preview=preview, token=token)
        if going:
            self._hand_over(going, values, why)
        return result

    @writes(Right.LEAD_EDIT, by_record=True)
    def tag(
        self,
        leads: Selection,
        tags: Iterable[str] = (),
        *,
        remove: Iterable[str] = (),
        those_that_may: bool = False,
        preview: bool = False,
        token: str | None = None,
    ) -> Bulk:
        """Put tags on leads, and take others off them. A fixed number of statements.

        Args:
            leads: The leads, as for :meth:`advance`.
            tags: Words of at most 40 characters; a new one becomes a tag.
            remove: Tags to take off.
            those_that_may: Leave out those that are refused; by default all are refused.
            preview: Write nothing, and return the result for each.
            token: That of a preview; refused if anything has changed since.

        Raises:
            Conflict: Some are refused for different reasons, each named; for one alone, as the verb of the single lead.
                The result is no longer that of the preview of the *token*.
            InvalidInput: Invalid arguments, all of them named; no leads, or too many.
            StaleRecord: Somebody else changed one of them meanwhile.
        """
        wanted = read_retagging(self._context, tags, remove)
        chosen = self._chosen(leads, lock=not preview)
        held = held_by_records(self._context, chosen)
        changes: dict[int, Retagged[Lead]] = {}

        def judge(lead: Lead) -> Mapping[str, Sequence[Any]]:
            self._permitted(Right.LEAD_EDIT, lead)
            mine = held.get(lead.id, [])
            change = changes[lead.id] = retagged(lead, wanted, mine)
            before = sorted({name for _, _, name in mine})
            gone = {name for tagging, _, name in mine if tagging in change.off}
            known = {number: key for key, number in wanted.numbers.items()}
            got = {wanted.add[known[number]] for number in change.old} | {*change.new}
            return {"tags": [before, sorted({*before} - gone | got)]} if change else {}

        going, result = self._judged(chosen, judge, those_that_may=those_that_may, preview=preview, token=token)
        write_tags(self._context, [changes[lead.id] for lead in going if changes[lead.id]])
        return result

    def _move(
        self,
        kind: MoveKind,
        leads: Selection,
        those_that_may: bool,  # noqa: FBT001 - passed on
        preview: bool,  # noqa: FBT001 - passed on
        token: str | None,
        **arguments: Any,
    ) -> Bulk:
        context, right = self._context, Right(f"lead.{kind.value}")
        asked = read_move(context, kind, **arguments)
        require_policy(asked.pipeline, context.acting(), kind)
        if kind is MoveKind.ADVANCE and asked.move.on < asked.move.today and not preview:
            # Tables are locked before rows; a move of an earlier day may look for circles of referrals.
            lock_tables(context.session, Referral)
        chosen = self._chosen(leads, lock=not preview)
        facts = {
            number: held
            for some in in_parts(chosen)
            for number, held in facts_of(context.session, [lead.id for lead in some], asked.move.on).items()
        }
        steps: dict[int, Step] = {}

        def judge(lead: Lead) -> Mapping[str, Sequence[Any]]:
            self._permitted(right, lead)
            step = steps[lead.id] = step_of(lead, facts[lead.id], asked)
            moved = {
                "stage": [step.from_stage, step.to_stage],
                "status": [step.from_status.value, step.to_status.value],
            }
            return {key: pair for key, pair in moved.items() if pair[0] != pair[1]}

        going, result = self._judged(chosen, judge, those_that_may=those_that_may, preview=preview, token=token)
        if going:
            self._write_moves(kind, going, steps, asked)
        return result

    def _write_moves(self, kind: MoveKind, going: Sequence[Lead], steps: Mapping[int, Step], asked: Asked) -> None:
        context = self._context
        late, move = [lead.id for lead in going if may_lengthen(lead, asked)], asked.move
        brought = {number for some in in_parts(late) for number in referred(context.session, some, move.on, move.today)}
        until = {lead: open_until(context, lead, asked.pipeline) for lead in going if lead.id in brought}
        with Writing(context, f"lead.{kind.value}", asked.move.reason, whole=True) as write:
            for some in in_parts(going):
                write.change_all(
                    (lead, {"last_transition": lead.last_transition + 1, **copies_of(lead, steps[lead.id], asked)})
                    for lead in some
                )
                write.add(*(transition_of(context, lead, steps[lead.id], asked) for lead in some))
            write.flush()
            for lead, days in until.items():
                ensure_no_circle(context, lead, asked.pipeline, days)

    def _hand_over(self, going: Sequence[Lead], values: Mapping[str, Any], why: str | None) -> None:
        context, owner = self._context, values.get("owner_id")
        last: dict[int, int] = {}
        theirs: dict[int, list[int]] = {}
        numbers = select(Assignment.lead_id, func.max(Assignment.number)).group_by(Assignment.lead_id)
        for some in in_parts(going):
            theirs_now = numbers.where(Assignment.lead_id.in_([lead.id for lead in some]))
            last |= {number: highest for number, highest in context.session.execute(theirs_now)}  # noqa: C416 - a row is no pair to mypy
        for lead in going:
            if lead.owner_id is not None and owner not in {None, lead.owner_id}:
                theirs.setdefault(lead.owner_id, []).append(lead.id)
        now, actor = context.now(), context.acting()
        with Writing(context, "lead.handover", why, whole=True) as write:
            for some in in_parts(going):
                write.change_all((lead, values) for lead in some)
            for former, numbers_of_leads in theirs.items():
                on_these = FollowUp.__table__.c.lead_id.in_(numbers_of_leads)
                hand_rows(write, FollowUp.owner_id, former, owner or 0, on_these, OPEN_FOLLOW_UP)
            write.add(
                *(
                    Assignment(
                        lead_id=lead.id,
                        number=last.get(lead.id, 0) + 1,
                        station_id=lead.station_id,
                        unit_id=lead.unit_id,
                        owner_id=lead.owner_id,
                        assigned_at=now,
                        actor_id=actor.id,
                        reason=why,
                    )
                    for lead in going
                )
            )

    def _names(self, chosen: Sequence[Lead], values: Mapping[str, Any]) -> dict[tuple[str, int | None], str]:
        """Return the names of the hands that leads have and get, by column and number. One statement for each kind."""
        columns = {"owner_id": Staff.username, "unit_id": Unit.code, "station_id": Station.code}
        found: dict[tuple[str, int | None], str] = {}
        for key, value in values.items():
            model = columns[key].class_
            wanted = {getattr(lead, key) for lead in chosen} | {value}
            rows = self._context.session.execute(select(model.id, columns[key]).where(model.id.in_(wanted - {None})))
            found |= {(key, number): name for number, name in rows}
        return found

    def _permitted(self, right: Right, lead: Lead) -> None:
        """Refuse a lead that the actor may not see, or on which they lack a right."""
        self._context.require_on(right, self._leads.get(lead))

    def _judged(
        self,
        chosen: Sequence[Lead],
        judge: Callable[[Lead], Mapping[str, Sequence[Any]]],
        *,
        those_that_may: bool,
        preview: bool,
        token: str | None,
    ) -> tuple[Sequence[Lead], Bulk]:
        """Return the leads that are written, and what becomes of all.

        Raises:
            Conflict: It is not what the preview of the token showed.
            Refused: Some are refused, and nothing else was asked for.
        """
        actor = self._context.actor
        found = [judged(lead, lead.title if may_see(actor, lead) else lead.code_name or "", judge) for lead in chosen]
        done = tuple(one for one, kind in found if kind is None)
        refused = tuple(one for one, kind in found if kind is not None)
        with Checks() as check:
            asks, only = check.flag(preview, "preview"), check.flag(those_that_may, "those_that_may")
            seen = check.text(token, "token", TITLE, required=False)
        now = token_of(chosen, found)
        if seen not in {None, now} and not asks:
            raise Conflict(not_as_previewed())
        if not (asks or only):
            ensure_all_may(refused, {kind for _, kind in found if kind is not None})
        may = {one.id for one in done}
        going = [] if asks else [lead for lead in chosen if lead.id in may]
        return going, Bulk(written=bool(going), done=done, refused=refused, token=now)
