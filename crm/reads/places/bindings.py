"""Who is bound to the present identity, and to which identities staff are bound."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, false, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from crm.models import Binding, Staff
from crm.models.binding import on_postgres
from crm.rules.access import Role
from crm.rules.identities import Identity, IdentityKind, Proof

#: The role that authenticated the session: neither SET ROLE nor a setting changes it.
_SESSION_USER = cast(literal_column("session_user"), String)


def is_provable(session: Session, identity: Identity | None) -> bool:
    """Return whether the identity is proven, by the host or by the role of the session."""
    return identity is not None or _on_server(session)


def session_role(session: Session) -> Identity | None:
    """Return the role of the session on PostgreSQL, None on SQLite. One statement."""
    if not _on_server(session):
        return None
    return Identity(IdentityKind.ROLE, str(session.execute(select(_SESSION_USER)).scalar_one()))


def with_proof(
    session: Session, who: ColumnElement[bool], identity: Identity | None, *, anew: bool = False
) -> tuple[Staff | None, Proof | None]:
    """Return a member of staff with the proof of their identity. One statement.

    Args:
        session: The session.
        who: Which member of staff.
        identity: What the host said.
        anew: Read the record again, even if the session has it.
    """
    options = {"populate_existing": anew}
    if not is_provable(session, identity):
        return session.scalar(select(Staff).where(who), execution_options=options), None
    bound = aliased(Staff)
    rows = (
        select(Staff, Binding, bound)
        .select_from(Staff)
        .outerjoin(Binding, _at_hand(session, identity))
        .outerjoin(bound, bound.id == Binding.staff_id)
    )
    row = session.execute(rows.where(who).order_by(_rank()).limit(1), execution_options=options).first()
    return (None, None) if row is None else (row[0], _proof(row[1], row[2]))


def proven(session: Session, identity: Identity | None) -> Proof | None:
    """Return the member of staff whom the proven identity is bound to, or None. One statement."""
    if not is_provable(session, identity):
        return None
    theirs = select(Binding, Staff).join(Staff, Staff.id == Binding.staff_id).where(_at_hand(session, identity))
    row = session.execute(theirs.order_by(_rank()).limit(1)).first()
    return None if row is None else _proof(*row)


def is_bound(staff: type[Staff] = Staff) -> ColumnElement[bool]:
    """Return the condition that a member of staff is bound to an identity."""
    return exists().where(Binding.staff_id == staff.id, Binding.ended_at.is_(None))


def bound_admins(session: Session) -> bool:
    """Return whether an active admin is bound. One statement."""
    found = select(Staff.id).where(Staff.role == Role.ADMIN, Staff.archived_at.is_(None), is_bound())
    return session.scalar(found.limit(1)) is not None


def count_bound(session: Session) -> tuple[int, int]:
    """Return how many active staff there are, and how many of them are bound. One statement."""
    counted = select(func.count(), func.count().filter(is_bound())).select_from(Staff)
    everybody, bound = session.execute(counted.where(Staff.archived_at.is_(None))).one()
    return everybody, bound


def _on_server(session: Session) -> bool:
    return on_postgres(session)


def _rank() -> ColumnElement[int]:
    """Return the order of bindings: the role of the session first, so that it cannot act for somebody else."""
    return case((Binding.kind == IdentityKind.ROLE, 0), else_=1)


def _at_hand(session: Session, identity: Identity | None) -> ColumnElement[bool]:
    """Return the condition that a binding is of an identity at hand."""
    on_server = _on_server(session)
    named: list[ColumnElement[bool]] = [false()]
    # The user of a client's operating system is no proof for a server.
    if identity is not None and (identity.kind is IdentityKind.HOST or not on_server):
        named.append(and_(Binding.kind == identity.kind, Binding.name == identity.name))
    if on_server:
        named.append(and_(Binding.kind == IdentityKind.ROLE, Binding.name == _SESSION_USER))
    return and_(Binding.ended_at.is_(None), or_(*named))


def _proof(binding: Binding | None, bound: Staff | None) -> Proof | None:
    if binding is None or bound is None:
        return None
    identity = Identity(binding.kind, binding.name)
    return Proof(binding.id, identity, bound.id, bound.username, bound.role, bound.archived_at is None)
