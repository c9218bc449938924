"""The rows of requests and of the aftercare before a reinvestment. Their field names are the keys of ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from attrs import field, frozen

from crm.reads.kernel.rows import BESIDE, Withdrawal
from crm.values.money import Money


@frozen(kw_only=True)
class RequestRow:
    """A request as lists show it.

    Attributes:
        enterprise: The project company of its lead, or None.
        next_due_on: Until when it is to be answered or, once answered, to be solved; None when it is closed.
        days_left: Days of the calendar until then, negative when it is overdue; None when it is closed.
        in_time: Of a closed one: by its deadline; None while it is open.
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
        described: Its other fields; in JSON they stand beside the others.
    """

    id: int
    uid: UUID
    investor: str
    investor_id: int
    enterprise: str | None
    lead_id: int | None
    lead: str | None
    text: str
    kind: str
    channel: str
    brand: str | None
    state: str
    ambassador: str
    unit: str | None
    assignee: str | None
    accepted_on: date
    answer_due_on: date
    answered_on: date | None
    due_on: date
    next_due_on: date | None
    days_left: int | None
    overdue: bool
    resolved_on: date | None
    in_time: bool | None
    outcome: str | None
    satisfaction: int | None
    version: int
    withdrawn: Withdrawal | None
    described: Mapping[str, object] = field(metadata=BESIDE, hash=False)


@frozen(kw_only=True)
class RequestStepRow:
    """One step of a request."""

    number: int
    step: str
    state: str
    occurred_on: date
    recorded_at: datetime
    actor: str
    unit: str | None
    assignee: str | None
    due_on: date
    note: str | None
    described: Mapping[str, object] = field(metadata=BESIDE, hash=False)


@frozen(kw_only=True)
class RequestCard:
    """A request with its history."""

    row: RequestRow
    steps: tuple[RequestStepRow, ...]


@frozen(kw_only=True)
class RequestFigures:
    """The figures of requests in a period; see :meth:`crm.services.requests.service.Requests.figures`.

    Attributes:
        accepted: Accepted in the period.
        answered: First answered in the period; *answered_in_time* by the deadline.
        solved: Solved in the period; *solved_in_time* by the deadline.
        unsolvable: Said to be unsolvable in the period.
        open: Accepted by the end of the period and not closed by then, as far as the present state tells.
        rated: Closed in the period, and the enterprise said how content it was.
        rating: The sum of what they said, 1 to 5 each: divided by *rated* it is the average.
        content: Those who said 4 or 5.
    """

    since: date
    until: date
    accepted: int
    answered: int
    answered_in_time: int
    solved: int
    solved_in_time: int
    unsolvable: int
    open: int
    rated: int
    rating: int
    content: int


@frozen(kw_only=True)
class ReinvestmentRow:
    """An arrival of reinvested profits, and the aftercare before it.

    Attributes:
        state: reported or verified.
        since: The first day that was looked at.
        requests: Numbers of the investor's requests solved from then until the day of arrival.
        meetings: Numbers of the meetings with the investor from then until the day of arrival; messages are none.
    """

    arrival_id: int
    lead_id: int
    lead: str
    investor_id: int
    investor: str
    amount: Money
    arrived_on: date
    state: str
    since: date
    requests: tuple[int, ...]
    meetings: tuple[int, ...]
