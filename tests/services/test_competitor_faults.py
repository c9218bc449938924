"""The faults known from other systems, impossible here: by the service, and by the database where SQL can say it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.errors import AccessDenied, Archived, Conflict, DirectWrite, GatesNotMet, InvalidInput, MoveNotAllowed
from crm.models.guards import drop_guards
from tests.factories import (
    ArrivalFactory,
    ContactFactory,
    InvestorFactory,
    LeadFactory,
    MeetingFactory,
    TripFactory,
    World,
)
from tests.services.refusals import refused, rows

pytestmark = pytest.mark.portable


def by_hand(session: Session, statement: str, **values: Any) -> None:
    """Run a statement past the services, and check what the database puts off until the commit."""
    with session.begin_nested():
        session.execute(text(statement), values)
        settle(session)


def on_sqlite(session: Session) -> bool:
    """Say whether the database is SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def settle(session: Session) -> None:
    """Check the deferred keys now, as a commit would."""
    if on_sqlite(session):
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise IntegrityError("foreign_key_check", None, ValueError(broken))
    else:
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def denied(world: World, statement: str, **values: Any) -> None:
    """Expect the constraints of the database to refuse a statement, even without its triggers, and to keep what it had."""
    drop_guards(world.session.connection())
    before = rows(world.session)
    with pytest.raises(IntegrityError):
        by_hand(world.session, statement, **values)
    assert rows(world.session) == before


@pytest.mark.parametrize("column", ["stage = 'landed'", "status = 'lost'", "status = 'exited'", "last_transition = 2"])
def test_no_statement_moves_a_lead_without_a_transition(world: World, column: str) -> None:
    """A stage or status that no transition led to does not survive the commit."""
    lead = LeadFactory.create(world=world)
    denied(world, f"UPDATE crm_lead SET {column} WHERE id = :id", id=lead.id)


@pytest.mark.parametrize("column", ["stage", "status", "landed_on", "title", "version"])
def test_no_attribute_moves_a_lead_without_a_service(world: World, column: str) -> None:
    """Written on the model it is refused at flush, and the lead is what it was."""
    lead = LeadFactory.create(world=world)
    world.session.flush()
    value = {"version": 7, "landed_on": world.today, "status": "lost"}.get(column, "landed")
    with pytest.raises(DirectWrite), world.session.begin_nested():
        setattr(lead, column, value)
        world.session.flush()
    world.session.expire(lead)
    assert (lead.stage, lead.status, lead.landed_on, lead.version) == ("contact", "active", None, 1)


def test_an_early_lead_does_not_land(world: World) -> None:
    """Landing from contact names the gates of every stage between, with a reason too."""
    lead = LeadFactory.create(world=world, unit=None, expected=None, industry=None)
    with refused(
        world, MoveNotAllowed, "skip", "two_way_meeting", "unit", "expected", "industry", "agreement", "start"
    ):
        world.manager.leads.advance(lead, "landed")
    with refused(world, GatesNotMet, "two_way_meeting", "agreement", "company", "licence", "filing", "confirmed"):
        world.manager.leads.advance(lead, "landed", reason="the mayor said so")


def test_an_early_lead_does_not_exit(world: World) -> None:
    """Exit is for landed leads; in the database too."""
    lead = LeadFactory.create(world=world, signed=True)
    with refused(world, MoveNotAllowed, "not_landed"):
        world.manager.leads.exit(lead, reason="left")
    denied(world, "UPDATE crm_lead SET status = 'exited' WHERE id = :id", id=lead.id)


_TRANSITION = """
    INSERT INTO crm_transition (uid, lead_id, number, previous, kind, policy, from_stage, to_stage, from_status, to_status,
        from_position, to_position, last_position, cycle, occurred_on, recorded_at, recorded_on, actor_id, reason, review_on)
    SELECT :uid, lead_id, :number, number, :kind, policy, to_stage, :to_stage, to_status, :to_status,
        to_position, :to_position, last_position, cycle, :occurred_on, recorded_at, recorded_on, actor_id, :reason, NULL
    FROM crm_transition WHERE lead_id = :lead_id ORDER BY number DESC LIMIT 1
"""

