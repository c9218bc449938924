"""Exports of the whole database. Each is recorded in the audit before anything is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from attrs import frozen
from sqlalchemy import select

from crm.errors import N_, Refused, problem
from crm.models import AuditEntry, Staff
from crm.models.base import record_name
from crm.reads import whole
from crm.reads.audit.raw import sees_one_moment
from crm.reads.whole import TableRows
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import reads, writes
from crm.services.kernel.writing import Writing
from crm.values.text import REASON


@frozen
class Whole:
    """The whole database.

    Attributes:
        at: When it was read.
        by: The user name of the actor.
        counts: The number of rows of each table.
        tables: The tables with their rows, to be read once and in order, within the transaction.
    """

    at: datetime
    by: str
    counts: Mapping[str, int]
    tables: Iterator[TableRows]


class Exports:
    """Exports of the whole database; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @writes(Right.EXPORT_ALL, dangerous=True)
    def record(self, *, reason: str | None = None) -> int:
        """Record in the audit that the actor exports the whole database. Commit it, then call :meth:`all`.

        Args:
            reason: Why.

        Returns:
            The number of the record: the version that the actor has as a member of staff from now on.

        Raises:
            AccessDenied: Only an admin exports everything.
            InvalidInput: The reason is too long.
            StaleRecord: Somebody changed the actor at this moment.
        """
        context = self._context
        with Checks() as check:
            why = check.text(reason, "reason", REASON, required=False)
        staff = context.session.get_one(Staff, context.acting().id)
        with Writing(context, "export.all", why) as write:
            write.change(staff, even_unchanged=True)
        return staff.version

    @reads(Right.EXPORT_ALL, dangerous=True)
    def all(self, recorded: int) -> Whole:
        """Return every row of every table, to be streamed. One statement for each table, and two more.

        The transaction must see one moment, as ``crm.db.session_scope(engine, read_only=True, one_moment=True)`` opens
        it. :func:`crm.exchange.dump.lines` writes it.

        Args:
            recorded: What :meth:`record` returned.

        Raises:
            AccessDenied: Only an admin exports everything.
            InvalidInput: What was recorded is no number.
            Refused: The export is not recorded in the audit; or, when the tables are read, the transaction sees more
                than one moment.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            version = check.count(recorded, "recorded")
        entry = select(AuditEntry.id).where(
            AuditEntry.record == record_name(Staff.__tablename__),
            AuditEntry.record_id == actor.id,
            AuditEntry.verb == "export.all",
            AuditEntry.version == version,
        )
        if context.session.scalar(entry) is None:
            way_out = N_("Call exports.record first, and commit.")
            raise Refused(problem(N_("This export is not recorded in the audit."), way_out, code="unrecorded"))
        session = context.session
        return Whole(context.now(), actor.username, whole.counts(session), self._tables())

    def _tables(self) -> Iterator[TableRows]:
        session = self._context.session
        if not sees_one_moment(session):
            way_out = N_("Open it by session_scope(engine, read_only=True, one_moment=True), or use `crm export all`.")
            raise Refused(
                problem(
                    N_("The export would mix several moments: the transaction is not REPEATABLE READ."),
                    way_out,
                    code="moments",
                )
            )
        yield from whole.tables(session)
