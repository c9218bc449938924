"""Staff are bound to proven identities, and each change stores the proof of its actor."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest
from attrs import evolve
from sqlalchemy import Table, text, update
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, Archived, Conflict, InvalidInput
from crm.models import AuditEntry
from crm.models.guards import drop_guards
from crm.rules.identities import Identity, IdentityKind
from crm.rules.stages import DEFAULT
from tests.factories import ArrivalFactory, LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable

#: The policy of these tests: staff are bound from a day on.
BOUND = evolve(DEFAULT, bound_since=date(2023, 2, 18))
ENTRIES = cast("Table", AuditEntry.__table__)


def door(world: World, actor: str, identity: str | None, **options: Any) -> CRM:
    """Return a front door for an actor, of a host that proved an identity."""
    return world.door(actor, identity=identity, policy=BOUND, **options)


@pytest.fixture
def bound(world: World) -> World:
    """A bureau where everybody but the viewer is bound to what a host calls them: their name in capitals."""
    for name in ("manager.desk", "verifier.desk", "second.verifier", "tokyo.desk", "admin"):
        world.admin.staff.bind(name, "host", name.upper())
    return world


def test_a_binding_begins_and_ends(world: World) -> None:
    """It is dated and audited, repeating it changes nothing, and ending it keeps the row."""
    binding = world.admin.staff.bind("tokyo.desk", "host", "SATO")
    assert world.admin.staff.bind("tokyo.desk", "host", "SATO") is binding
    world.clock.forward(days=1)
    assert world.admin.staff.unbind("tokyo.desk", reason="left") == (binding,)
    (row,) = world.viewer.staff.show("tokyo.desk").bindings
    assert (row.kind, row.name, row.until) == ("host", "SATO", world.clock())
    assert row.since < world.clock()
    told = world.manager.audit.list(record="binding")
    assert [(each.verb, each.reason) for each in told] == [("staff.unbind", "left"), ("staff.bind", None)]
    assert world.manager.audit.verify() == ()
    again = world.admin.staff.bind("frankfurt.desk", "host", "SATO")
    assert again.id != binding.id


def test_an_identity_is_one_persons_at_a_time(world: World) -> None:
    """The refusal names the member of staff who has the identity."""
    world.admin.staff.bind("tokyo.desk", "host", "SATO")
    with refused(world, Conflict, "bound") as caught:
        world.admin.staff.bind("frankfurt.desk", "host", "SATO")
    assert "tokyo.desk" in str(caught.value)


def test_what_cannot_be_bound(world: World) -> None:
    """A kind that proves nothing on this database, a name that is none, somebody else without a name, one who left."""
    foreign = "role" if world.session.get_bind().dialect.name == "sqlite" else "os"
    for kind, name, code in (
        (foreign, "x", "choice"),
        ("badge", "x", "choice"),
        ("host", None, "type"),
        (None, None, "missing"),
    ):
        with refused(world, InvalidInput, code):
            world.admin.staff.bind("tokyo.desk", kind, name)
    world.admin.staff.archive("tokyo.desk", reason="left")
    with refused(world, Archived, "archived"):
        world.admin.staff.bind("tokyo.desk", "host", "SATO")
    with refused(world, InvalidInput, "not_bound"):
        world.admin.staff.unbind("frankfurt.desk")


def test_once_an_admin_is_bound_a_name_is_not_enough_to_bind(bound: World) -> None:
    """Whatever the policy: another identity, or none, can neither bind nor end a binding in the admin's name."""
    for identity in (None, "SOMEBODY", "MANAGER.DESK"):
        other = bound.door("admin", identity=identity)
        with refused(bound, AccessDenied, "unbound"):
            other.staff.bind("viewer.desk", "host", "VIEWER")
        with refused(bound, AccessDenied, "unbound"):
            other.staff.unbind("tokyo.desk")
    assert bound.door("admin", identity="ADMIN").staff.bind("viewer.desk", "host", "VIEWER").id


@pytest.mark.parametrize(
    ("actor", "identity", "code"),
    [
        ("tokyo.desk", None, "unbound"),
        ("tokyo.desk", "SOMEBODY", "unbound"),
        ("tokyo.desk", "MANAGER.DESK", "bound_to_another"),
        ("admin", "MANAGER.DESK", "bound_to_another"),
    ],
)
def test_another_name_is_refused(bound: World, actor: str, identity: str | None, code: str) -> None:
    """Where the policy asks for bound staff, reading and writing are refused to all but the bound member."""
    stranger = door(bound, actor, identity)
    with refused(bound, AccessDenied, code):
        stranger.leads.list()
    with refused(bound, AccessDenied, code):
        stranger.investors.add("丸红", country="JP")


def test_the_policy_asks_from_its_day_on(bound: World) -> None:
    """The day before, a name is enough; so it is without such a policy, whatever is bound."""
    bound.clock.forward(days=-1)
    assert door(bound, "tokyo.desk", None).leads.list() == ()
    bound.clock.forward(days=1)
    assert bound.door("tokyo.desk", identity="MANAGER.DESK").leads.list() == ()


