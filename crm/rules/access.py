"""Rights by role, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

from attrs import frozen

from crm.errors import N_, AccessDenied, Problem, problem
from crm.refusals import nobody_acts


class Role(StrEnum):
    """The role of a member of staff."""

    VIEWER = "viewer"
    AMBASSADOR = "ambassador"
    MANAGER = "manager"
    VERIFIER = "verifier"
    ADMIN = "admin"


class Right(StrEnum):
    """A right: a row of docs/access.md."""

    READ = "read"
    CONFIDENTIAL_READ = "confidential.read"
    AUDIT_READ = "audit.read"
    AUDIT_SEAL = "audit.seal"
    INVESTOR_WRITE = "investor.write"
    INVESTOR_ARCHIVE = "investor.archive"
    CONTACT_WRITE = "contact.write"
    RECORD_MERGE = "record.merge"
    CONTACT_ERASE = "contact.erase"
    LEAD_OPEN = "lead.open"
    LEAD_EDIT = "lead.edit"
    LEAD_HANDOVER = "lead.handover"
    LEAD_ADVANCE = "lead.advance"
    LEAD_BACK = "lead.back"
    LEAD_HOLD = "lead.hold"
    LEAD_RESUME = "lead.resume"
    LEAD_LOSE = "lead.lose"
    LEAD_ABANDON = "lead.abandon"
    LEAD_REOPEN = "lead.reopen"
    LEAD_EXIT = "lead.exit"
    LEAD_CARRY = "lead.carry"
    LEAD_SETTLE = "lead.settle"
    EVIDENCE_ADD = "evidence.add"
    EVIDENCE_CONFIRM = "evidence.confirm"
    MEETING_LOG = "meeting.log"
    FOLLOWUP_DONE = "followup.done"
    REQUEST_OPEN = "request.open"
    REQUEST_ASSIGN = "request.assign"
    REQUEST_ANSWER = "request.answer"
    REQUEST_RESOLVE = "request.resolve"
    REQUEST_REOPEN = "request.reopen"
    EVENT_WRITE = "event.write"
    EVENT_ATTEND = "event.attend"
    TRIP_PLAN = "trip.plan"
    TRIP_COST = "trip.cost"
    TRIP_COST_READ = "trip.cost.read"
    CAPITAL_RECORD = "capital.record"
    CAPITAL_VERIFY = "capital.verify"
    CAPITAL_CONFIRM = "capital.confirm"
    CAPITAL_REVERSE = "capital.reverse"
    CONTRACT_RECORD = "contract.record"
    CONTRACT_VERIFY = "contract.verify"
    CONTRACT_CONFIRM = "contract.confirm"
    CONTRACT_REVERSE = "contract.reverse"
    BENCHMARK_SET = "benchmark.set"
    FIGURE_CLOSE = "figure.close"
    RATE_LOAD = "rate.load"
    INDUSTRY_LOAD = "industry.load"
    REFERRAL_ADD = "referral.add"
    REFERRAL_CONFIRM = "referral.confirm"
    REFERRAL_END = "referral.end"
    REFERRAL_SHARE = "referral.share"
    CLAIM_FILE = "claim.file"
    CLAIM_RENEW = "claim.renew"
    CLAIM_RELEASE = "claim.release"
    CLAIM_TRANSFER = "claim.transfer"
    CLAIM_RULE = "claim.rule"
    TARGET_WRITE = "target.write"
    TARGET_FREEZE = "target.freeze"
    STATION_WRITE = "station.write"
    STATION_STATUS = "station.status"
    UNIT_WRITE = "unit.write"
    STAFF_WRITE = "staff.write"
    RECORD_CORRECT = "record.correct"
    TAG_WRITE = "tag.write"
    VIEW_SAVE = "view.save"
    EXPORT_ALL = "export.all"


class Scope(IntEnum):
    """The reach of a right."""

    NONE = 0
    OWN = 1
    ALL = 2


@frozen
class Actor:
    """The member of staff who acts.

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
        """Return whether a record of this station, unit or owner is the actor's own."""
        return (
            owner_id == self.id
            or (station_id is not None and station_id == self.station_id)
            or (unit_id is not None and unit_id == self.unit_id)
        )


