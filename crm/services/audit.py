"""The audit: reading it, and comparing the records with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Unpack

from sqlalchemy import func, select

from crm.changes import Change
from crm.errors import N_, Refused, problem
from crm.models import AuditSeal
from crm.models.binding import OURS
from crm.models.sealing import Sealing, seal
from crm.reads.audit import queries as reports
from crm.reads.audit import seals
from crm.reads.audit.raw import sees_one_moment
from crm.reads.audit.rows import Discrepancy, HeadRow, StandingRow
from crm.reads.audit.unproven import unproven
from crm.reads.kernel.listing import Listing
from crm.rules.access import Right
from crm.rules.audit.anchors import Anchor, anchors_of
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.services.kernel.context import Context
from crm.services.kernel.locks import locks_rows
from crm.services.kernel.refs import StaffRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.places.loading import LoadsPlaces
from crm.values.moments import end_of

#: No entry is older; the calendar ends a day before its first day.
_EPOCH = date(1970, 1, 1)


class Audit(LoadsPlaces):
    """The history of changes; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @lists(Right.AUDIT_READ)
    def list(
        self,
        *,
        record: str | None = None,
        record_id: int | None = None,
        actor: StaffRef | None = None,
        **paging: Unpack[Paging],
    ) -> Listing[Change]:
        """Return entries, latest first. One statement.

        Args:
            record: A sort of record, such as ``lead`` or ``investor``.
            record_id: One record of that sort.
            actor: Who changed it.

        Raises:
            AccessDenied: The role may not read the audit.
        """
        with Checks() as check:
            sort = check.text(record, "record", 40, required=False)
            number, window = check.count(record_id, "record_id"), check.window(paging, limit=50)
            who = None if actor is None else check.take(lambda: self._staff.get(actor), "actor")
        return reports.entries(
            self._context.session, record=sort, record_id=number, actor_id=who.id if who else None
        ).within(window)

    @reads(Right.AUDIT_READ)
    def changes(self, *, after: int | None = None, limit: int = 500) -> tuple[Change, ...]:
        """Return sealed changes in the order in which they were sealed. Two statements, one for the first.

        Nothing is ever skipped: changes sealed later come after all that were returned. What is not sealed yet
        is not returned; seal before you read: :meth:`seal`.

        Args:
            after: The ``id`` of the last change that you have; None: from the first.
            limit: The maximum number of changes.

        Returns:
            The next changes, oldest seal first; none where nothing was sealed since.

        Raises:
            AccessDenied: The role may not read the audit.
            InvalidInput: The change is in no seal.
            Refused: A sealed change is missing.
        """
        with Checks() as check:
            last, most = check.count(after, "after"), check.count(limit, "limit")
        return reports.feed(self._context.session, after=last, limit=most or 0)

    @reads(Right.AUDIT_READ)
    def verify(
        self,
        *,
        anchors: Mapping[int, str] | Iterable[Anchor] | None = None,
        progress: reports.Progress | None = None,
    ) -> tuple[Discrepancy, ...]:
        """Compare every record with its entries, every entry with its hash, and each seal with the one before.

        All reads must be of one snapshot, because concurrent writes would look like tampering: on SQLite every
        transaction sees one, on PostgreSQL one of the level REPEATABLE READ, as
        ``crm.db.session_scope(engine, read_only=True, one_moment=True)`` opens it. In a transaction of another level
        discrepancies are refused, because concurrent writes may be the reason.

        Args:
            anchors: What was kept elsewhere: by the number of a seal its hash, or anchors whose signatures have been
                checked, as :func:`crm.exchange.anchors.read_folder` returns them.
            progress: Called now and then with a table, entries done, and entries in all.

        Returns:
            What is not accounted for: a value, a record, an entry or a seal that was changed, added or removed outside
            the services; from the day on that the policy requires bound staff, also a change that no bound person
            made. Empty if all match.

        Raises:
            AccessDenied: The role may not read the audit.
            Refused: Something was found, and the transaction sees more than one moment.
        """
        context = self._context
        found = [*reports.discrepancies(context.session, anchors=anchors_of(anchors), progress=progress)]
        if found and not sees_one_moment(context.session):
            raise Refused(
                problem(
                    N_("{count} differences were found, but concurrent writes may be the reason."),
                    N_(
                        "Verify in a transaction that sees one moment: REPEATABLE READ, as session_scope(engine,"
                        " one_moment=True) opens it; or use `crm audit verify`."
                    ),
                    code="moments",
                    count=len(found),
                )
            )
        days = [policy.bound_since for policy in context.policies if policy.bound_since is not None]
        if days:
            since = end_of(max(min(days), _EPOCH) - timedelta(days=1))
            found += unproven(context.session, since, context.asks_binding)
        return tuple(found)

    @reads(Right.AUDIT_READ)
    def standing(self) -> StandingRow:
        """Return how far the log is sealed. Three statements.

        Raises:
            AccessDenied: The role may not read the audit.
        """
        return seals.standing(self._context.session)

    @reads(Right.AUDIT_READ)
    def head(self) -> HeadRow:
        """Return the last seal, which an anchor is made of. One statement.

        Raises:
            AccessDenied: The role may not read the audit.
            Refused: Nothing is sealed yet.
        """
        found = seals.head(self._context.session)
        if found is None:
            raise Refused(problem(N_("Nothing is sealed yet."), N_("Seal the audit: crm audit seal"), code="unsealed"))
        return found

    @writes(Right.AUDIT_SEAL)
    def seal(self, *, progress: reports.Progress | None = None) -> Sealing:
        """Seal the entries that are in no seal yet. It reads no others, however long the log is.

        Args:
            progress: Called now and then with a table, entries done, and entries in all.

        Returns:
            How many entries were sealed, in how many seals, and the last seal.

        Raises:
            AccessDenied: The role may not seal the audit.
        """
        context = self._context
        # Not the table: the application may add to it, which is too little for a lock of it.
        if locks_rows(context.session):
            turn = select(func.pg_advisory_xact_lock(func.hashtext(AuditSeal.__tablename__)))
            context.session.execute(turn, bind_arguments=OURS)
        return seal(context.session.connection({"mapper": AuditSeal}), context.now(), progress=progress)
