"""The pipeline as data: stages, their gates, and the moves between them.

The stage says how far a lead is, the status whether it is active. A city with other stages passes its own
:class:`Pipeline`; no other module depends on the name of a stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from crm.errors import N_, Conflict, InvalidInput, problem
from crm.refusals import SEE_POLICY
from crm.rules.access import Role
from crm.rules.aftercare import DEFAULT_AFTERCARE, Aftercare
from crm.rules.claims import ClaimPolicy
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.corrections import CorrectionPolicy
from crm.rules.kernel.fixed import Fixed
from crm.rules.ledgers.capital import CapitalPolicy
from crm.rules.pipeline.facts import GATES, REVERSIBLE, LeadFacts
from crm.rules.pipeline.policy_file import read
from crm.rules.pipeline.terms import OPEN, Missing, MoveKind, Stage, Status
from crm.rules.referrals import ReferralPolicy
from crm.rules.trips import HOME, TripPolicy

__all__ = [
    "DEFAULT",
    "DEFAULT_ROLES",
    "OPEN",
    "Missing",
    "MoveKind",
    "Pipeline",
    "Stage",
    "Status",
    "as_policies",
    "in_effect",
]

#: The length of the columns that store them.
CODE_LENGTH, NAME_LENGTH = 24, 40
#: About a hundred years, so that counting back stays within the calendar.
MOST_STALE_DAYS = 36_500

_MANAGERS = ("manager", "admin")
_WORKERS = ("ambassador", "manager", "admin")

DEFAULT_ROLES: Mapping[MoveKind, tuple[str, ...]] = MappingProxyType(
    {
        MoveKind.OPEN: _WORKERS,
        MoveKind.ADVANCE: _WORKERS,
        MoveKind.BACK: _MANAGERS,
        MoveKind.HOLD: _WORKERS,
        MoveKind.RESUME: _WORKERS,
        MoveKind.LOSE: _WORKERS,
        MoveKind.ABANDON: _WORKERS,
        MoveKind.REOPEN: _MANAGERS,
        MoveKind.EXIT: _MANAGERS,
    }
)


def _all_roles(roles: Mapping[MoveKind, tuple[str, ...]]) -> Mapping[MoveKind, tuple[str, ...]]:
    """Complete a policy's roles with the usual ones."""
    return Fixed({**DEFAULT_ROLES, **roles})


def _fixed(codes: Mapping[str, str]) -> Mapping[str, str]:
    """Return a mapping that nobody changes afterwards."""
    return Fixed(codes)


