"""Reading and checking the arguments of the verbs on requests, and the steps that they leave."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from crm.errors import N_, NotFound
from crm.models import Enterprise, Lead, Request, RequestEvent, RequestStep
from crm.reads.kernel.visibility import company_shown, visible
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import investor_of
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, missing, spelled
from crm.services.meetings.about import Subject, subject_of
from crm.services.meetings.base import About
from crm.values.registers.workdays import add_workdays
from crm.values.text import comparison_key


def whose(context: Context, about: About | Enterprise) -> Subject:
    """Return the investor, locked, and the lead or the open leads, that *about* names; see :meth:`Requests.open`.

    Raises:
        NotFound: There is none.
        Ambiguous: Several match.
    """
    if isinstance(about, Enterprise):
        lead = _of_enterprise(context, Enterprise.id == about.id)
        if lead is None:
            raise missing("enterprise", about.name)
    else:
        try:
            return subject_of(context, about, keep=True)
        except NotFound:
            lead = _named(context, about) if isinstance(about, str) else None
            if lead is None:
                raise
    return Subject(investor_of(context.session, lead, keeping=True), [lead])


def _named(context: Context, text: str) -> Lead | None:
    key = comparison_key(text)
    if not key:
        return None
    named = containing(spelled(Enterprise.name), text, whole=False)
    return _of_enterprise(context, or_(Enterprise.credit_code == text.strip().upper(), named))


def _of_enterprise(context: Context, fits: ColumnElement[bool]) -> Lead | None:
    """Return the first lead of the only matching project company; None if none or several match."""
    leads = context.session.scalars(
        select(Lead)
        .join(Enterprise, Enterprise.id == Lead.enterprise_id)
        .where(fits, visible(context.actor), company_shown(context.actor))
        .order_by(Lead.id)
        .limit(20)
    ).all()
    return leads[0] if len({lead.enterprise_id for lead in leads}) == 1 else None


def deadlines(
    context: Context, check: Checks, day: date, answer_due: date | str | None, due: date | str | None
) -> tuple[date, date]:
    """Return the deadlines of answer and solution of a request of *day*: as given, or by the policy."""
    policy = context.policy(day).aftercare
    last = deadline(check, due, "due", day, policy.solve_days)
    first = deadline(check, answer_due, "answer_due", day, policy.answer_days)
    # If the solution is due before the answer would be, the answer is due on the same day.
    if answer_due is None and first is not None and last is not None:
        first = min(first, last)
    if first is not None and last is not None and first > last:
        check.wrong(
            N_("The answer would be due on {answer}, after the solution on {solution}."),
            N_("Check the days."),
            field="answer_due",
            code="order",
            answer=first,
            solution=last,
        )
    return first or day, last or day


def deadline(check: Checks, value: date | str | None, field: str, day: date, count: int) -> date | None:
    """Return the day given, or the end of a period of *count* working days from *day*."""
    if value is None:
        period_end: date | None = check.take(lambda: add_workdays(day, count), field)
        return period_end
    last: date | None = check.day(value, field)
    if last is not None and last < day:
        check.wrong(
            N_("{field}: {due} is before {day}."),
            N_("A deadline cannot be earlier."),
            field=field,
            code="past",
            due=last,
            day=day,
        )
    return last


def day_of(context: Context, check: Checks, request: Request, on: date | str | None) -> date:
    """Return the day of a step, by default today: not before the request, not in the future."""
    today = context.today
    day: date | None = check.day(on, "on", not_after=today)
    if day is not None and day < request.accepted_on:
        check.wrong(
            N_("{day} is before the acceptance of the request, {since}."),
            N_("Check the day."),
            field="on",
            code="order",
            day=day,
            since=request.accepted_on,
        )
    return today if day is None else day


def step_of(
    context: Context, request: Request, step: RequestStep, number: int, day: date, note: str | None, **hands: int | None
) -> RequestEvent:
    """Return a step of a request, to be stored."""
    return RequestEvent(
        request_id=request.id,
        number=number,
        step=step,
        state=request.state,
        occurred_on=day,
        recorded_at=context.now(),
        actor_id=context.acting().id,
        due_on=request.due_on,
        note=note,
        **hands,
    )