@frozen
class Grants:
    """The rights of a role: those of the included roles, and its own.

    Attributes:
        includes: The roles it includes.
        widened: On all records what those do on their own only.
        every: What it may do besides, on all records.
        own: What it may do besides, on the records of its own station or unit; corrections, on what they recorded.
    """

    includes: tuple[str, ...] = ()
    widened: bool = False
    every: frozenset[Right] = frozenset()
    own: frozenset[Right] = frozenset()


#: What each role may do. A further role is a further entry.
ROLES: Mapping[str, Grants] = MappingProxyType(
    {
        Role.VIEWER: Grants(every=frozenset({Right.READ, Right.VIEW_SAVE})),
        Role.AMBASSADOR: Grants(
            includes=(Role.VIEWER,),
            every=frozenset({Right.INVESTOR_WRITE, Right.CONTACT_WRITE, Right.EVENT_ATTEND}),
            own=frozenset(
                {
                    Right.CONFIDENTIAL_READ,
                    Right.LEAD_OPEN,
                    Right.LEAD_EDIT,
                    Right.LEAD_HANDOVER,
                    Right.LEAD_ADVANCE,
                    Right.LEAD_HOLD,
                    Right.LEAD_RESUME,
                    Right.LEAD_LOSE,
                    Right.LEAD_ABANDON,
                    Right.LEAD_SETTLE,
                    Right.EVIDENCE_ADD,
                    Right.MEETING_LOG,
                    Right.FOLLOWUP_DONE,
                    Right.REQUEST_OPEN,
                    Right.REQUEST_ASSIGN,
                    Right.REQUEST_ANSWER,
                    Right.REQUEST_RESOLVE,
                    Right.REQUEST_REOPEN,
                    Right.EVENT_WRITE,
                    Right.CAPITAL_RECORD,
                    Right.CONTRACT_RECORD,
                    Right.REFERRAL_ADD,
                    Right.REFERRAL_CONFIRM,
                    Right.REFERRAL_END,
                    Right.CLAIM_FILE,
                    Right.CLAIM_RENEW,
                    Right.CLAIM_RELEASE,
                    Right.CLAIM_TRANSFER,
                    Right.RECORD_CORRECT,
                }
            ),
        ),
        Role.MANAGER: Grants(
            includes=(Role.AMBASSADOR,),
            widened=True,
            every=frozenset(
                {
                    Right.AUDIT_READ,
                    Right.AUDIT_SEAL,
                    Right.INVESTOR_ARCHIVE,
                    Right.RECORD_MERGE,
                    Right.CONTACT_ERASE,
                    Right.LEAD_BACK,
                    Right.LEAD_REOPEN,
                    Right.LEAD_EXIT,
                    Right.LEAD_CARRY,
                    Right.EVIDENCE_CONFIRM,
                    Right.TRIP_PLAN,
                    Right.TRIP_COST,
                    Right.TRIP_COST_READ,
                    Right.CAPITAL_REVERSE,
                    Right.CONTRACT_REVERSE,
                    Right.BENCHMARK_SET,
                    Right.FIGURE_CLOSE,
                    Right.RATE_LOAD,
                    Right.INDUSTRY_LOAD,
                    Right.REFERRAL_SHARE,
                    Right.TARGET_WRITE,
                    Right.TARGET_FREEZE,
                    Right.STATION_STATUS,
                    Right.TAG_WRITE,
                }
            ),
        ),
        Role.VERIFIER: Grants(
            includes=(Role.VIEWER,),
            every=frozenset(
                {
                    Right.CONFIDENTIAL_READ,
                    Right.AUDIT_READ,
                    Right.AUDIT_SEAL,
                    Right.EVIDENCE_CONFIRM,
                    Right.TRIP_COST_READ,
                    Right.CAPITAL_VERIFY,
                    Right.CAPITAL_CONFIRM,
                    Right.CAPITAL_REVERSE,
                    Right.CONTRACT_VERIFY,
                    Right.CONTRACT_CONFIRM,
                    Right.CONTRACT_REVERSE,
                    Right.RATE_LOAD,
                    Right.REFERRAL_CONFIRM,
                }
            ),
        ),
        Role.ADMIN: Grants(
            includes=(Role.MANAGER, Role.VERIFIER),
            every=frozenset(
                {Right.CLAIM_RULE, Right.STATION_WRITE, Right.UNIT_WRITE, Right.STAFF_WRITE, Right.EXPORT_ALL}
            ),
        ),
    }
)