#: From contact to negotiating, as it should be.
_STEP: dict[str, Any] = {
    "uid": "0186000000007000800000000000000a",
    "number": 2,
    "kind": "advance",
    "to_stage": "negotiating",
    "to_status": "active",
    "to_position": 1,
    "occurred_on": "2023-02-18",
    "reason": None,
}


@pytest.mark.parametrize(
    ("trait", "wrong"),
    [
        pytest.param({}, {"to_position": 2, "to_stage": "signed"}, id="a skip without a reason"),
        pytest.param({}, {"to_position": 9, "to_stage": "landed", "reason": "x"}, id="beyond the pipeline"),
        pytest.param({}, {"to_position": 0, "to_stage": "contact"}, id="forward to where it stands"),
        pytest.param({}, {"occurred_on": "2023-02-19"}, id="tomorrow"),
        pytest.param({}, {"number": 3}, id="a number left out"),
        pytest.param({}, {"number": 1}, id="a number again"),
        pytest.param({}, {"kind": "jump"}, id="an unknown verb"),
        pytest.param({}, {"to_status": "exited", "kind": "exit", "reason": "x", "to_position": 0}, id="exit early"),
        pytest.param({}, {"kind": "lose", "to_status": "lost", "to_stage": "contact", "to_position": 0}, id="lost why"),
        pytest.param({}, {"kind": "open"}, id="opened again"),
        pytest.param({}, {"kind": "reopen", "reason": "x", "to_position": 0}, id="reopen what is open"),
        pytest.param({"lost": True}, {"number": 3}, id="a lost lead advances"),
        pytest.param({"held": True}, {"number": 3}, id="a held lead advances"),
        pytest.param(
            {"landed": True},
            {"number": 7, "kind": "lose", "reason": "x", "to_status": "lost", "to_stage": "landed", "to_position": 5},
            id="a landed lead is lost",
        ),
    ],
)
def test_no_transition_is_written_that_the_pipeline_has_not(
    world: World, trait: dict[str, Any], wrong: dict[str, Any]
) -> None:
    """The checks of the transitions hold against statements by hand."""
    lead = LeadFactory.create(world=world, **trait)
    denied(world, typed(world.session, _TRANSITION), **(_STEP | wrong), lead_id=lead.id)


def typed(session: Session, statement: str) -> str:
    """Return a statement with the casts that PostgreSQL asks for where values are selected."""
    if on_sqlite(session):
        return statement
    casts = {"uid": "uuid", "occurred_on": "date", "reason": "varchar", "number": "int", "to_position": "int"}
    for name in ("kind", "to_stage", "to_status"):
        casts[name] = "varchar"
    for name, kind in casts.items():
        statement = statement.replace(f":{name},", f"CAST(:{name} AS {kind}),")
    return statement


@pytest.mark.parametrize("trait", ["lost", "abandoned", "held", "exited"])
def test_a_lead_that_does_not_move_does_not_advance(world: World, trait: str) -> None:
    """Lost, abandoned, held and exited leads are resumed or reopened first."""
    lead = LeadFactory.create(world=world, **{trait: True})
    with refused(world, MoveNotAllowed, "status"):
        world.manager.leads.advance(lead, "landed", reason="the mayor said so")


@pytest.mark.parametrize("verb", ["advance", "reopen"])
def test_no_second_path_goes_round_the_gates(world: World, verb: str) -> None:
    """Skipping and reopening ask for the same gates as going step by step."""
    lead = LeadFactory.create(world=world, **({"lost": True} if verb == "reopen" else {}))
    target = {"advance": "signed", "reopen": "negotiating"}[verb]
    with refused(world, (GatesNotMet if verb == "advance" else MoveNotAllowed)):
        getattr(world.manager.leads, verb)(lead, to=target, reason="a second way")


@pytest.mark.parametrize("amount", ["0 USD", "-1 USD"])
def test_amounts_are_positive(world: World, amount: str) -> None:
    """Zero and less are refused wherever money is named."""
    lead = LeadFactory.create(world=world, registered=True)
    for verb in (
        lambda: world.tokyo.leads.open(lead.investor, title="another", expected=amount),
        lambda: world.tokyo.leads.edit(lead, expected=amount),
        lambda: world.tokyo.leads.add_evidence(
            lead, "agreement", dated=world.today, reference="agreement", amount=amount
        ),
        lambda: world.tokyo.capital.record(lead, amount, arrived=world.today, reference="advice"),
    ):
        with refused(world, InvalidInput, "negative"):
            verb()


