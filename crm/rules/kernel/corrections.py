"""Who corrects, withdraws and restores a record: whoever recorded it for some days, a manager at any time."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import frozen

from crm.errors import N_, AccessDenied, InvalidInput, problem
from crm.refusals import out_of_range
from crm.rules.access import Actor, Right, Scope, holders, permit, scope

#: About a hundred years, so that counting back stays within the calendar.
MOST_DAYS = 36_500


@frozen
class CorrectionPolicy:
    """For how long people may correct what they recorded themselves.

    Attributes:
        days: So many days after the day of recording; 0: on that day alone.
    """

    days: int = 7

    def __attrs_post_init__(self) -> None:
        """Refuse an invalid number of days."""
        if not 0 <= self.days <= MOST_DAYS:
            raise InvalidInput(out_of_range(self.days, 0, MOST_DAYS, "corrections.days"))


@frozen
class Recorded:
    """Who recorded something, and when.

    Attributes:
        by: The member of staff; None for what no entry of the audit tells.
        username: Their name.
        on: The bureau's day; None as above.
    """

    by: int | None = None
    username: str = "–"
    on: date | None = None


def ensure_may_correct(
    actor: Actor | None, right: Right, recorded: Recorded, policy: CorrectionPolicy, today: date, reason: str | None
) -> Actor:
    """Return the actor if they may correct, withdraw or restore a record.

    Whoever recorded it may for the days of the policy. Later, and for what another recorded, those may who have the
    right on all records; they give a reason.

    Args:
        actor: Who acts.
        right: What they do.
        recorded: Who recorded it, and when.
        policy: For how many days.
        today: The bureau's day.
        reason: Why, if it was given.

    Raises:
        AccessDenied: They may not.
        InvalidInput: They have to say why.
    """
    actor = permit(actor, right)
    mine = recorded.by == actor.id
    if mine and recorded.on is not None and today <= recorded.on + timedelta(days=policy.days):
        return actor
    if scope(actor, right) is not Scope.ALL:
        raise AccessDenied(
            problem(
                N_("{actor} recorded this on {day}, and the {days} days for corrections of one's own have passed.")
                if mine
                else N_("{recorder} recorded this; {actor} may correct only records of their own."),
                N_("Ask one of these roles: {holders}."),
                code="late" if mine else "scope",
                actor=actor.username,
                recorder=recorded.username,
                day=recorded.on,
                days=policy.days,
                holders=holders(right),
            )
        )
    if reason is None:
        raise InvalidInput(
            problem(
                N_("The reason is missing: this was recorded by {recorder} on {day}.")
                if recorded.on is not None
                else N_("The reason is missing: it is not known who recorded this."),
                N_("Add it: --reason TEXT"),
                field="reason",
                code="missing",
                recorder=recorded.username,
                day=recorded.on,
            )
        )
    return actor
