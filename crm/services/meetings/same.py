"""Likely duplicates of meetings: at the same minute, with the same people, about the same lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from crm.errors import N_, Problem, problem
from crm.models import Meeting, MeetingContact
from crm.models.base import standing
from crm.services.kernel.locks import lock_keys
from crm.services.kernel.twins import refuse_twins
from crm.values.moments import LocalTime


def ensure_not_logged(
    session: Session, investor: int, lead: int | None, moment: LocalTime, people: Iterable[int], *, but: int = 0
) -> None:
    """Refuse a meeting that may be on record. Two statements.

    Concurrent meetings with one investor at one minute are serialised until the transaction ends.

    Args:
        session: The session.
        investor: Whom we met.
        lead: Which lead it was about; None is no lead.
        moment: When it began.
        people: The contacts who took part.
        but: The meeting that it is.

    Raises:
        LikelyDuplicate: There is such a meeting; all are named.
    """
    wanted = {*people}
    minute = moment.utc.replace(second=0, microsecond=0)
    lock_keys(session, f"meeting with {investor} at {minute.isoformat()}")
    rows = session.execute(
        select(Meeting.id, Meeting.met_at, Meeting.zone, MeetingContact.contact_id)
        .outerjoin(MeetingContact, and_(MeetingContact.meeting_id == Meeting.id, standing(MeetingContact)))
        .where(
            Meeting.investor_id == investor, Meeting.met_at >= minute, Meeting.met_at < minute + timedelta(minutes=1)
        )
        .where(Meeting.id != but, Meeting.lead_id == lead, standing(Meeting))
        .order_by(Meeting.id)
    ).all()
    logged: dict[int, tuple[LocalTime, set[int]]] = {}
    for number, met_at, zone, person in rows:
        logged.setdefault(number, (LocalTime(met_at, zone), set()))[1].update(filter(None, [person]))
    refuse_twins(_twins({number: at for number, (at, met) in logged.items() if met == wanted}))


def _twins(logged: dict[int, LocalTime]) -> Iterator[tuple[int, str, Problem]]:
    for number, at in logged.items():
        sentence = problem(
            N_("Meeting {id}, at {time}, was with the same people."),
            N_("Use that record, or say why it is another meeting: --distinct WHY"),
            field="at",
            code="known",
            id=number,
            time=str(at),
        )
        yield number, str(at), sentence