@pytest.mark.parametrize("minor", [0, -1])
def test_the_database_keeps_amounts_positive(world: World, minor: int) -> None:
    """A statement by hand writes no amount of zero or less either."""
    arrival = ArrivalFactory.create(world=world)
    denied(world, "UPDATE crm_lead SET expected_minor = :minor", minor=minor)
    denied(world, "UPDATE crm_evidence SET amount_minor = :minor WHERE kind = 'agreement'", minor=minor)
    denied(world, "UPDATE crm_capital_arrival SET amount_minor = :minor WHERE id = :id", minor=minor, id=arrival.id)


def test_nothing_has_happened_tomorrow(world: World) -> None:
    """A day in the future is refused by every verb that records what has happened."""
    lead = LeadFactory.create(world=world, implementing=True, ready=True)
    tomorrow = world.day(1)
    for verb in (
        lambda: world.tokyo.leads.open(lead.investor, title="another", received=tomorrow),
        lambda: world.tokyo.leads.add_evidence(lead, "photograph", dated=tomorrow, reference="photograph"),
        lambda: world.tokyo.leads.register(lead, licensed=tomorrow),
        lambda: world.tokyo.capital.record(lead, "5 USD", arrived=tomorrow, reference="advice"),
        lambda: world.tokyo.meetings.log(lead, summary="talked", at="2023-02-18 12:00", zone="Asia/Tokyo"),
    ):
        with refused(world, InvalidInput, "future"):
            verb()
    with refused(world, MoveNotAllowed, "future"):
        world.tokyo.leads.advance(lead, on=tomorrow)


def test_the_database_knows_no_tomorrow(world: World) -> None:
    """A statement by hand writes no day after the day of recording either."""
    lead = LeadFactory.create(world=world, implementing=True)
    for table, column in (
        ("crm_lead", "received_on"),
        ("crm_evidence", "dated_on"),
        ("crm_enterprise", "licensed_on"),
        ("crm_capital_arrival", "arrived_on"),
        ("crm_transition", "occurred_on"),
    ):
        denied(world, f"UPDATE {table} SET {column} = '2023-02-19'")
    denied(world, "UPDATE crm_meeting SET met_at = '2023-02-18 02:00:01.000000' WHERE lead_id = :id", id=lead.id)


def test_a_meeting_takes_the_investors_people_alone(world: World) -> None:
    """A contact of another company is refused, and those who are there are named."""
    lead = LeadFactory.create(world=world)
    stranger = ContactFactory.create(world=world)
    with refused(world, InvalidInput, "foreign_contact"):
        world.tokyo.meetings.log(lead, summary="talked", contacts=[stranger])
    meeting = MeetingFactory.create(world=world, about=lead)
    contact = stranger.employments[0]
    for column, value in (
        ("contact_id", stranger.id),
        ("employment_id", contact.id),
        ("investor_id", contact.investor_id),
    ):
        denied(
            world,
            f"UPDATE crm_meeting_contact SET {column} = :value WHERE meeting_id = :id",
            value=value,
            id=meeting.id,
        )
    denied(
        world, "UPDATE crm_meeting SET investor_id = :value WHERE id = :id", value=contact.investor_id, id=meeting.id
    )


def test_an_archived_record_takes_no_edit(world: World) -> None:
    """Archived investors, contacts and closed trips take nothing more."""
    investor = InvestorFactory.create(world=world, archived=True)
    contact = ContactFactory.create(world=world, archived=True)
    trip = TripFactory.create(world=world, closed=True)
    for verb in (
        lambda: world.tokyo.investors.edit(investor, note="new"),
        lambda: world.tokyo.investors.alias(investor, "another name"),
        lambda: world.tokyo.leads.open(investor, title="a plant"),
        lambda: world.tokyo.meetings.log(investor, summary="talked"),
        lambda: world.tokyo.contacts.add(investor, "a desk"),
        lambda: world.tokyo.contacts.edit(contact, note="new"),
        lambda: world.manager.trips.add_visit(trip, "商事株式会社"),
        lambda: world.manager.trips.add_member(trip, "zone.desk"),
        lambda: world.manager.trips.close(trip, outcome="again"),
    ):
        with refused(world, Archived):
            verb()


