"""Groups of investors: a parent and its subsidiaries form a tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_, Conflict, InvalidInput, Problem, problem
from crm.models import Investor, Ownership
from crm.models.base import lasting, standing
from crm.reads.investors import groups, queries
from crm.reads.investors.rows import GroupRow, MembershipRow
from crm.reads.kernel.listing import Known, Listing
from crm.rules.access import Right
from crm.rules.investors.spans import Span, overlap
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.services.investors.base import InvestorBase
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import RESTORED, correcting, ensure_standing, ensure_withdrawn, in_order, withdraw
from crm.services.kernel.locks import lock_tables, share_rows
from crm.services.kernel.refs import InvestorRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_all_open, replayed
from crm.values.numbers import lettered
from crm.values.plain import plain
from crm.values.text import REASON

RESTORE = "crm investor restore-group"


class MembershipDays(TypedDict, total=False):
    """The days of a membership.

    Attributes:
        since: The first day; None: it is not known.
        until: The last day of one that has ended.
    """

    since: date | str | None
    until: date | str


class Groups:
    """Groups of investors; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._investors = InvestorBase(context)

    @writes(Right.INVESTOR_WRITE)
    def join(
        self,
        child: InvestorRef,
        parent: InvestorRef,
        *,
        since: date | str | None = None,
        uid: UUID | str | None = None,
    ) -> Ownership:
        """Put an investor under its parent.

        Args:
            child: The subsidiary.
            parent: Its parent.
            since: Since when, if it is known; never in the future.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: An investor under itself; a day that cannot be.
            AccessDenied: The role may not write investors.
            Archived: One of them is archived.
            Conflict: It has a parent, or had one on that day; or the parent is below it.
        """
        context = self._context
        with Checks() as check:
            below = check.take(lambda: self._investors.get(child), "child")
            above = check.take(lambda: self._investors.get(parent), "parent")
            day = check.day(since, "since", not_after=context.today)
            if below is not None and below is above:
                check.wrong(
                    N_("An investor cannot be its own parent."),
                    N_("Name another."),
                    field="parent",
                    code="own_parent",
                )
        found, identity = replayed(
            context, Ownership, uid, {"child": str(below.uid), "parent": str(above.uid), "since": plain(day)}
        )
        if found is not None:
            return found
        lock_tables(context.session, Ownership)
        # Both were read before a possible wait for a merge.
        share_rows(context.session, Investor, [below.id, above.id])
        ensure_all_open(below, above)
        self._ensure_not_below(below, above, "parent")
        last = self._last(below.id)
        if last is not None and last.until is None:
            raise Conflict(
                problem(
                    N_('"{child}" already has a parent.'),
                    N_("End that first: crm investor leave-group"),
                    field="child",
                    code="has_parent",
                    child=below.name,
                )
            )
        if last is not None and last.until is not None and day is not None and day < last.until:
            raise _overlap(below, last.until)
        with Writing(context, "group.join", whole=bool(identity)) as write:
            made = Ownership(**identity, child_id=below.id, parent_id=above.id, since=day)
            write.add(made)
        return made

    @writes(Right.INVESTOR_WRITE)
    def leave(self, child: InvestorRef, *, reason: str, on: date | str | None = None) -> Ownership:
        """End an investor's membership in its parent's group; its history stays.

        Args:
            child: The investor that leaves its group.
            reason: Why.
            on: The last day of the membership, by default today.

        Raises:
            InvalidInput: The reason is missing; a day in the future, or before it began.
            AccessDenied: The role may not write investors.
            Conflict: It has no parent.
        """
        context = self._context
        below = self._investors.get(child)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            day = check.day(context.today if on is None else on, "on", not_after=context.today)
        current = self._current(below.id)
        if current is None:
            raise _no_parent(below)
        if current.since is not None and day < current.since:
            raise InvalidInput(_before_it_began(current.since, "on"))
        with Writing(context, "group.leave", why) as write:
            write.change(current, until=day, reason=why)
        return current

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit(
        self,
        child: InvestorRef,
        *,
        began: date | str | None = None,
        reason: str | None = None,
        version: int | None = None,
        **days: Unpack[MembershipDays],
    ) -> Ownership:
        """Correct the days of a membership of an investor; what is not passed stays.

        Args:
            child: The subsidiary.
            began: The first day of the membership; by default the present one, or else the last one.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            version: The version the caller saw.
            **days: since, None where it is not known; until, the last day of one that has ended.

        Raises:
            InvalidInput: Days that cannot be; the reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It never had a parent; it is withdrawn, or would overlap another membership; it has not ended.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        below, record, others = self._membership(child, began)
        why = correcting(context, record, reason).reason
        ensure_standing(record, RESTORE, _named(record))
        with Checks() as check:
            values = {
                key: check.day(days[key], key, not_after=context.today) for key in ("since", "until") if key in days
            }
            since, until = values.get("since", record.since), values.get("until", record.until)
            if (until is None) != (record.until is None):
                check.wrong(
                    N_("A correction neither ends a membership nor takes its end away."),
                    N_("End it: crm investor leave-group; or let the investor join again: crm investor join-group"),
                    field="until",
                    code="ended",
                )
            if since is not None and until is not None and until < since:
                check.add(_before_it_began(since, "until"))
        _ensure_apart(below, others, (since, until), unknown=True)
        with Writing(context, "group.edit", why) as write:
            write.change(record, version=version, **values)
        return record

    @writes(Right.RECORD_CORRECT, by_record=True)
    def withdraw(
        self,
        child: InvestorRef,
        *,
        began: date | str | None = None,
        reason: str | None = None,
        version: int | None = None,
    ) -> Ownership:
        """Withdraw a membership that should not have been recorded; it stays readable, and leaves groups and checks.

        Args:
            child: The investor that never belonged there.
            began: As for :meth:`edit`.
            reason: Why; required of those who withdraw what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It never had a parent, or the membership is withdrawn already.
            StaleRecord: Somebody else changed it first.
        """
        _, record, _ = self._membership(child, began)
        return withdraw(self._context, record, "group.withdraw", RESTORE, reason, version, named=_named(record))

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore(
        self,
        child: InvestorRef,
        *,
        began: date | str | None = None,
        reason: str | None = None,
        version: int | None = None,
    ) -> Ownership:
        """Restore a withdrawn membership, if it could be recorded again as it is.

        Args:
            child: The subsidiary.
            began: The first day of the membership; by default the one that was withdrawn last.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Archived: One of the two is archived.
            Conflict: It is not withdrawn, or would overlap another membership; the parent is below it.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        below, record, others = self._membership(child, began, withdrawn=True)
        why = correcting(context, record, reason).reason
        ensure_withdrawn(record)
        above = context.session.get_one(Investor, record.parent_id)
        share_rows(context.session, Investor, [below.id, above.id])
        ensure_all_open(below, above)
        if record.until is None:
            self._ensure_not_below(below, above, "child")
        _ensure_apart(below, others, (record.since, record.until), unknown=False, field="child")
        with Writing(context, "group.restore", why) as write:
            write.change(record, version=version, **RESTORED)
        return record

    @reads(Right.READ)
    def tree(self, investor: InvestorRef) -> tuple[GroupRow, ...]:
        """Return the whole group of an investor, from the top parent down; without a group only the investor.

        Args:
            investor: The investor: its id, uid, identifier, name, or a unique part of a name.
        """
        return queries.group(self._context.session, self._investors.get(investor).id)

    @lists(Right.READ)
    def memberships(
        self, investor: InvestorRef, *, withdrawn: bool = False, **paging: Unpack[Paging]
    ) -> Listing[MembershipRow]:
        """Return the memberships of an investor in groups, and those in its own; former ones last.

        Args:
            investor: The subsidiary, or the parent.
            withdrawn: Withdrawn ones too.
            **paging: Which part of the list.
        """
        with Checks() as check:
            everything = check.flag(withdrawn, "withdrawn")
        number, session = self._investors.get(investor).id, self._context.session
        return Known.of(session, queries.memberships(session, number, withdrawn=everything), paging)

    def _membership(
        self, child: InvestorRef, began: date | str | None, *, withdrawn: bool = False
    ) -> tuple[Investor, Ownership, list[Ownership]]:
        """Return an investor, one of its memberships, and the others that stand; the memberships are locked.

        Of several the one is returned that began on that day, or else the first by :func:`in_order`.
        """
        context = self._context
        with Checks() as check:
            below = check.take(lambda: self._investors.get(child), "child")
            first = check.day(began, "began")
        lock_tables(context.session, Ownership)
        theirs = select(Ownership).where(Ownership.child_id == below.id)
        everything = context.session.scalars(theirs.order_by(*in_order(Ownership, withdrawn=withdrawn))).all()
        record = next((one for one in everything if began is None or one.since == first), None)
        if record is None:
            raise _no_parent(below)
        return below, record, [one for one in everything if one is not record and one.withdrawn_at is None]

    def _ensure_not_below(self, below: Investor, above: Investor, field: str) -> None:
        """Refuse a parent that is below its subsidiary; *field* is the argument to blame. One statement."""
        if below.id in groups.line(self._context.session, above.id):
            raise Conflict(
                problem(
                    N_('"{parent}" is already below "{child}".'),
                    N_("End that first: crm investor leave-group"),
                    field=field,
                    code="cycle",
                    parent=above.name,
                    child=below.name,
                )
            )

    def _last(self, child_id: int) -> Ownership | None:
        """Return the present membership of a subsidiary, or else the one that ended last."""
        memberships = select(Ownership).where(Ownership.child_id == child_id, standing(Ownership))
        return self._context.session.scalar(
            memberships.order_by(Ownership.until.is_(None).desc(), Ownership.until.desc()).limit(1)
        )

    def _current(self, child_id: int) -> Ownership | None:
        return self._context.session.scalar(select(Ownership).where(Ownership.child_id == child_id, lasting(Ownership)))


