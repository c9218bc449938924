"""Binding staff to proven identities, and ending bindings."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crm.errors import N_, AccessDenied, Conflict, InvalidInput, problem
from crm.models import Binding, Staff
from crm.models.binding import dialect_of
from crm.reads.places.bindings import bound_admins, is_bound
from crm.refusals import not_one_of
from crm.rules.access import Role
from crm.rules.identities import KINDS, LENGTH, Identity, IdentityKind, Proof
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.writing import Writing, ensure_all_open


def bind(context: Context, staff: Staff, kind: object, name: object) -> Binding:
    """Bind a member of staff; see :meth:`crm.services.places.staff.StaffService.bind`."""
    _require_bound_admin(context)
    identity = _at_hand(context, staff) if kind is None and name is None else _named(context, kind, name)
    found = context.session.scalar(
        select(Binding).where(Binding.kind == identity.kind, Binding.name == identity.name, Binding.ended_at.is_(None))
    )
    if found is not None and found.staff_id == staff.id:
        return found
    if found is not None:
        other = context.session.get_one(Staff, found.staff_id)
        raise Conflict(
            problem(
                N_("{identity} is bound to {bound}."),
                N_("End that first: crm staff unbind {bound}"),
                code="bound",
                identity=str(identity),
                bound=other.username,
            )
        )
    ensure_all_open(staff)
    with Writing(context, "staff.bind") as write:
        return _add(context, write, staff, identity)


def bind_founder(context: Context, write: Writing, staff: Staff) -> None:
    """Bind the first admin to the present identity, if there is any: the policy requires it."""
    identity = context.at_hand()
    if identity is None:
        return
    binding = _add(context, write, staff, identity)
    write.flush()
    context.proof = Proof(binding.id, identity, staff.id, staff.username, staff.role, active=True)


def chosen(context: Context, check: Checks, staff: Staff, kind: object, name: object) -> Sequence[Binding]:
    """Return the bindings to end: one of a member of staff, or all of them."""
    found = select(Binding).where(Binding.staff_id == staff.id, Binding.ended_at.is_(None)).order_by(Binding.id)
    if kind is not None or name is not None:
        identity = check.take(lambda: _named(context, kind, name, even_foreign=True), "name")
        if identity is None:
            return ()
        found = found.where(Binding.kind == identity.kind, Binding.name == identity.name)
    bindings = context.session.scalars(found).all()
    if not bindings:
        check.wrong(
            N_("{actor} is not bound to that."),
            N_("See: crm staff show {actor}"),
            field="name",
            code="not_bound",
            actor=staff.username,
        )
    return bindings


def is_last_bound_admin(context: Context, staff: Staff, ended: Sequence[Binding]) -> bool:
    """Return whether the policy requires bound staff and no admin is bound when these bindings are ended."""
    if not context.asks_binding() or staff.archived_at is not None:
        return False
    session, gone = context.session, [binding.id for binding in ended]
    another = select(Staff.id).where(Staff.role == Role.ADMIN, Staff.archived_at.is_(None), is_bound())
    kept = select(Binding.id).where(Binding.staff_id == staff.id, Binding.ended_at.is_(None), Binding.id.not_in(gone))
    return session.scalar(another.where(Staff.id != staff.id).limit(1)) is None and session.scalar(kept) is None


def end(context: Context, ended: Sequence[Binding], reason: str | None) -> tuple[Binding, ...]:
    """End bindings."""
    _require_bound_admin(context)
    with Writing(context, "staff.unbind", reason) as write:
        write.change_all((binding, {"ended_at": context.now()}) for binding in ended)
    return tuple(ended)


def _add(context: Context, write: Writing, staff: Staff, identity: Identity) -> Binding:
    binding = Binding(staff_id=staff.id, kind=identity.kind, name=identity.name, bound_at=context.now())
    write.add(binding)
    return binding


def _require_bound_admin(context: Context) -> None:
    """Require a proven admin once any admin is bound.

    Raises:
        AccessDenied: The identity at hand is not that of an admin.
    """
    if (context.proof is None or not context.proof.is_admin) and bound_admins(context.session):
        raise AccessDenied(
            problem(
                N_("An admin is bound, so only a bound admin binds staff and ends bindings."),
                N_("Ask a bound admin; if none is left, the owner of the database."),
                code="unbound",
            )
        )


def _at_hand(context: Context, staff: Staff) -> Identity:
    identity = context.at_hand()
    if staff.id != context.acting().id or identity is None:
        raise InvalidInput(
            problem(
                N_("The identity of {actor} is missing."),
                N_("Name it: --os, --role or --host NAME"),
                field="name",
                code="missing",
                actor=staff.username,
            )
        )
    return identity


def _named(context: Context, kind: object, name: object, *, even_foreign: bool = False) -> Identity:
    known = KINDS[dialect_of(context.session).name]
    with Checks() as check:
        sort = check.choice(IdentityKind, kind, "kind")
        text = check.text(name, "name", LENGTH)
        if sort not in known and not even_foreign:
            check.add(not_one_of(sort, known, "kind"))
    return Identity(sort, text)
