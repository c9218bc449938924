"""The history of a lead: its transitions, the days at each stage, and its owners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Row, and_, exists, select
from sqlalchemy.orm import Session, aliased

from crm.models import Assignment, CarriedOver, Redate, Staff, Station, Transition, Unit
from crm.reads.leads.rows import AssignmentRow, HistoryRow, StageTime
from crm.rules.stages import MoveKind, Status


def history(session: Session, lead_id: int) -> tuple[HistoryRow, ...]:
    """Return the transitions of a lead in order, each with the day that counts. One statement."""
    newest, later, corrector = aliased(Redate), aliased(Redate), aliased(Staff)
    by_carrying = exists().where(
        CarriedOver.lead_id == Transition.lead_id,
        Transition.number.between(CarriedOver.first_move, CarriedOver.last_move),
    )
    rows: Iterable[Row[Transition, str, Redate | None, str | None, bool]] = session.execute(
        select(Transition, Staff.username, newest, corrector.username, by_carrying)
        .join(Staff, Staff.id == Transition.actor_id)
        .outerjoin(
            newest,
            and_(
                newest.transition_id == Transition.id,
                ~exists().where(later.transition_id == newest.transition_id, later.number > newest.number),
            ),
        )
        .outerjoin(corrector, corrector.id == newest.actor_id)
        .where(Transition.lead_id == lead_id)
        .order_by(Transition.number)
    )
    return tuple(
        HistoryRow(
            number=t.number,
            kind=t.kind.value,
            from_stage=t.from_stage,
            to_stage=t.to_stage,
            from_status=t.from_status.value if t.from_status else None,
            to_status=t.to_status.value,
            cycle=t.cycle,
            occurred_on=t.occurred_on if redate is None else redate.occurred_on,
            recorded_at=t.recorded_at,
            actor=username,
            reason=t.reason,
            review_on=t.review_on,
            competitor=t.competitor,
            first_told=None if redate is None else t.occurred_on,
            redated_by=by,
            redated_reason=None if redate is None else redate.reason,
            carried_over=bool(carried),
        )
        for t, username, redate, by, carried in rows
    )


def times(rows: Sequence[HistoryRow], *, today: date) -> tuple[StageTime, ...]:
    """Return the days of a lead at each stage, from its history, including days on hold."""
    stays: list[StageTime] = []
    for row in rows:
        new_stay = row.kind in {MoveKind.OPEN, MoveKind.ADVANCE, MoveKind.BACK, MoveKind.REOPEN}
        ends = row.to_status not in {Status.ACTIVE, Status.ON_HOLD}
        if stays and stays[-1].left_on is None and (new_stay or ends):
            stays[-1] = _stay(stays[-1].stage, stays[-1].cycle, stays[-1].entered_on, row.occurred_on, today)
        if new_stay:
            stays.append(_stay(row.to_stage, row.cycle, row.occurred_on, None, today))
    return tuple(stays)


def _stay(stage: str, cycle: int, entered: date, left: date | None, today: date) -> StageTime:
    return StageTime(
        stage=stage, cycle=cycle, entered_on=entered, left_on=left, days=max(((left or today) - entered).days, 0)
    )


def assignments(session: Session, lead_id: int) -> tuple[AssignmentRow, ...]:
    """Return the owners, units and stations of a lead over time. One statement."""
    actor = aliased(Staff)
    rows = session.execute(
        select(Assignment, Station.code, Unit.code, Staff.username, actor.username)
        .outerjoin(Station, Station.id == Assignment.station_id)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(Staff, Staff.id == Assignment.owner_id)
        .join(actor, actor.id == Assignment.actor_id)
        .where(Assignment.lead_id == lead_id)
        .order_by(Assignment.number)
    )
    return tuple(
        AssignmentRow(
            number=a.number,
            station=station,
            unit=unit,
            owner=owner,
            assigned_at=a.assigned_at,
            actor=by,
            reason=a.reason,
        )
        for a, station, unit, owner, by in rows
    )
