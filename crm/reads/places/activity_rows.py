"""The rows of the work of stations and staff in a period. Their field names are the keys of ``--json``."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from crm.reads.events.rows import EventRow
from crm.reads.meetings.rows import FollowUpRow, MeetingRow


@frozen(kw_only=True)
class Activity:
    """The work in a period, without hidden leads.

    Attributes:
        since: The first day of the period, at the bureau; *until* its last.
        visits: Talks; messages are none. *investors*: the different investors met.
        leads_opened: Different leads opened; *leads_moved* moved forward, *leads_landed* of these into the last stage,
            *leads_lost* and *leads_abandoned* closed.
        followups_kept: Follow-ups done in the period by their due day; *followups_late* after it.
        followups_open: Follow-ups open at the end of the period, or today when it is not over; *followups_overdue* of
            these.
        requests_accepted: Requests accepted in the period; *requests_solved* and *requests_unsolvable* closed in it;
            *requests_open* not closed at its end.
    """

    since: date
    until: date
    visits: int
    investors: int
    leads_opened: int
    leads_moved: int
    leads_landed: int
    leads_lost: int
    leads_abandoned: int
    followups_kept: int
    followups_late: int
    followups_open: int
    followups_overdue: int
    requests_accepted: int
    requests_solved: int
    requests_unsolvable: int
    requests_open: int


@frozen(kw_only=True)
class StationMonthRow(Activity):
    """The work of a station in a month.

    Attributes:
        events_held: Events of the station that began in the month and were held; *events_planned* neither held nor
            cancelled yet.
    """

    station_id: int
    station: str
    name: str
    name_en: str
    status: str
    events_held: int
    events_planned: int


@frozen(kw_only=True)
class MoveRow:
    """One move of a lead."""

    lead_id: int
    lead: str
    investor: str
    kind: str
    from_stage: str | None
    to_stage: str
    on: date
    reason: str | None


@frozen(kw_only=True)
class StationMonthCard:
    """The work of a station in a month, with the records behind each figure.

    Attributes:
        meetings: The talks that count for it.
        moves: Openings, steps forward, losses and leads given up, of leads it had when they were written down.
        followups: What its people owe now.
        events: Its events that began in the month.
    """

    row: StationMonthRow
    meetings: tuple[MeetingRow, ...]
    moves: tuple[MoveRow, ...]
    followups: tuple[FollowUpRow, ...]
    events: tuple[EventRow, ...]


@frozen(kw_only=True)
class AmbassadorRow(Activity):
    """The work of a member of staff in a period.

    Attributes:
        visits: Talks they took part in.
        leads_opened: Those they opened; the other moves are those they wrote down.
        requests_solved: Of enterprises they serve as the ambassador.
    """

    staff_id: int
    username: str
    name: str
    role: str
    station: str | None
    unit: str | None
