"""Who may do what: one table, read from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

from attrs import frozen

from crm.errors import N_, AccessDenied, problem


class Role(StrEnum):
    """What a member of staff is trusted with."""

    VIEWER = "viewer"
    AMBASSADOR = "ambassador"
    MANAGER = "manager"
    VERIFIER = "verifier"
    ADMIN = "admin"


class Scope(IntEnum):
    """How far a right reaches."""

    NONE = 0
    OWN = 1
    ALL = 2


@frozen
class Actor:
    """Who acts.

    Attributes:
        id: The member of staff.
        username: Their name for signing in and for the audit.
        role: Their role.
        station_id: Their station, or None.
        unit_id: Their unit, or None.
    """

    id: int
    username: str
    role: Role
    station_id: int | None = None
    unit_id: int | None = None

    def owns(self, *, station_id: int | None = None, unit_id: int | None = None, owner_id: int | None = None) -> bool:
        """Say whether a record of this station, unit or owner is the actor's own."""
        return (
            owner_id == self.id
            or (station_id is not None and station_id == self.station_id)
            or (unit_id is not None and unit_id == self.unit_id)
        )


_N, _O, _A = Scope.NONE, Scope.OWN, Scope.ALL

#: Action: the scope of viewer, ambassador, manager, verifier, admin.
_TABLE: Mapping[str, tuple[Scope, Scope, Scope, Scope, Scope]] = {
    "read":               (_A, _A, _A, _A, _A),
    "confidential.read":  (_N, _O, _A, _A, _A),
    "audit.read":         (_N, _N, _A, _A, _A),
    "investor.write":     (_N, _A, _A, _N, _A),
    "investor.archive":   (_N, _N, _A, _N, _A),
    "contact.write":      (_N, _A, _A, _N, _A),
    "record.merge":     (_N, _N, _A, _N, _A),
    "contact.erase":      (_N, _N, _A, _N, _A),
    "lead.open":          (_N, _O, _A, _N, _A),
    "lead.edit":          (_N, _O, _A, _N, _A),
    "lead.handover":      (_N, _O, _A, _N, _A),
    "lead.advance":       (_N, _O, _A, _N, _A),
    "lead.back":          (_N, _N, _A, _N, _A),
    "lead.hold":          (_N, _O, _A, _N, _A),
    "lead.resume":        (_N, _O, _A, _N, _A),
    "lead.lose":          (_N, _O, _A, _N, _A),
    "lead.abandon":       (_N, _O, _A, _N, _A),
    "lead.reopen":        (_N, _N, _A, _N, _A),
    "lead.exit":          (_N, _N, _A, _N, _A),
    "evidence.add":       (_N, _O, _A, _N, _A),
    "evidence.confirm":   (_N, _N, _A, _A, _A),
    "meeting.log":        (_N, _O, _A, _N, _A),
    "followup.done":      (_N, _O, _A, _N, _A),
    "request.open":       (_N, _O, _A, _N, _A),
    "request.assign":     (_N, _O, _A, _N, _A),
    "request.answer":     (_N, _O, _A, _N, _A),
    "request.resolve":    (_N, _O, _A, _N, _A),
    "request.reopen":     (_N, _O, _A, _N, _A),
    "event.write":        (_N, _O, _A, _N, _A),
    "event.attend":       (_N, _A, _A, _N, _A),
    "trip.plan":          (_N, _N, _A, _N, _A),
    "trip.cost":          (_N, _N, _A, _N, _A),
    "trip.cost.read":     (_N, _N, _A, _A, _A),
    "capital.record":     (_N, _O, _A, _N, _A),
    "capital.verify":     (_N, _N, _N, _A, _A),
    "capital.confirm":    (_N, _N, _N, _A, _A),
    "capital.reverse":    (_N, _N, _A, _A, _A),
    "contract.record":    (_N, _O, _A, _N, _A),
    "contract.verify":    (_N, _N, _N, _A, _A),
    "contract.confirm":   (_N, _N, _N, _A, _A),
    "contract.reverse":   (_N, _N, _A, _A, _A),
    "benchmark.set":      (_N, _N, _A, _N, _A),
    "figure.close":       (_N, _N, _A, _N, _A),
    "rate.load":          (_N, _N, _A, _A, _A),
    "industry.load":      (_N, _N, _A, _N, _A),
    "referral.add":     (_N, _O, _A, _N, _A),
    "referral.confirm": (_N, _O, _A, _A, _A),
    "referral.end":     (_N, _O, _A, _N, _A),
    "referral.share":   (_N, _N, _A, _N, _A),
    "claim.file":       (_N, _O, _A, _N, _A),
    "claim.renew":      (_N, _O, _A, _N, _A),
    "claim.release":    (_N, _O, _A, _N, _A),
    "claim.transfer":   (_N, _O, _A, _N, _A),
    "claim.rule":       (_N, _N, _N, _N, _A),
    "target.write":     (_N, _N, _A, _N, _A),
    "target.freeze":    (_N, _N, _A, _N, _A),
    "station.write":      (_N, _N, _N, _N, _A),
    "station.status":     (_N, _N, _A, _N, _A),
    "unit.write":         (_N, _N, _N, _N, _A),
    "staff.write":        (_N, _N, _N, _N, _A),
}  # fmt: skip

TABLE: Mapping[str, Mapping[Role, Scope]] = MappingProxyType(
    {action: MappingProxyType(dict(zip(Role, scopes, strict=True))) for action, scopes in _TABLE.items()}
)


def scope(actor: Actor | None, action: str) -> Scope:
    """Return how far the actor's right to *action* reaches; nobody has no right at all."""
    return Scope.NONE if actor is None else TABLE[action][actor.role]


def require(
    actor: Actor | None,
    action: str,
    *,
    station_id: int | None = None,
    unit_id: int | None = None,
    owner_id: int | None = None,
    owned: bool | None = None,
) -> Actor:
    """Return the actor when they may do *action* on a record of this station, unit or owner.

    Args:
        actor: Who acts.
        action: A row of the table.
        station_id: The record's station.
        unit_id: The record's unit.
        owner_id: The record's owner.
        owned: Settles whose the record is, where it has no station, unit or owner.

    Raises:
        AccessDenied: There is no actor, the role lacks the right, or the record is another station's or unit's.
    """
    if actor is None:
        raise AccessDenied(
            problem(
                N_("Nobody is named as acting."),
                N_("Say who acts: --as USER, or CRM(session, actor=…)."),
                code="no_actor",
            )
        )
    reach = scope(actor, action)
    if reach is Scope.ALL:
        return actor
    holders = ", ".join(role.value for role, granted in TABLE[action].items() if granted is Scope.ALL)
    if reach is Scope.NONE:
        raise AccessDenied(
            problem(
                N_("{actor} ({role}) may not do this: {action}."),
                N_("Ask one of these roles: {holders}."),
                code="role",
                actor=actor.username,
                role=actor.role.value,
                action=action,
                holders=holders,
            )
        )
    mine = actor.owns(station_id=station_id, unit_id=unit_id, owner_id=owner_id) if owned is None else owned
    if not mine:
        raise AccessDenied(
            problem(
                N_("{actor} works on the records of their own station or unit only: {action}."),
                N_("Ask its owner, or one of: {holders}."),
                code="scope",
                actor=actor.username,
                action=action,
                holders=holders,
            )
        )
    return actor