def reaches(role: str, roles: Mapping[str, Grants]) -> dict[Right, Scope]:
    """Return the reach of each right of a role; rights that are missing are not the role's."""
    grants = roles[role]
    found = dict.fromkeys(grants.own, Scope.OWN) | dict.fromkeys(grants.every, Scope.ALL)
    for included in grants.includes:
        for right, reach in reaches(included, roles).items():
            found[right] = max(found.get(right, Scope.NONE), Scope.ALL if grants.widened else reach)
    return found


def table_of(roles: Mapping[str, Grants]) -> Mapping[str, Mapping[Right, Scope]]:
    """Return the reach of each right, by role."""
    return MappingProxyType({role: MappingProxyType(reaches(role, roles)) for role in roles})


TABLE = table_of(ROLES)


def scope(actor: Actor | None, right: Right) -> Scope:
    """Return the reach of the actor's right; without an actor there is none."""
    return Scope.NONE if actor is None else TABLE[actor.role].get(right, Scope.NONE)


def permit(actor: Actor | None, right: Right) -> Actor:
    """Return the actor if their role has *right*, at least on their own records.

    Raises:
        AccessDenied: There is no actor, or the role lacks the right.
    """
    if actor is None:
        raise AccessDenied(nobody_acts())
    if scope(actor, right) is Scope.NONE:
        raise AccessDenied(
            problem(
                N_("{actor} ({role}) may not do this: {action}."),
                N_("Ask one of these roles: {holders}."),
                code="role",
                actor=actor.username,
                role=actor.role.value,
                action=right.value,
                holders=holders(right),
            )
        )
    return actor


def require(
    actor: Actor | None,
    right: Right,
    *,
    station_id: int | None = None,
    unit_id: int | None = None,
    owner_id: int | None = None,
    owned: bool | None = None,
) -> Actor:
    """Return the actor if they have *right* on a record of this station, unit or owner.

    Args:
        actor: Who acts.
        right: What they do.
        station_id: The record's station.
        unit_id: The record's unit.
        owner_id: The record's owner.
        owned: Settles whose the record is, where it has no station, unit or owner.

    Raises:
        AccessDenied: There is no actor, the role lacks the right, or the record is another station's or unit's.
    """
    actor = permit(actor, right)
    if scope(actor, right) is Scope.ALL:
        return actor
    mine = actor.owns(station_id=station_id, unit_id=unit_id, owner_id=owner_id) if owned is None else owned
    if not mine:
        raise AccessDenied(not_own(actor, right))
    return actor


def not_own(
    actor: Actor, right: Right, way_out: str = N_("Ask its owner, or one of these roles: {holders}."), **params: str
) -> Problem:
    """Return the problem of a record that is another station's or unit's."""
    return problem(
        N_("{actor} may do this only for records of their own station or unit: {action}."),
        way_out,
        code="scope",
        actor=actor.username,
        action=right.value,
        holders=holders(right),
        **params,
    )


def holders(right: Right) -> str:
    """Return the roles that have a right on all records, as a refusal names them."""
    return ", ".join(role for role, rights in TABLE.items() if rights.get(right) is Scope.ALL)