def test_nothing_moves_without_an_actor(world: World) -> None:
    """Nobody moves nothing; the database wants a member of staff behind every move and entry."""
    lead = LeadFactory.create(world=world, ready=True)
    with refused(world, AccessDenied, "no_actor"):
        world.nobody.leads.advance(lead)
    for table in ("crm_transition", "crm_audit_entry"):
        denied(world, f"UPDATE {table} SET actor_id = NULL")
        denied(world, f"UPDATE {table} SET actor_id = 4000000")


def test_a_repeated_save_is_one_transition(world: World) -> None:
    """The same uid is the same move; saving an unchanged lead again writes nothing."""
    lead = LeadFactory.create(world=world, ready=True)
    uid = "01860000-0000-7000-8000-00000000000b"
    first = world.tokyo.leads.advance(lead, uid=uid)
    before = rows(world.session)
    assert world.tokyo.leads.advance(lead, uid=uid) is first
    world.tokyo.leads.edit(lead, title=lead.title)
    assert rows(world.session) == before
    with refused(world, Conflict, "uid"):
        world.tokyo.leads.advance(lead, "signed", uid=uid)
    with refused(world, MoveNotAllowed, "not_ahead"):
        world.tokyo.leads.advance(lead, "negotiating")


def test_a_removed_member_leaves_a_trace(world: World) -> None:
    """Who is taken off a trip stays on its list with day and reason, and in the audit."""
    trip = TripFactory.create(world=world)
    member = world.manager.trips.remove_member(trip, "tokyo.desk", reason="stays at the station")
    assert (member.left_on, member.left_reason) == (world.today, "stays at the station")
    entry = world.manager.audit.list(record="delegation_member", record_id=member.id)[0]
    assert (entry.actor, entry.verb, entry.reason) == ("manager.desk", "trip.remove_member", "stays at the station")
    denied(world, "UPDATE crm_delegation_member SET left_reason = NULL WHERE id = :id", id=member.id)
    with pytest.raises(DirectWrite), world.session.begin_nested():
        world.session.delete(member)
        world.session.flush()


@pytest.mark.parametrize("role", ["verifier", "manager", "ambassador"])
def test_nobody_verifies_their_own_figure(world: World, role: str) -> None:
    """The submitter of a figure or a document is refused as its verifier, whatever their role became since."""
    arrival = ArrivalFactory.create(world=world)
    start = world.tokyo.leads.add_evidence(arrival.lead_id, "operation_start", dated=world.today, reference="opening")
    world.manager.leads.handover(arrival.lead_id, owner="frankfurt.desk")
    world.admin.staff.move("tokyo.desk", unit="bureau", role=role)
    door = world.door("tokyo.desk")
    for verb in (lambda: door.capital.verify(arrival), lambda: door.leads.confirm(start)):
        with refused(world, AccessDenied):
            verb()
    denied(
        world,
        "UPDATE crm_capital_arrival SET verified_by_id = submitted_by_id, state = 'verified', verified_at = recorded_at",
    )
    denied(world, "UPDATE crm_evidence SET confirmed_by_id = submitted_by_id, confirmed_at = '2023-02-18 02:00:00'")


def test_the_probes_themselves_are_sound(world: World) -> None:
    """An honest statement passes, so that what is refused above is refused for what is wrong with it."""
    lead = LeadFactory.create(world=world)
    by_hand(world.session, "UPDATE crm_lead SET title = title WHERE id = :id", id=lead.id)
    by_hand(world.session, typed(world.session, _TRANSITION), **_STEP, lead_id=lead.id)


def test_a_stage_by_hand_does_not_survive_the_commit(migrated_engine: Engine) -> None:
    """The key that waits for the commit holds there, in a real transaction."""
    with Session(migrated_engine) as session, session.begin():
        number = LeadFactory.create(world=World(session)).id
    with pytest.raises(IntegrityError), migrated_engine.begin() as connection:
        statement = "UPDATE crm_lead SET stage = 'landed', landed_on = received_on WHERE id = :id"
        assert connection.execute(text(statement), {"id": number}).rowcount == 1
    with migrated_engine.connect() as connection:
        assert connection.scalar(text("SELECT stage FROM crm_lead WHERE id = :id"), {"id": number}) == "contact"