def test_who_has_left_proves_nothing(bound: World) -> None:
    """Their identity stays bound, and is refused."""
    bound.door("admin", identity="ADMIN").staff.archive("tokyo.desk", reason="left")
    for actor in ("tokyo.desk", "manager.desk"):
        with pytest.raises(AccessDenied):
            door(bound, actor, "TOKYO.DESK").leads.list()


def test_a_change_says_what_proved_who_made_it(bound: World) -> None:
    """The actor's own identity; and with an admin's, both names."""
    lead = LeadFactory.create(world=bound)
    door(bound, "tokyo.desk", "TOKYO.DESK").leads.edit(lead, note="own")
    door(bound, "tokyo.desk", "ADMIN").leads.edit(lead, note="for another")
    told = [(each.actor, each.acted_by, each.identity) for each in bound.manager.audit.list(record="lead")]
    assert told[:2] == [("tokyo.desk", "admin", "host:ADMIN"), ("tokyo.desk", None, "host:TOKYO.DESK")]
    assert told[2][1:] == (None, None)
    assert bound.manager.audit.verify() == ()


@pytest.mark.one_moment
@pytest.mark.parametrize("forged", [None, "another"])
def test_the_proof_of_a_change_is_hashed(bound: World, forged: str | None) -> None:
    """A removed or changed proof is found by verifying."""
    lead = LeadFactory.create(world=bound)
    door(bound, "tokyo.desk", "TOKYO.DESK").leads.edit(lead, note="own")
    assert bound.manager.audit.verify() == ()
    mine = ENTRIES.c.binding_id.is_not(None)
    value = None if forged is None else ENTRIES.c.binding_id - 1
    drop_guards(bound.session.connection())
    bound.session.connection().execute(update(ENTRIES).where(mine).values(binding_id=value))
    assert {(each.record, each.field) for each in bound.manager.audit.verify()} == {("lead", "hash")}


def test_verifying_with_the_policy_names_what_no_bound_person_made(bound: World) -> None:
    """Whoever leaves the policy out is not refused, and is found: unproven, or in another's name without being admin."""
    lead = LeadFactory.create(world=bound)
    last = bound.manager.audit.list(limit=1)[0].id
    bound.door("tokyo.desk").leads.edit(lead, note="on trust")
    bound.door("tokyo.desk", identity="MANAGER.DESK").leads.edit(lead, note="as another")
    door(bound, "tokyo.desk", "ADMIN").leads.edit(lead, note="an admin, for another")
    door(bound, "tokyo.desk", "TOKYO.DESK").leads.edit(lead, note="own")
    assert bound.manager.audit.verify() == ()
    found = door(bound, "manager.desk", "MANAGER.DESK").audit.verify()
    named = [each for each in found if each.entry is not None and each.entry > last]
    assert [(each.record, each.record_id, each.field) for each in named] == [("lead", lead.id, "binding_id")] * 2
    assert named[1].stored is not None
    later = evolve(BOUND, bound_since=bound.day(1))
    assert bound.door("manager.desk", policy=later).audit.verify() == ()


@pytest.mark.parametrize("noun", ["capital", "contracts"])
def test_three_signatures_need_three_bound_people(bound: World, noun: str) -> None:
    """Nobody gives two, in whose name ever: neither the same person nor the same identity."""
    lead = LeadFactory.create(world=bound, signed=True)

    def at(actor: str, identity: str) -> Any:
        return getattr(door(bound, actor, identity), noun)

    day = {"capital": {"arrived": bound.today}, "contracts": {"agreed": bound.today}}[noun]
    entry = at("tokyo.desk", "ADMIN").record(lead, "1 CNY", reference="r", **day)
    for actor, identity in (("verifier.desk", "ADMIN"), ("admin", "ADMIN")):
        with refused(bound, AccessDenied, "own_figure"):
            at(actor, identity).verify(entry)
    at("verifier.desk", "VERIFIER.DESK").verify(entry)
    admin = bound.door("admin", identity="ADMIN")
    admin.staff.unbind("verifier.desk")
    admin.staff.bind("second.verifier", "host", "VERIFIER.DESK")
    for actor, identity in (("second.verifier", "VERIFIER.DESK"), ("second.verifier", "ADMIN"), ("admin", "ADMIN")):
        with refused(bound, AccessDenied, "own_figure"):
            at(actor, identity).confirm(entry)
    door(bound, "admin", "ADMIN").rates.load([(bound.today, "USD", "CNY", "7")], source="safe")
    assert at("second.verifier", "SECOND.VERIFIER").confirm(entry).state == "confirmed"


