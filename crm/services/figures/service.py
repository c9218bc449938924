"""Figures of measures in a period, and the records behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Unpack
from uuid import UUID

from sqlalchemy import func, insert, literal, or_, select

from crm.errors import N_, Conflict, InvalidInput, problem
from crm.models import Closing, PublishedFigure
from crm.models.binding import OURS
from crm.reads.figures import closed, year_on_year
from crm.reads.figures import published as publications
from crm.reads.figures import queries as reports
from crm.reads.figures.published import ClosingRow
from crm.reads.figures.queries import Counted
from crm.reads.kernel.listing import Known, Listing
from crm.rules.access import Right
from crm.rules.figures.measures import FigureKey, Measure, as_measure, require_dimensions
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.services.kernel.context import Context
from crm.services.kernel.periods import PeriodRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, replayed
from crm.values.period import Period, as_period
from crm.values.text import REASON, as_kind


class Figures:
    """Figures of measures; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def count(
        self,
        measure: Measure | str,
        period: PeriodRef,
        *,
        by: Iterable[str] = (),
        only: Mapping[str, str] | None = None,
    ) -> Counted:
        """Return the figures of a measure in a period, from the current ledger and records.

        Args:
            measure: Its code; see :data:`crm.rules.figures.measures.MEASURES`.
            period: A year, or text such as ``2022Q4``.
            by: Breakdowns: country, group, section, division, unit, kind.
            only: Count only what has these codes: ``{"section": "C"}``; of a breakdown by unit ask for *by*.

        Returns:
            Cents, fen or a number, and its parts, of what the actor may see.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            what = check.take(lambda: as_measure(measure))
            span = check.take(lambda: as_period(period, today=self._context.today), "period")
            wanted = check.items(by, "by")
            codes = {**only} if isinstance(only, Mapping) else only
            codes = {} if codes is None else check.take(lambda: as_kind(dict, codes, "only")) or {}
            if what is not None:
                check.take(lambda: require_dimensions(what, wanted))
                check.take(lambda: require_dimensions(what, codes, "only", but=("unit",)))
        (found,) = reports.counted(
            context.session, actor, context.policy(), what, [span], today=context.today, by=wanted, only=only
        )
        return found

    @reads(Right.READ)
    def entries(
        self, key: FigureKey | str, period: PeriodRef, *, limit: int | None = None
    ) -> tuple[str, tuple[int, ...]]:
        """Return the kind and the ids of the records behind a figure that the actor may see.

        Args:
            key: Which figure, such as ``actual_fdi:section=C``.
            period: A year, or text such as ``2022Q4``.
            limit: The maximum number, by their day.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            what = check.take(lambda: FigureKey.parse(key))
            span = check.take(lambda: as_period(period, today=self._context.today), "period")
            most = check.count(limit, "limit")
        return reports.entry_ids(context.session, actor, context.policy(), what, span, today=context.today, limit=most)

    @writes(Right.FIGURE_CLOSE, dangerous=True)
    def close(self, period: PeriodRef, *, reason: str | None = None, uid: UUID | str | None = None) -> Closing:
        """Close a period: store every measure with its parts, growth and shares as published.

        Later confirmations change the current figures, not the published ones; see ``crm.report.restatement``.

        Args:
            period: A period that is over.
            reason: Why there is a second or later edition; not for the first.
            uid: Makes the call safe to repeat.

        Returns:
            The closing with its figures, flushed. A fixed number of statements.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only a manager or admin closes.
            Conflict: The period is not over; another closed it or confirmed an entry of it at this moment; the uid is
                in use with other content.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            span = check.take(lambda: as_period(period, today=self._context.today), "period")
            why = check.text(reason, "reason", REASON, required=False)
        found, identity = replayed(context, Closing, uid, {"period": str(span), "reason": why})
        if found is not None:
            return found
        if span.last >= context.today:
            raise Conflict(
                problem(
                    N_("{period} is not over: its last day is {day}."),
                    N_("Close it after its last day."),
                    field="period",
                    code="not_over",
                    period=str(span),
                    day=span.last,
                )
            )
        policy = context.policy()
        edition = 1 + (
            context.session.scalar(
                select(func.max(Closing.edition)).where(Closing.starts_on == span.start, Closing.ends_on == span.last)
            )
            or 0
        )
        _ensure_reasoned(edition, why)
        with Writing(context, "figure.close", why, whole=True) as write:
            closing = Closing(
                **identity,
                starts_on=span.start,
                ends_on=span.last,
                edition=edition,
                method=policy.capital.method,
                closed_on=context.today,
                closed_at=context.now(),
                actor_id=actor.id,
                reason=why,
            )
            write.add(closing)
            write.flush()
            self._keep(closing, span)
            rows = year_on_year.gathered(
                context.session, actor, policy, span, year_on_year.EVERYTHING, today=context.today, every=True
            )
            self._ensure_unchanged(closing, span)
            write.sign_together(closing)
            write.add(
                *(
                    PublishedFigure(closing_id=closing.id, key=key, unit=unit, value=value)
                    for key, unit, value in year_on_year.to_publish(rows)
                )
            )
        return closing

    @lists(Right.READ)
    def closings(self, period: PeriodRef | None = None, **paging: Unpack[Paging]) -> Listing[ClosingRow]:
        """Return the closings, with who closed which period when; by period and edition. One statement.

        Args:
            period: One period.
        """
        with Checks() as check:
            span = (
                None if period is None else check.take(lambda: as_period(period, today=self._context.today), "period")
            )
        return Known.of(self._context.session, publications.closings(self._context.session, period=span), paging)

    def _keep(self, closing: Closing, period: Period) -> None:
        """Store which entries are counted. One statement for each ledger."""
        for source, (_, published) in closed.LEDGERS.items():  # the two ledgers
            counted = closed.confirmed(source, period)
            self._context.session.execute(
                insert(published.__table__).from_select(
                    ["closing_id", "entry_id"],
                    counted.with_only_columns(literal(closing.id), *counted.selected_columns),
                ),
                bind_arguments=OURS,
            )

    def _ensure_unchanged(self, closing: Closing, period: Period) -> None:
        """Refuse to store figures if entries were confirmed while they were counted."""
        news = [
            closed.confirmed(source, period).where(closed.later(source, closing.id)).exists()
            for source in closed.LEDGERS
        ]
        if self._context.session.scalar(select(or_(*news)), bind_arguments=OURS):
            raise Conflict(
                problem(
                    N_("Entries of {period} were confirmed while it was being closed."),
                    N_("Close it again; then they count."),
                    field="period",
                    code="changed",
                    period=str(period),
                )
            )


def _ensure_reasoned(edition: int, reason: str | None) -> None:
    """Refuse a later edition without a reason, and a first one with a reason."""
    if edition > 1 and reason is None:
        raise InvalidInput(
            problem(
                N_("The period is already closed; edition {edition} needs a reason."),
                N_("Give the reason: --reason …"),
                field="reason",
                code="missing",
                edition=edition,
            )
        )
    if edition == 1 and reason is not None:
        raise InvalidInput(
            problem(N_("The first edition needs no reason."), N_("Leave the reason out."), field="reason", code="first")
        )
