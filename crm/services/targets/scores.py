"""Scorecards, current and frozen."""

from __future__ import annotations

from datetime import date
from typing import Unpack
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from crm.errors import N_, Conflict, InvalidInput, NotFound, problem
from crm.models import FrozenCell, FrozenScore, Target, TargetTerms
from crm.reads.kernel.listing import Known, Listing
from crm.reads.targets import queries as reports
from crm.reads.targets import scores
from crm.reads.targets.frozen_scores import frozen_card
from crm.reads.targets.rows import FrozenScoreRow, Scorecard, ScoreCell, ScoreLine
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.periods import PeriodRef, period_of
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, replayed
from crm.values.period import Period
from crm.values.text import REASON


class TargetScores:
    """Computes scorecards, and freezes them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def score(
        self, period: PeriodRef | None = None, *, as_of: date | str | None = None, forecast: bool = False
    ) -> Scorecard:
        """Return the standing of the targets whose period lies within a period, from the records alone.

        Args:
            period: By default this year.
            as_of: The last day that counts, by default today.
            forecast: Add a forecast for the end of the period.

        Raises:
            InvalidInput: Invalid arguments; a day in the future.
            AccessDenied: There is no actor.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            span, day = period_of(check, period, self._context.today), self._day(check, as_of)
            outlook = check.flag(forecast, "forecast")
        return scores.scorecard(context.session, actor, context.policy(), span, as_of=day, forecast=outlook)

    @writes(Right.TARGET_FREEZE, dangerous=True)
    def freeze(
        self,
        period: PeriodRef | None = None,
        *,
        as_of: date | str | None = None,
        reason: str | None = None,
        uid: UUID | str | None = None,
    ) -> FrozenScore:
        """Freeze the scorecard of a period: later data does not change it. Freezing again makes another edition.

        Each figure is also stored without confidential leads, for those who may not see them.

        Args:
            period: By default this year.
            as_of: The last day that counts, by default today.
            reason: Why there is another edition; required then, and then only.
            uid: Makes the call safe to repeat.

        Returns:
            The frozen scorecard, flushed, with its edition.

        Raises:
            InvalidInput: Invalid arguments; a day in the future, or before the period begins.
            AccessDenied: A manager freezes scores.
            Conflict: There is an edition and no reason is given, or a reason without an earlier edition; there are no
                targets; another froze it at this moment; the uid is in use with other content.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            span, day = period_of(check, period, self._context.today), self._day(check, as_of)
            why = check.text(reason, "reason", REASON, required=False)
            if day < span.start:
                check.wrong(
                    N_("{period} has not begun on {day}."),
                    N_("Freeze it after it has begun."),
                    field="as_of",
                    code="early",
                    period=str(span),
                    day=day,
                )
        content = {"period": str(span), "as_of": day.isoformat(), "reason": why}
        found, identity = replayed(context, FrozenScore, uid, content)
        if found is not None:
            return found
        # The targets are read twice, with and without confidential leads; they must not change in between.
        lock_tables(context.session, Target, TargetTerms)
        edition = self._next_edition(span, why)
        policy = context.policy()
        card, veiled = (scores.scorecard(context.session, eyes, policy, span, as_of=day) for eyes in (actor, None))
        if not card.lines:
            raise Conflict(
                problem(
                    N_("There are no targets in {period}."),
                    N_("Set them first: crm target load FILE"),
                    code="empty",
                    period=str(span),
                )
            )
        with Writing(context, "target.freeze", why, whole=True) as write:
            score = FrozenScore(
                **identity,
                starts_on=span.start,
                ends_on=span.last,
                edition=edition,
                as_of=day,
                method=scores.METHOD,
                frozen_on=context.today,
                frozen_at=context.now(),
                actor_id=actor.id,
                reason=why,
            )
            write.add(score)
            write.flush()
            write.add(
                *(
                    _cell(score, line, one, other)
                    for line, open_line in zip(card.lines, veiled.lines, strict=True)
                    for one, other in zip(line.cells, open_line.cells, strict=True)
                )
            )
        return score

    @lists(Right.READ)
    def editions(self, period: PeriodRef | None = None, **paging: Unpack[Paging]) -> Listing[FrozenScoreRow]:
        """Return the frozen scorecards, latest first. One statement.

        Args:
            period: Of this period alone.

        Raises:
            InvalidInput: It is not a period.
            AccessDenied: There is no actor.
        """
        where: list[ColumnElement[bool]] = []
        with Checks() as check:
            if period is not None:
                span = period_of(check, period, self._context.today)
                where = [FrozenScore.starts_on == span.start, FrozenScore.ends_on == span.last]
        return Known.of(self._context.session, reports.frozen(self._context.session, where), paging)

    @reads(Right.READ)
    def frozen(self, period: PeriodRef | None = None, *, edition: int | None = None) -> Scorecard:
        """Return a frozen scorecard.

        Args:
            period: By default this year.
            edition: Which one, by default the latest.

        Raises:
            InvalidInput: Invalid arguments.
            AccessDenied: There is no actor.
            NotFound: It was never frozen, or has no such edition.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            span, number = period_of(check, period, self._context.today), check.count(edition, "edition")
        where = [FrozenScore.starts_on == span.start, FrozenScore.ends_on == span.last]
        if number is not None:
            where.append(FrozenScore.edition == number)
        found = sorted(reports.frozen(context.session, where), key=lambda card: -card.edition)
        if not found:
            raise NotFound(
                problem(
                    N_("No scorecard of {period} was frozen, or not in this edition."),
                    N_("List them: crm target editions"),
                    field="edition",
                    code="not_found",
                    period=str(span),
                )
            )
        return frozen_card(context.session, actor, found[0])

    def _next_edition(self, span: Period, why: str | None) -> int:
        """Return the number of the next edition; the first has no reason, each later one needs one."""
        where = (FrozenScore.starts_on == span.start, FrozenScore.ends_on == span.last)
        last = self._context.session.scalar(select(func.max(FrozenScore.edition)).where(*where)) or 0
        if last and why is None:
            raise Conflict(
                problem(
                    N_("{period} is already frozen, in edition {edition}."),
                    N_("Give the reason for another edition: --reason"),
                    field="reason",
                    code="frozen",
                    period=str(span),
                    edition=last,
                )
            )
        if not last and why is not None:
            raise InvalidInput(
                problem(
                    N_("The first edition needs no reason; {period} was never frozen."),
                    N_("Leave it out."),
                    field="reason",
                    code="reason",
                    period=str(span),
                )
            )
        return last + 1

    def _day(self, check: Checks, as_of: date | str | None) -> date:
        today = self._context.today
        found: date | None = check.day(as_of, "as_of", not_after=today)
        return today if found is None else found


def _cell(score: FrozenScore, line: ScoreLine, one: ScoreCell, other: ScoreCell) -> FrozenCell:
    return FrozenCell(
        score_id=score.id,
        terms_id=line.target.current.id,
        unit_id=None if line.unit is None else line.unit.id,
        starts_on=one.span.start,
        ends_on=one.span.last,
        value=one.score.value,
        whole=one.score.whole,
        standing=one.score.standing,
        tier=one.score.tier,
        why=one.score.reason,
        open_value=other.score.value,
        open_whole=other.score.whole,
        open_standing=other.score.standing,
        open_tier=other.score.tier,
        open_why=other.score.reason,
    )
