"""What the demo prints once it is loaded: one read of each sort, as of the day of the case."""

from __future__ import annotations

from datetime import UTC, date, datetime

from attrs import frozen
from sqlalchemy.orm import Session

from crm.crm import CRM
from crm.demo.kinds.goals import scorecard
from crm.demo.loader import HERO, TODAY
from crm.demo.marks import uid
from crm.demo.year import POLICY, YEAR
from crm.models import Staff
from crm.reads.claims.rows import ClaimRow
from crm.reads.leads.rows import BoardColumn, HistoryRow, LeadCard, StageTime
from crm.reads.meetings.rows import FollowUpRow
from crm.reads.places.rows import StationCard
from crm.reads.referrals.rows import ReferralTree
from crm.reads.trips.rows import TripCard
from crm.reports.sheet import Report

#: The trips of the case, in order.
TRIPS = ("japan-2023-02", "germany-2023-02", "hongkong-2023-02")
#: Partners who bring others (以商招商).
BRINGERS = ("snow", "colliers")
#: 10:00 at the bureau, on the day of the case.
_NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 2, 0, tzinfo=UTC)


@frozen(kw_only=True)
class Story:
    """The demo, ready to be printed.

    Attributes:
        today: The day everything is as of.
        stations: Every station with its history.
        board: The pipeline by stage, with what is active or on hold.
        hero: The lead that went from contact to landed step by step.
        history: Its transitions.
        times: How long it stood in each stage.
        trips: Each trip's plan against what was done.
        bringers: Whom the partners in Hong Kong brought.
        claims: Which unit holds which lead.
        scorecard: How the targets of the year stand.
        year: The report of the year that was over.
        followups: Open follow-ups, the earliest due first, then the done ones.
    """

    today: date
    stations: tuple[StationCard, ...]
    board: tuple[BoardColumn, ...]
    hero: LeadCard
    history: tuple[HistoryRow, ...]
    times: tuple[StageTime, ...]
    trips: tuple[TripCard, ...]
    followups: tuple[FollowUpRow, ...]
    bringers: tuple[ReferralTree, ...]
    claims: tuple[ClaimRow, ...]
    scorecard: Report
    year: Report


def story(session: Session, *, actor: Staff | int | str = "bureau.manager") -> Story:
    """Read the loaded demo as of :data:`crm.demo.TODAY`.

    Args:
        session: A session on a database that holds the demo.
        actor: Through whose eyes; by default the demo's manager, who sees confidential leads.

    Raises:
        NotFound: The demo is not loaded.
    """
    crm = CRM(session, actor=actor, policy=POLICY, clock=lambda: _NOW)
    hero = crm.leads.get(uid("lead", HERO))
    return Story(
        today=TODAY,
        stations=tuple(crm.stations.show(row.id) for row in crm.stations.list()),
        board=crm.leads.board(),
        hero=crm.leads.show(hero),
        history=crm.leads.history(hero),
        times=crm.leads.times(hero),
        bringers=tuple(crm.referrals.tree(uid("investor", key), direction="down") for key in BRINGERS),
        claims=crm.claims.list(),
        scorecard=scorecard(crm),
        year=crm.report.year(YEAR),
        trips=tuple(crm.trips.show(uid("trip", code)) for code in TRIPS),
        followups=(
            *crm.followups.list(),
            *(row for row in crm.followups.list(open_only=False) if row.done_at is not None),
        ),
    )