@frozen
class Pipeline:
    """A policy: the stages, their gates, and who may make which move.

    Attributes:
        name: What the policy is called.
        effective: The first day it holds.
        stages: In the order of the business; a lead opens in the first and lands in the last.
        reopen_at: The highest stage a lost, abandoned or exited lead is reopened at.
        capital_floor: No lead goes back below this stage while capital stands unreversed.
        roles: For each kind of move the roles that may make it, within the table of rules/access.py.
        aftercare: How soon requests of enterprises are answered and solved, and the service brands.
        claims: How long a unit's claim on a lead protects, and how many it may hold.
        referrals: Until when a referral must be recorded, and how long it lives.
        capital: What counts as actual FDI, at which rate, and which countries form a group.
        trips: How early a trip is announced, and how soon it reports.
        corrections: For how many days people correct what they recorded themselves.
        moved: Stages of an earlier policy that this one lacks, each with the stage that stands for it now. What was
            recorded keeps its code; a lead that stands there stands at the other.
        home: The countries that are at home, ISO 3166-1 alpha-2; trips and events elsewhere are abroad.
        bound_since: From this day of the bureau on staff must be bound to proven identities; None: never.
    """

    name: str
    effective: date
    stages: tuple[Stage, ...]
    reopen_at: str
    capital_floor: str
    roles: Mapping[MoveKind, tuple[str, ...]] = field(factory=dict, converter=_all_roles)
    aftercare: Aftercare = DEFAULT_AFTERCARE
    claims: ClaimPolicy = field(factory=ClaimPolicy)
    referrals: ReferralPolicy = field(factory=ReferralPolicy)
    capital: CapitalPolicy = field(factory=CapitalPolicy)
    trips: TripPolicy = field(factory=TripPolicy)
    corrections: CorrectionPolicy = field(factory=CorrectionPolicy)
    moved: Mapping[str, str] = field(factory=dict, converter=_fixed)
    home: tuple[str, ...] = HOME
    bound_since: date | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a policy that contradicts itself, naming every error."""
        check = Checks()
        self._check_stages(check)
        self._check_codes(check)
        self._check_moved(check)
        self._check_roles_and_days(check)
        check.add(*self.aftercare.problems())
        check.add(*self.capital.problems())
        if not self.home or not all(len(code) == len("CN") and code.isascii() and code.isupper() for code in self.home):
            check.wrong(
                N_("home must list at least one country by its two letters, such as CN."),
                SEE_POLICY,
                field="home",
                code="country",
            )
        check.settle()

    def _check_stages(self, check: Checks) -> None:
        codes = [stage.code for stage in self.stages]
        for stage in self.stages:
            for gate in stage.gates:
                if gate not in GATES:
                    check.wrong(
                        N_("Stage {stage} requires the unknown gate {gate}."),
                        N_("Known gates: {known}."),
                        field="gates",
                        code="gate",
                        stage=stage.code,
                        gate=gate,
                        known=", ".join(GATES),
                    )
        if len(codes) < 2 or len(set(codes)) != len(codes):  # noqa: PLR2004 - a first and a last
            check.wrong(
                N_("A pipeline must have at least two stages, each once."),
                SEE_POLICY,
                field="stages",
                code="stages",
            )
        for name, code in self._named_stages():
            if code not in codes:
                check.wrong(
                    N_("{field} names {stage}, which is not a stage."),
                    N_("Stages: {known}."),
                    field=name,
                    code="stage",
                    stage=code,
                    known=", ".join(codes),
                )

    def _check_codes(self, check: Checks) -> None:
        for stage in self.stages:
            if not 1 <= len(stage.code.strip()) <= CODE_LENGTH or not stage.code.isprintable():
                check.wrong(
                    N_("Stage {stage}: a code must have 1 to {limit} printable characters."),
                    SEE_POLICY,
                    field="stages",
                    code="length",
                    stage=stage.code[:40],
                    limit=CODE_LENGTH,
                )
        if not 1 <= len(self.name.strip()) <= NAME_LENGTH or not self.name.isprintable():
            check.wrong(
                N_("The policy's name must have 1 to {limit} printable characters."),
                SEE_POLICY,
                field="name",
                code="length",
                limit=NAME_LENGTH,
            )

    def _check_moved(self, check: Checks) -> None:
        codes = [stage.code for stage in self.stages]
        for old, code in self.moved.items():
            if old in codes:
                check.wrong(
                    N_("Stage {stage} is moved, but this policy still has it."),
                    N_("Take it out of [moved], or out of the stages."),
                    field="moved",
                    code="kept",
                    stage=str(old)[:40],
                )
            elif code not in codes:
                check.wrong(
                    N_("Stage {old} is moved to {stage}, which is not a stage."),
                    N_("Stages: {known}."),
                    field="moved",
                    code="stage",
                    old=str(old)[:40],
                    stage=str(code)[:40],
                    known=", ".join(codes),
                )

    def _check_roles_and_days(self, check: Checks) -> None:
        for kind, names in self.roles.items():
            for role in names:
                if role not in set(Role):
                    check.wrong(
                        N_("The policy gives {move} to the unknown role {role}."),
                        N_("Known roles: {known}."),
                        field="roles",
                        code="role",
                        move=str(kind),
                        role=str(role),
                        known=", ".join(Role),
                    )
        for stage in self.stages:
            if stage.stale_days is not None and not 1 <= stage.stale_days <= MOST_STALE_DAYS:
                check.wrong(
                    N_("Stage {stage}: stale_days must be a number of days from 1 to {most}."),
                    SEE_POLICY,
                    field="stale_days",
                    code="negative",
                    stage=stage.code,
                    most=MOST_STALE_DAYS,
                )

    def _named_stages(self) -> list[tuple[str, str]]:
        named = [("reopen_at", self.reopen_at), ("capital_floor", self.capital_floor)]
        return [*named, ("referrals.before", self.referrals.before)] if self.referrals.before else named

    def asks_binding(self, day: date) -> bool:
        """Return whether staff must be bound on a day."""
        return self.bound_since is not None and self.bound_since <= day

    @property
    def binding(self) -> int:
        """The position of the stage before which referrals are recorded.

        It is the first that requires an agreement, or the last.
        """
        if self.referrals.before:
            return self.position(self.referrals.before)
        return next((at for at, stage in enumerate(self.stages) if "agreement" in stage.gates), len(self.stages) - 1)

    @property
    def first(self) -> Stage:
        """The stage at which a lead opens."""
        return self.stages[0]

    @property
    def last(self) -> Stage:
        """The final stage."""
        return self.stages[-1]

    def present(self, code: str) -> str:
        """Return the code of the stage that stands for a recorded one: itself, or what it was moved to."""
        return self.moved.get(code, code)

    def codes_of(self, code: str) -> tuple[str, ...]:
        """Return the codes under which a stage is recorded: its own, and those that were moved to it."""
        return (code, *(old for old, stage in self.moved.items() if stage == code))

    @property
    def landed(self) -> tuple[str, ...]:
        """The codes under which the final stage is recorded."""
        return self.codes_of(self.last.code)

    def codes_from(self, position: int) -> tuple[str, ...]:
        """Return the codes under which the stages from a position on are recorded."""
        return tuple(code for stage in self.stages[position:] for code in self.codes_of(stage.code))

    def positions(self) -> dict[str, int]:
        """Return the index of each stage by each code under which it is recorded."""
        return {code: at for at, stage in enumerate(self.stages) for code in self.codes_of(stage.code)}

    def position(self, code: str) -> int:
        """Return the index of a stage, from 0; of one that was moved, that of the stage that stands for it.

        Raises:
            InvalidInput: The policy has no such stage.
        """
        wanted = self.present(str(code))
        for index, stage in enumerate(self.stages):
            if stage.code == wanted:
                return index
        raise InvalidInput(
            problem(
                N_('"{stage}" is not a stage.'),
                N_("Stages: {known}."),
                field="to",
                code="stage",
                stage=str(code)[:40],
                known=", ".join(stage.code for stage in self.stages),
            )
        )

    def require_stages(self, codes: Iterable[str]) -> None:
        """Refuse a database with stages that the policy does not have.

        Raises:
            Conflict: Naming the policy and the stages that it lacks.
        """
        unknown = sorted(set(codes) - {stage.code for stage in self.stages} - self.moved.keys())
        if unknown:
            raise Conflict(
                problem(
                    N_('There are leads at {stages}; the policy "{policy}" has no such stage.'),
                    N_('Name the policy that has it: --policy FILE, CRM_POLICY, or policy = "FILE" in crm.toml.'),
                    field="policy",
                    code="policy",
                    stages=", ".join(unknown),
                    policy=self.name,
                )
            )

    def standing(self, code: str) -> int:
        """Return the index of a recorded stage, from 0.

        Raises:
            Conflict: The policy has no such stage.
        """
        self.require_stages([code])
        return self.position(code)

    def after(self, code: str) -> Stage | None:
        """Return the stage after a recorded one, or None after the last.

        Raises:
            Conflict: The policy has no such stage.
        """
        index = self.standing(code) + 1
        return self.stages[index] if index < len(self.stages) else None

    def missing(self, facts: LeadFacts, to: str, *, since: str | None = None) -> tuple[Missing, ...]:
        """Return the unmet gates of the stages after *since* up to *to*; without *since* of all stages up to *to*."""
        start = 0 if since is None else self.position(since) + 1
        return tuple(
            Missing(stage.code, name, GATES[name].text, GATES[name].way_out)
            for stage in self.stages[start : self.position(to) + 1]
            for name in stage.gates
            if not GATES[name].met(facts)
        )

    def undone(self, facts: LeadFacts, stage: str) -> tuple[Missing, ...]:
        """Return the gates of the stages up to *stage* that are no longer met, after a reversal or a withdrawal."""
        lost = REVERSIBLE | facts.withdrawn
        return tuple(requirement for requirement in self.missing(facts, stage) if requirement.gate in lost)

    def gates_until(self, position: int) -> frozenset[str]:
        """Return the gates that a lead passes on its way to a position."""
        return frozenset(gate for stage in self.stages[: position + 1] for gate in stage.gates)

    @classmethod
    def from_toml(cls, text: str) -> Pipeline:
        """Read a policy from TOML: name, effective, reopen_at, capital_floor, [[stages]] and optional keys.

        See docs/policy.md.

        Raises:
            InvalidInput: It is not a TOML, a key is missing, unknown or of the wrong type, or the policy contradicts
                itself.
        """
        return cls(**read(text))


#: The pipeline of the bureau, by its handbook.
DEFAULT = Pipeline(
    name="default",
    effective=date(2020, 1, 1),
    stages=(
        Stage("contact", N_("contact"), ("investor", "source", "received"), stale_days=30),
        Stage("negotiating", N_("negotiating"), ("two_way_meeting", "unit", "expected", "industry"), stale_days=60),
        Stage("signed", N_("signed"), ("agreement",), stale_days=90),
        Stage("registered", N_("registered"), ("company", "credit_code", "licence", "filing"), stale_days=120),
        Stage("implementing", N_("implementing"), ("arrival_or_construction",), stale_days=180),
        Stage("landed", N_("landed"), ("arrival", "start", "confirmed")),
    ),
    reopen_at="negotiating",
    capital_floor="implementing",
)


def in_effect(policies: Sequence[Pipeline], day: date) -> Pipeline:
    """Return the policy in effect on *day*: the latest that has begun, or else the earliest of all."""
    ordered = sorted(policies, key=lambda pipeline: pipeline.effective)
    current = [pipeline for pipeline in ordered if pipeline.effective <= day]
    return current[-1] if current else ordered[0]


def as_policies(policy: Pipeline | Iterable[Pipeline] | None) -> tuple[Pipeline, ...]:
    """Return the policies a caller passed as a tuple, never empty."""
    if policy is None:
        return (DEFAULT,)
    return (policy,) if isinstance(policy, Pipeline) else (tuple(policy) or (DEFAULT,))
