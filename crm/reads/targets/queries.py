"""Targets as rows, with their terms read from the columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from crm.models import FrozenScore, Staff, Target, TargetBaseline, TargetTerms, TargetUnit, Unit
from crm.reads.targets.rows import FrozenScoreRow, TargetCard, TargetRow, TermsRow
from crm.rules.targets.terms import TOGETHER, Filter, Terms, Threshold
from crm.values.period import Period


def targets(
    session: Session, where: Iterable[ColumnElement[bool]] = (), *, limit: int | None = None
) -> tuple[TargetRow, ...]:
    """Return targets with their current terms, by period and code. Three statements.

    Args:
        session: The session.
        where: Conditions on Target and TargetTerms.
        limit: The maximum number.
    """
    rows = session.execute(
        select(Target, TargetTerms, Staff.username)
        .select_from(Target)
        .join(TargetTerms, holds())
        .join(Staff, Staff.id == TargetTerms.set_by_id)
        .where(*where)
        .order_by(Target.starts_on, Target.ends_on.desc(), Target.id)
        .limit(limit)
    ).all()
    named = _named(session, [terms.id for _, terms, _ in rows])
    return tuple(_row(target, _terms(terms, by, named)) for target, terms, by in rows)


def holds() -> ColumnElement[bool]:
    """Return the condition that a version is the current one of its target: the highest."""
    other = aliased(TargetTerms)
    highest = select(func.max(other.number)).where(other.target_id == Target.id).correlate(Target).scalar_subquery()
    return and_(TargetTerms.target_id == Target.id, TargetTerms.number == highest)


def card(session: Session, target_id: int) -> TargetCard:
    """Return a target with each of its versions. Three statements."""
    rows = session.execute(
        select(Target, TargetTerms, Staff.username)
        .join(TargetTerms, TargetTerms.target_id == Target.id)
        .join(Staff, Staff.id == TargetTerms.set_by_id)
        .where(Target.id == target_id)
        .order_by(TargetTerms.number.desc())
    ).all()
    named = _named(session, [terms.id for _, terms, _ in rows])
    versions = tuple(_terms(terms, by, named) for _, terms, by in rows)
    return TargetCard(row=_row(rows[0][0], versions[0]), versions=versions)


def versions(session: Session, terms_ids: Iterable[int]) -> dict[int, tuple[TargetRow, TermsRow]]:
    """Return versions by the number of their record, each with its target. Three statements."""
    rows = session.execute(
        select(Target, TargetTerms, Staff.username)
        .join(TargetTerms, TargetTerms.target_id == Target.id)
        .join(Staff, Staff.id == TargetTerms.set_by_id)
        .where(TargetTerms.id.in_(list(terms_ids)))
        .order_by(Target.starts_on, Target.ends_on.desc(), Target.id)
    ).all()
    named = _named(session, [terms.id for _, terms, _ in rows])
    found = {}
    for target, terms, by in rows:
        stated = _terms(terms, by, named)
        found[terms.id] = (_row(target, stated), stated)
    return found


def frozen(session: Session, where: Iterable[ColumnElement[bool]] = ()) -> tuple[FrozenScoreRow, ...]:
    """Return frozen scorecards, latest first. One statement."""
    rows = session.execute(
        select(FrozenScore, Staff.username)
        .join(Staff, Staff.id == FrozenScore.actor_id)
        .where(*where)
        .order_by(FrozenScore.frozen_at.desc(), FrozenScore.id.desc())
    )
    return tuple(
        FrozenScoreRow(
            id=score.id,
            uid=score.uid,
            period=score.period,
            edition=score.edition,
            as_of=score.as_of,
            method=score.method,
            frozen_at=score.frozen_at,
            frozen_by=by,
            reason=score.reason,
        )
        for score, by in rows
    )


class _Named:
    """The units and baselines of versions."""

    def __init__(self) -> None:
        self.units: dict[int, list[str]] = defaultdict(list)
        self.baselines: dict[int, dict[str, int]] = defaultdict(dict)


def _named(session: Session, terms_ids: list[int]) -> _Named:
    found = _Named()
    for terms_id, code in session.execute(
        select(TargetUnit.terms_id, Unit.code)
        .join(Unit, Unit.id == TargetUnit.unit_id)
        .where(TargetUnit.terms_id.in_(terms_ids))
    ):
        found.units[terms_id].append(code)
    for terms_id, unit_id, code, value in session.execute(
        select(TargetBaseline.terms_id, TargetBaseline.unit_id, Unit.code, TargetBaseline.value)
        .outerjoin(Unit, Unit.id == TargetBaseline.unit_id)
        .where(TargetBaseline.terms_id.in_(terms_ids))
    ):
        found.baselines[terms_id][TOGETHER if unit_id is None else code] = value
    return found


def _row(target: Target, current: TermsRow) -> TargetRow:
    return TargetRow(
        id=target.id,
        uid=target.uid,
        code=target.code,
        period=target.period,
        current=current,
        ended_at=target.ended_at,
        end_reason=target.end_reason,
        version=target.version,
    )


def _terms(stored: TargetTerms, by: str, named: _Named) -> TermsRow:
    since, until = stored.baseline_from, stored.baseline_to
    terms = Terms(
        title=stored.title,
        title_en=stored.title_en or "",
        measure=stored.measure,
        filter=Filter.of(stored.filter),
        scope=stored.scope,
        kinds=tuple(stored.kinds),
        units=tuple(named.units[stored.id]),
        cadence=stored.cadence,
        threshold=Threshold(stored.kind, stored.base, stored.stretch, stored.currency),
        of=stored.of_measure,
        of_filter=Filter.of(stored.of_filter),
        baseline=None if since is None or until is None else Period.through(since, until),
        baselines=named.baselines[stored.id],
        source=stored.source,
        note=stored.note or "",
    )
    return TermsRow(
        id=stored.id, number=stored.number, terms=terms, set_by=by, set_at=stored.set_at, reason=stored.reason
    )
