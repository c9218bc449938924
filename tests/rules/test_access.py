"""Who may do what."""

from __future__ import annotations

from typing import cast

import pytest

from crm.errors import AccessDenied
from crm.rules.access import ROLES, TABLE, Actor, Grants, Right, Role, Scope, require, scope, table_of

#: The rights, written down a second time, by role: what reaches all records, and what reaches one's own.
EVERYBODY = {"read", "view.save"}
WORK = {
    "lead.open", "lead.edit", "lead.handover", "lead.advance", "lead.hold", "lead.resume", "lead.lose", "lead.abandon",
    "lead.settle",
    "evidence.add", Right.MEETING_LOG, "followup.done", "capital.record", "contract.record",
    "request.open", "request.assign", "request.answer", "request.resolve", "request.reopen", "event.write",
    "referral.add", "referral.confirm", "referral.end",
    "claim.file", "claim.renew", "claim.release", "claim.transfer", "record.correct",
}  # fmt: skip
PEOPLE = {"investor.write", "contact.write", "event.attend"}
STEER = {"record.merge", "investor.archive", "contact.erase", "lead.back", "lead.reopen", "lead.exit", "lead.carry", "tag.write", "trip.plan", "trip.cost",
         "station.status", "referral.share", "industry.load", "benchmark.set", "figure.close", "target.write", "target.freeze"}  # fmt: skip
WATCH = {"confidential.read", "audit.read", "audit.seal", "evidence.confirm", "capital.reverse", "contract.reverse", "rate.load",
         "trip.cost.read"}  # fmt: skip
SIGN = {"capital.verify", "capital.confirm", "contract.verify", "contract.confirm"}
RUN = {"claim.rule", "station.write", "unit.write", "staff.write", "export.all"}
ALL = {
    Role.VIEWER: EVERYBODY,
    Role.AMBASSADOR: EVERYBODY | PEOPLE,
    Role.MANAGER: EVERYBODY | PEOPLE | WORK | STEER | WATCH,
    Role.VERIFIER: EVERYBODY | WATCH | SIGN | {"referral.confirm"},
    Role.ADMIN: EVERYBODY | PEOPLE | WORK | STEER | WATCH | RUN | SIGN,
}
OWN = {Role.AMBASSADOR: WORK | {"confidential.read"}}


def actor(role: Role, **more: int) -> Actor:
    """Return an actor with a role."""
    return Actor(7, "desk", role, **more)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Right)
def test_every_action_of_every_role(action: Right, role: Role) -> None:
    """The table says the same as the lists above, for every cell."""
    reach = scope(actor(role), action)
    expected = Scope.ALL if action in ALL[role] else Scope.OWN if action in OWN.get(role, set()) else Scope.NONE
    assert reach is expected


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Right)
def test_require_does_as_the_table_says(action: Right, role: Role) -> None:
    """All records, one's own, or none: every other record is refused, with who may."""
    who = actor(role, station_id=3)
    reach = scope(who, action)
    for station, allowed in ((3, reach >= Scope.OWN), (4, reach is Scope.ALL), (None, reach is Scope.ALL)):
        if allowed:
            assert require(who, action, station_id=station) is who
        else:
            with pytest.raises(AccessDenied, match="Ask") as caught:
                require(who, action, station_id=station)
            assert caught.value.problems[0].code == ("scope" if reach is Scope.OWN else "role")


@pytest.mark.parametrize("action", Right)
def test_nobody_does_nothing(action: Right) -> None:
    """Without an actor, reading and writing are refused."""
    assert scope(None, action) is Scope.NONE
    with pytest.raises(AccessDenied) as caught:
        require(None, action, owned=True)
    assert caught.value.problems[0].code == "no_actor"


def test_one_s_own_is_by_owner_station_or_unit() -> None:
    """Having no station does not make the records without a station one's own."""
    who = actor(Role.AMBASSADOR, unit_id=5)
    assert who.owns(owner_id=7)
    assert who.owns(unit_id=5)
    assert not who.owns(station_id=5)
    assert not who.owns(station_id=None, unit_id=None, owner_id=None)


def test_an_owner_can_be_settled_by_the_caller() -> None:
    """Where a record has no station, unit or owner, the caller says whose it is; that opens no closed right."""
    assert require(actor(Role.AMBASSADOR), Right.MEETING_LOG, owned=True).id == 7
    with pytest.raises(AccessDenied):
        require(actor(Role.AMBASSADOR), Right.MEETING_LOG, owned=False, owner_id=7)
    with pytest.raises(AccessDenied):
        require(actor(Role.VIEWER), Right.MEETING_LOG, owned=True)


def test_somebody_can_do_everything() -> None:
    """No right is held by nobody, so every refusal can name whom to ask."""
    assert all(any(rights.get(right) is Scope.ALL for rights in TABLE.values()) for right in Right)


def test_a_further_role_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """It includes another, adds what it may besides, and is named to those who are refused; the other roles stay."""
    auditor = Grants(includes=("viewer",), every=frozenset({Right.AUDIT_READ}), own=frozenset({Right.EVIDENCE_CONFIRM}))
    table = table_of({**ROLES, "auditor": auditor})
    assert table["auditor"] == {
        Right.READ: Scope.ALL, Right.VIEW_SAVE: Scope.ALL, Right.AUDIT_READ: Scope.ALL, Right.EVIDENCE_CONFIRM: Scope.OWN,
    }  # fmt: skip
    assert {role: table[role] for role in Role} == TABLE
    monkeypatch.setattr("crm.rules.access.TABLE", table)
    who = Actor(8, "auditor.desk", cast("Role", "auditor"), station_id=3)
    assert require(who, Right.AUDIT_READ) is who
    assert require(who, Right.EVIDENCE_CONFIRM, station_id=3) is who
    with pytest.raises(AccessDenied, match="manager, verifier, admin"):
        require(who, Right.EVIDENCE_CONFIRM, station_id=4)
    with pytest.raises(AccessDenied, match="manager, verifier, admin, auditor"):
        require(actor(Role.VIEWER), Right.AUDIT_READ)


def test_a_role_that_is_widened_does_on_all_records_what_another_does_on_its_own() -> None:
    """Without that it has the same reach as the role it includes."""
    ambassador = ROLES["ambassador"]
    table = table_of(
        {**ROLES, "deputy": Grants(includes=("ambassador",), widened=True), "twin": Grants(includes=("ambassador",))}
    )
    assert table["twin"] == table["ambassador"]
    assert {table["deputy"][right] for right in ambassador.own} == {Scope.ALL}
    assert table["deputy"].keys() == table["ambassador"].keys()
