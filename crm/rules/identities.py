"""Proven identities, and what a policy that requires them refuses."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from crm.errors import N_, AccessDenied, Problem, problem
from crm.rules.access import Actor, Role
from crm.values.text import require_text

#: The length of the column that stores a name.
LENGTH = 200
#: The way out of everything that a missing binding refuses.
BIND = N_("An admin binds it: crm staff bind USER, with --os, --role or --host NAME.")


class IdentityKind(StrEnum):
    """Who proves an identity."""

    OS = "os"
    ROLE = "role"
    HOST = "host"


#: The kinds that a database can be opened with: a file by a user of the operating system, a server by a role.
KINDS = {
    "sqlite": (IdentityKind.OS, IdentityKind.HOST),
    "postgresql": (IdentityKind.ROLE, IdentityKind.HOST),
}


@frozen
class Identity:
    """A proven identity.

    Attributes:
        kind: Who proves it: the operating system, the database server, or the host program.
        name: The user, the role, or what the host says.
    """

    kind: IdentityKind
    name: str

    def __str__(self) -> str:
        """Return it as it is printed, such as ``os:zhang``."""
        return f"{self.kind.value}:{self.name}"


@frozen
class Proof:
    """The binding of the present identity to a member of staff.

    Attributes:
        binding_id: The binding.
        identity: Their proven identity.
        staff_id: The member of staff.
        username: Their name.
        role: Their role.
        active: They are not archived.
    """

    binding_id: int
    identity: Identity
    staff_id: int
    username: str
    role: Role
    active: bool

    @property
    def is_admin(self) -> bool:
        """Whether they may act for others."""
        return self.active and self.role is Role.ADMIN


def as_identity(value: object) -> Identity | None:
    """Read an identity; a text is one of a host.

    Raises:
        InvalidInput: It is none.
    """
    if value is None:
        return None
    if isinstance(value, Identity):
        return Identity(value.kind, require_text(value.name, "identity", limit=LENGTH))
    return Identity(IdentityKind.HOST, require_text(value, "identity", limit=LENGTH))


def require_proven(actor: Actor, proof: Proof | None, at_hand: Identity | None) -> None:
    """Refuse an actor who is not the bound member of staff, but for an admin who acts for somebody.

    Args:
        actor: In whose name the call is made.
        proof: Whose identity is at hand, where it is bound.
        at_hand: The identity at hand, for the sentence.

    Raises:
        AccessDenied: The identity is bound to nobody, to somebody who has left, or to another who is no admin.
    """
    if proof is None:
        raise AccessDenied(_unbound(at_hand))
    if not proof.active:
        raise AccessDenied(
            problem(
                N_("{identity} is bound to {bound}, who has left."),
                BIND,
                code="unbound",
                identity=str(proof.identity),
                bound=proof.username,
            )
        )
    if proof.staff_id != actor.id and not proof.is_admin:
        raise AccessDenied(
            problem(
                N_("{identity} is bound to {bound} and may not act as {actor}."),
                N_("Act as {bound}, without --as, or ask an admin to act for {actor}."),
                code="bound_to_another",
                identity=str(proof.identity),
                bound=proof.username,
                actor=actor.username,
            )
        )


def _unbound(at_hand: Identity | None) -> Problem:
    if at_hand is None:
        return problem(
            N_("The policy requires bound staff, and the actor is not identified."),
            N_("A host passes what it proved: CRM(session, actor, identity=…)."),
            code="unbound",
        )
    return problem(
        N_("The policy requires bound staff, and {identity} is bound to nobody."),
        BIND,
        code="unbound",
        identity=str(at_hand),
    )