def test_a_signature_that_nothing_proves_is_not_built_upon(bound: World) -> None:
    """One of before the policy's day is; one of after it is not, and neither is a document's."""
    lead = LeadFactory.create(world=bound, signed=True)
    bound.clock.forward(days=-1)
    before = ArrivalFactory.create(world=bound, lead=lead)
    bound.clock.forward(days=1)
    after = ArrivalFactory.create(world=bound, lead=lead)
    paper = bound.tokyo.leads.add_evidence(lead, "photograph", dated=bound.today, reference="r")
    verifier = door(bound, "verifier.desk", "VERIFIER.DESK")
    assert verifier.capital.verify(before).state == "verified"
    with refused(bound, AccessDenied, "unbound"):
        verifier.capital.verify(after)
    with refused(bound, AccessDenied, "unbound"):
        verifier.leads.confirm(paper)


def test_a_document_is_confirmed_by_another_bound_person(bound: World) -> None:
    """An admin who put it on record for somebody does not confirm it."""
    lead = LeadFactory.create(world=bound, signed=True)
    paper = door(bound, "tokyo.desk", "ADMIN").leads.add_evidence(lead, "photograph", dated=bound.today, reference="r")
    with refused(bound, AccessDenied, "own_figure"):
        door(bound, "verifier.desk", "ADMIN").leads.confirm(paper)
    assert door(bound, "verifier.desk", "VERIFIER.DESK").leads.confirm(paper).confirmed_by_id is not None


def test_the_last_bound_admin_stays(bound: World) -> None:
    """Where the policy asks for bound staff, an admin who is bound to nobody is none."""
    admin = door(bound, "admin", "ADMIN")
    admin.staff.add("second.admin", "second", role="admin", unit="bureau")
    for attempt in (
        lambda: admin.staff.unbind("admin"),
        lambda: admin.staff.move("admin", role="viewer"),
    ):
        with refused(bound, InvalidInput, "last_admin"):
            attempt()
    admin.staff.bind("second.admin", "host", "SECOND")
    assert admin.staff.unbind("admin")


def test_the_first_admin_is_bound_where_the_policy_asks(session: Session) -> None:
    """Their founding says what proved them, and they go on in another session."""
    world = World(session, found=False)
    world.door(None, identity="FOUNDER", policy=BOUND).staff.found("founder", "创建者")
    founder = door(world, "founder", "FOUNDER")
    assert {each.identity for each in founder.audit.list()} == {"host:FOUNDER"}
    assert founder.audit.verify() == ()
    with pytest.raises(AccessDenied):
        door(world, "founder", "ANOTHER").staff.list()


@pytest.mark.parametrize("identity", [7, "", "x" * 201])
def test_what_is_no_identity(world: World, identity: Any) -> None:
    """An invalid identity of the host is refused at once."""
    with pytest.raises(InvalidInput):
        world.door("admin", identity=identity)


@pytest.mark.parametrize("named", ["username", "id", "record"])
def test_the_actor_may_be_named_in_each_way(bound: World, named: str) -> None:
    """By username, number or record: the proof is looked up with it."""
    person = bound.admin.staff.get("tokyo.desk")
    actor: Any = {"username": "tokyo.desk", "id": person.id, "record": person}[named]
    proof = door(bound, actor, "TOKYO.DESK").proof
    assert proof is not None
    assert (proof.username, str(proof.identity)) == ("tokyo.desk", "host:TOKYO.DESK")
    with pytest.raises(AccessDenied):
        door(bound, actor, "MANAGER.DESK").staff.list()


def test_postgresql_proves_the_role_of_the_session(bound: World) -> None:
    """Without a word of the host's; neither SET ROLE nor what the host says puts another in its place."""
    if bound.session.get_bind().dialect.name == "sqlite":
        pytest.skip("a file has no roles")
    role = bound.session.execute(text("SELECT session_user")).scalar_one()
    admin = bound.door("admin", identity="ADMIN")
    admin.staff.bind("tokyo.desk", "role", role)
    bound.session.execute(text("SET ROLE pg_read_all_data"))
    try:
        for identity in (None, "MANAGER.DESK", Identity(IdentityKind.OS, "x")):
            proof = bound.door("tokyo.desk", policy=BOUND, identity=identity).proof
            assert proof is not None
            assert (proof.username, proof.identity) == ("tokyo.desk", Identity(IdentityKind.ROLE, role))
        with pytest.raises(AccessDenied):
            door(bound, "manager.desk", "MANAGER.DESK").leads.list()
    finally:
        bound.session.execute(text("RESET ROLE"))


def test_what_the_operating_system_says_counts_on_a_file_alone(world: World) -> None:
    """A server asks its own roles, not the client's system."""
    world.admin.staff.bind("tokyo.desk", "host", "sato")
    identity = Identity(IdentityKind.OS, "sato")
    assert world.door("tokyo.desk", identity=identity).proof is None
    if world.session.get_bind().dialect.name == "sqlite":
        world.admin.staff.bind("tokyo.desk", "os", "sato")
        proof = world.door("tokyo.desk", identity=identity).proof
        assert proof is not None
        assert proof.username == "tokyo.desk"
