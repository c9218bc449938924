"""What an attack found once, and finds no more."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, Archived, DirectWrite, GatesNotMet, InvalidInput, NotFound
from crm.models import AuditEntry, Base, Lead
from tests.factories import ArrivalFactory, InvestorFactory, LeadFactory, World
from tests.services.refusals import refused
from tests.statements import statements

pytestmark = pytest.mark.portable


def test_a_refused_call_leaves_nothing_unsigned(world: World, session: Session) -> None:
    """What was written by hand before is refused first, also where nothing flushes by itself."""
    lead, other = LeadFactory.create(world=world), LeadFactory.create(world=world)
    with session.no_autoflush:
        other.title = "by hand"
        with pytest.raises(DirectWrite):
            world.tokyo.leads.edit(lead, note="unsigned")
    session.expire(other)
    table = Lead.__table__
    assert session.execute(select(table.c.note).where(table.c.id == lead.id)).scalar() is None


def test_an_archived_admin_does_not_come_back_by_founding(session: Session) -> None:
    """Founding repeated with its uid does not let someone act who has left."""
    uid = "01860000-0000-7000-8000-0000000000f1"
    first = CRM(session, None)
    first.staff.found("first.admin", "创始岗", uid=uid)
    first.staff.add("second.admin", "管理岗", role="admin", unit="bureau")
    CRM(session, "second.admin").staff.archive("first.admin", reason="离任", leave_open="r")
    with pytest.raises(Archived):
        CRM(session, None).staff.found("first.admin", "创始岗", uid=uid)


def test_who_leaves_or_changes_role_stops_at_once(world: World) -> None:
    """A front door made before does not keep the rights of then."""
    world.verifier.capital.list()
    world.admin.staff.archive("verifier.desk", reason="离任", leave_open="r")
    with pytest.raises(AccessDenied):
        world.verifier.capital.list()


def test_nobody_is_true(session: Session) -> None:
    """True is no number of staff."""
    with pytest.raises(AccessDenied):
        CRM(session, True).leads.list()


def test_the_filing_is_not_stepped_round(world: World) -> None:
    """An ambassador does not call foreign capital domestic for the length of a move."""
    lead = LeadFactory.create(world=world, signed=True)
    with refused(world, InvalidInput, "role"):
        world.tokyo.leads.edit(lead, foreign=False)


def test_a_move_is_not_older_than_what_it_stands_on(world: World) -> None:
    """A paper of a later day opens no gate of an earlier one."""
    lead = LeadFactory.create(world=world, received="2021-12-01")
    world.tokyo.contacts.add(lead.investor, "窓口")
    world.tokyo.leads.handover(lead, unit=world.manager.units.list()[0].code)
    world.tokyo.leads.edit(lead, expected="1 USD", industry="C36")
    world.tokyo.meetings.log(lead, summary="x", contacts=["窓口"])
    with refused(world, GatesNotMet, "two_way_meeting"):
        world.tokyo.leads.advance(lead, on="2021-12-31")


def test_a_refused_rename_renames_nothing(world: World) -> None:
    """A name that cannot be found by is refused before anything is written."""
    investor = InvestorFactory.create(world=world)
    before = investor.name
    with refused(world, InvalidInput, "empty"):
        world.tokyo.investors.edit(investor, name="---")
    assert investor.name == before


def test_a_message_fulfils_no_visit(world: World) -> None:
    """A message does not mark a planned visit as made."""
    investor = InvestorFactory.create(world=world)
    world.manager.trips.plan(
        "t-message", title="t", leader="l", rank="first", starts=world.manager.today, ends=world.manager.today, late="urgent",
        members=["tokyo.desk"], visits=[investor.id],
    )  # fmt: skip
    world.tokyo.meetings.log(investor, summary="x", kind="message")
    assert [visit.state for visit in world.manager.trips.show("t-message").visits] == ["planned"]


def test_a_hidden_meeting_is_not_told_from_none(world: World) -> None:
    """Its uid is answered as an unknown one is."""
    lead = LeadFactory.create(world=world, secret=True)
    meeting = world.tokyo.meetings.log(lead, summary="x")
    with pytest.raises(NotFound, match=str(meeting.uid)):
        world.viewer.meetings.show(str(meeting.uid))


def test_an_expansion_belongs_to_its_company(world: World) -> None:
    """It founds no new enterprise."""
    parent = LeadFactory.create(world=world, landed=True)
    child = world.tokyo.leads.open(parent.investor, title="增资", parent=parent)
    firm = world.tokyo.leads.register(child)
    assert firm.id == parent.enterprise_id == child.enterprise_id


def test_an_archived_person_can_still_be_erased(world: World, session: Session) -> None:
    """The right to be erased does not end with the archive."""
    investor = InvestorFactory.create(world=world)
    person = world.tokyo.contacts.add(investor, "窓口", email="desk@example.com")
    world.tokyo.contacts.archive(person, reason="退休")
    world.manager.contacts.erase(person, reason="本人要求")
    assert (person.email, person.digest) == (None, None)
    assert session.scalar(select(AuditEntry.verb).order_by(AuditEntry.id.desc()).limit(1)) == "contact.erase"


def test_a_code_name_is_found_as_it_is_written(world: World) -> None:
    """With spaces and dashes too."""
    lead = LeadFactory.create(world=world)
    world.manager.leads.edit(lead, confidential=True, code_name="Project 7-A")
    assert world.manager.leads.get("Project 7-A") is lead


def test_the_database_keeps_a_reversal_with_its_entry(world: World, session: Session) -> None:
    """Neither another lead nor another currency can be the reversal's, whoever writes the row."""
    arrival = ArrivalFactory.create(world=world)
    reversal = world.manager.capital.reverse(arrival, reason="x")
    other = LeadFactory.create(world=world)
    table = Base.metadata.tables["crm_capital_arrival"]
    for change in ({"lead_id": other.id}, {"currency": "EUR"}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.connection().execute(update(table).where(table.c.id == reversal.id).values(**change))


def test_the_database_keeps_a_promise_and_an_expansion_with_their_investor(world: World, session: Session) -> None:
    """A promise is to the investor of its lead, and an expansion of the investor of the lead it expands."""
    lead, other = LeadFactory.create(world=world), LeadFactory.create(world=world)
    promise = world.tokyo.followups.add(lead, "x", due=world.tokyo.today)
    for table, number, change in (
        (Base.metadata.tables["crm_followup"], promise.id, {"lead_id": other.id}),
        (Base.metadata.tables["crm_lead"], lead.id, {"parent_id": other.id}),
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.connection().execute(update(table).where(table.c.id == number).values(**change))


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_plan_takes_the_same_statements_for_two_visits_and_for_twenty(
    world: World, session: Session, by: str
) -> None:
    """Investors named by number or by their whole name are looked up together."""
    day = world.manager.today
    counts = []
    for size in (2, 20):
        refs = [getattr(InvestorFactory.create(world=world), by) for _ in range(size)]
        session.expire_all()
        with statements(session) as seen:
            world.manager.trips.plan(
                f"t-{size}", title="t", leader="l", rank="first", starts=day, ends=day, visits=refs, late="urgent"
            )
        counts.append(len(seen))
    assert counts[0] == counts[1]
