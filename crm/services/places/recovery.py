"""Recovery of an admin by the owner of a database; it is recorded in the audit."""

from __future__ import annotations

from sqlalchemy import select, text

from crm.errors import N_, AccessDenied, NotFound, Problem, problem
from crm.models import Binding, Posting, Staff
from crm.models.binding import on_postgres
from crm.reads.places.bindings import bound_admins
from crm.refusals import not_found
from crm.rules.access import Role
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.writing import Writing
from crm.values.text import REASON

#: Whether the role of the session owns the tables.
OWNS = text(
    "SELECT pg_has_role(session_user, relowner, 'MEMBER') FROM pg_class"
    " WHERE oid = to_regclass(quote_ident(current_schema()) || '.crm_staff')"
)


def recover_admin(context: Context, username: str, *, reason: str) -> Staff:
    """Make a member of staff an admin again, in their own name; archived or not, bound or not.

    If the policy requires bound staff, or an admin is bound, the present identity becomes theirs.

    Args:
        context: A session without an actor, of the owner of the database. For a file the caller has checked that.
        username: Who.
        reason: Why; it stands in the audit, and ``crm db check`` tells it.

    Raises:
        AccessDenied: On PostgreSQL, the role of the session does not own the tables.
        InvalidInput: There is no reason.
        NotFound: There is no such member of staff.
    """
    session = context.session
    if on_postgres(session) and not session.scalar(OWNS):
        raise AccessDenied(not_the_owner())
    lock_tables(session, Staff)
    with Checks() as check:
        why = check.text(reason, "reason", REASON)
    staff = session.scalar(select(Staff).where(Staff.username == username.strip().lower()))
    if staff is None:
        raise NotFound(not_found("staff", username[:60], N_("Check the spelling, or list what there is."), "staff"))
    context.become(staff)
    binds = context.asks_binding() or bound_admins(session)
    with Writing(context, "staff.recover", why) as write:
        if binds:
            _bind_anew(context, write, staff)
        if staff.role is not Role.ADMIN:
            write.add(_posting(context, staff))
        write.change(staff, even_archived=True, even_unchanged=True, role=Role.ADMIN, archived_at=None)
    return staff


def not_the_owner() -> Problem:
    """Return the problem of somebody who does not own the database."""
    return problem(
        N_("The database belongs to somebody else."),
        N_("Ask the owner of the file, or on PostgreSQL of the tables."),
        code="owner",
    )


def _bind_anew(context: Context, write: Writing, staff: Staff) -> None:
    identity = context.at_hand()
    if identity is None:
        return
    held = context.session.scalar(
        select(Binding).where(Binding.kind == identity.kind, Binding.name == identity.name, Binding.ended_at.is_(None))
    )
    if held is not None and held.staff_id == staff.id:
        return
    if held is not None:
        write.change(held, ended_at=context.now())
    write.add(Binding(staff_id=staff.id, kind=identity.kind, name=identity.name, bound_at=context.now()))


def _posting(context: Context, staff: Staff) -> Posting:
    last = context.session.scalars(
        select(Posting).where(Posting.staff_id == staff.id).order_by(Posting.number.desc()).limit(1)
    ).one()
    return Posting(
        staff_id=staff.id,
        number=last.number + 1,
        role=Role.ADMIN,
        station_id=staff.station_id,
        unit_id=staff.unit_id,
        since=max(last.since, context.today),
        recorded_at=context.now(),
    )