def _no_parent(below: Investor) -> Conflict:
    return Conflict(
        problem(
            N_('"{child}" has no parent.'),
            N_("See its group: crm investor group INVESTOR"),
            field="child",
            code="no_parent",
            child=below.name,
        )
    )


def _overlap(below: Investor, until: date) -> Conflict:
    return Conflict(
        problem(
            N_('"{child}" had a parent until {until}; memberships do not overlap.'),
            N_("Name that day or a later one."),
            field="since",
            code="overlap",
            child=below.name,
            until=until,
        )
    )


def _ensure_apart(
    below: Investor, others: Sequence[Ownership], span: Span, *, unknown: bool, field: str = "since"
) -> None:
    """Refuse days that overlap another membership; the last day of one may be the first of the next."""
    for other in others:
        if overlap(span, (other.since, other.until), unknown=unknown, shared=True):
            raise Conflict(
                problem(
                    N_('"{child}" had a parent from {since} to {until}; memberships do not overlap.'),
                    N_("Name other days, or correct that membership first: crm investor edit-group"),
                    field=field,
                    code="overlap",
                    child=below.name,
                    since=other.since or "–",
                    until=other.until or "–",
                )
            )


def _named(membership: Ownership) -> str:
    """Return what names a membership in a command."""
    began = f" --began {membership.since}" if membership.since else ""
    return f"{lettered('investor', membership.child_id)}{began}"


def _before_it_began(since: date, field: str) -> Problem:
    return problem(
        N_("It began on {since}; it cannot end before."),
        N_("Give a later day."),
        field=field,
        code="order",
        since=since,
    )
