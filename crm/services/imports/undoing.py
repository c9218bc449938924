"""Undoes an import, but for records that were changed or used since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from attrs import define, field, frozen
from sqlalchemy import select

from crm.errors import N_, AccessDenied, Problem, problem
from crm.models import (
    CapitalArrival,
    Contact,
    FollowUp,
    Import,
    ImportRow,
    Investor,
    Lead,
    Meeting,
    Referral,
    ReferralStatus,
    Request,
    Transition,
)
from crm.models.audited import record_name
from crm.models.base import Identified
from crm.reads.imports.built import built_on, numbers_of, posts_beside, records_of
from crm.rules.access import Right
from crm.rules.stages import OPEN, MoveKind, Status
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import withdrawn
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.writing import Writing
from crm.services.leads.base import require_policy
from crm.services.ledgers.making import reversal_of

#: In this order, each after what belongs to it.
_ORDER: tuple[type[Any], ...] = (Referral, Request, CapitalArrival, FollowUp, Meeting, Lead, Contact, Investor)
#: The number of records changed by one statement.
_AT_ONCE = 500


@frozen
class Left:
    """A record that stays as it is.

    Attributes:
        record: What it is.
        id: Its number.
        row: The row that made or changed it.
        problem: Why it stays, and what to do about it.
    """

    record: str
    id: int
    row: int
    problem: Problem


@define(eq=False)
class Undoer:
    """Undoes an import.

    Args:
        context: Session, actor and clock.
        batch: The import.
        reason: Why.
    """

    context: Context
    batch: Import
    reason: str
    left: list[Left] = field(factory=list)
    held: dict[type[Any], list[tuple[Any, ImportRow]]] = field(factory=dict)
    leads: list[Lead] = field(factory=list)

    def hold(self) -> None:
        """Read the records, and wait for those who are writing something that belongs to them."""
        session = self.context.session
        self.held = {model: records_of(session, self.batch.id, model) for model in _ORDER}
        for model in (Lead, Contact, Investor):
            made = [record.id for record, row in self.held[model] if row.made]
            lock_rows(session, model, made, referred=True, anew=False)
        # The leads of referrals are read in one statement; their rights are asked one by one.
        brought = {referral.lead_id for referral, _ in self.held[Referral]}
        self.leads = list(session.scalars(select(Lead).where(Lead.id.in_(brought)))) if brought else []

    def undo(self, write: Writing) -> dict[str, int]:
        """Withdraw, abandon and archive what may be, and return how many of each."""
        session, number = self.context.session, self.batch.id
        done: dict[str, int] = {}
        gone: set[tuple[str, int]] = set()
        several = posts_beside(session, number)
        for model, rows in self.held.items():
            if not rows:
                continue
            name = record_name(model)
            built = built_on(session, number, model, gone)
            if model is Contact:
                built |= {contact: {"employment"} for contact in several}
            taken = [record for record, row in rows if self._free(name, record, row, built)]
            gone |= {(name, record.id) for record in taken}
            self._take_back(write, model, taken)
            done[name] = len(taken)
        return done

    def _free(self, name: str, record: Any, row: ImportRow, built: Mapping[int, Iterable[str]]) -> bool:
        """Return whether a record may be undone; otherwise note why not."""
        why, params = None, dict[str, object]()
        last = self.context.policy().landed
        if not row.made:
            why = N_("It existed before the import, which only changed it.")
        elif record.version != row.version or (isinstance(record, Lead) and record.status not in OPEN):
            why = N_("It was changed since.")
        elif isinstance(record, Lead) and record.stage in last:
            why = N_("A landed lead cannot be lost or abandoned.")
        elif record.id in built:
            why, params = N_("Other records belong to it: {records}."), {"records": ", ".join(sorted(built[record.id]))}
        elif (denied := self._denied(record)) is not None:
            self.left.append(Left(name, record.id, row.row_number, denied))
            return False
        if why is not None:
            flaw = problem(why, N_("Correct it by its own commands."), field=name, code="stays", **params)
            self.left.append(Left(name, record.id, row.row_number, flaw))
        return why is None

    def _denied(self, record: Identified) -> Problem | None:
        context = self.context
        try:
            if isinstance(record, Lead):
                require_policy(context.policy(), context.require_on(Right.LEAD_ABANDON, record), MoveKind.ABANDON)
            elif isinstance(record, CapitalArrival):
                context.require(Right.CAPITAL_REVERSE)
            elif isinstance(record, Referral):
                context.require_on(Right.REFERRAL_END, context.session.get_one(Lead, record.lead_id))
            elif isinstance(record, Investor):
                context.require(Right.INVESTOR_ARCHIVE)
            elif isinstance(record, Contact):
                context.require(Right.CONTACT_WRITE)
        except AccessDenied as refusal:
            return refusal.problems[0]
        return None

    def _take_back(self, write: Writing, model: type[Any], records: Sequence[Any]) -> None:
        context = self.context
        now = context.now()
        if model is Lead:
            self._abandon(write, records)
            return
        if model is CapitalArrival:
            write.add(
                *(reversal_of(context, entry, entry.arrived_on, entry.reference, self.reason) for entry in records)
            )
            write.flush()
            return
        values: dict[str, Any] = {"archived_at": now}
        if model is Referral:
            values = {"status": ReferralStatus.WITHDRAWN, "reason": self.reason}
        elif model not in {Contact, Investor}:
            values = withdrawn(context, self.reason)
        for some in _some(records):
            write.change_all([(record, values) for record in some])
        if model is Investor:
            taken = {record.id for record in records}
            numbers = [one for one in numbers_of(context.session, self.batch.id) if one.investor_id in taken]
            for some in _some(numbers):
                write.change_all([(one, {"withdrawn_at": now, "withdrawn_reason": self.reason}) for one in some])

    def _abandon(self, write: Writing, leads: Sequence[Lead]) -> None:
        context = self.context
        pipeline, today = context.policy(), context.today
        for some in _some(leads):
            moves = [
                Transition(
                    lead_id=lead.id,
                    number=lead.last_transition + 1,
                    previous=lead.last_transition,
                    kind=MoveKind.ABANDON,
                    policy=pipeline.name,
                    from_stage=lead.stage,
                    to_stage=lead.stage,
                    from_status=lead.status,
                    to_status=Status.ABANDONED,
                    from_position=pipeline.position(lead.stage),
                    to_position=pipeline.position(lead.stage),
                    last_position=len(pipeline.stages) - 1,
                    cycle=lead.cycle,
                    occurred_on=today,
                    recorded_at=context.now(),
                    recorded_on=today,
                    actor_id=context.acting().id,
                    reason=self.reason,
                )
                for lead in some
            ]
            write.change_all(
                [
                    (
                        lead,
                        {
                            "last_transition": lead.last_transition + 1,
                            "status": Status.ABANDONED,
                            "moved_on": today,
                        },
                    )
                    for lead in some
                ]
            )
            write.add(*moves)


def _some(records: Sequence[Any]) -> Iterable[list[Any]]:
    rest = iter(records)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
