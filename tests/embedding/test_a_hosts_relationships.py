"""A host relates its models to ours: what is kept in the host's tables passes the guard, what is kept in ours does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import DirectWrite
from crm.models import Investor, Lead, Staff
from tests.embedding.bookings import (
    Booking,
    Cabinet,
    Desk,
    Dossier,
    Drawer,
    Folder,
    HostBase,
    Label,
    Remark,
    Ticket,
    Trip,
    Visa,
)

pytestmark = pytest.mark.portable

#: The guard looks at the session, not at what it sends; with savepoints and rollbacks, where locks differ, both databases.
guard = pytest.mark.portable

#: Our models have the attributes that the host's relationships gave them, which no type checker knows.
Related = Any


@pytest.fixture
def crm(session: Session) -> CRM:
    """A front door, on a database that has the host's tables too."""
    HostBase.metadata.create_all(session.connection())
    CRM(session, None).staff.found("admin", "管理员")
    return CRM(session, "admin")


@pytest.fixture
def lead(crm: CRM) -> Related:
    """A lead that is stored."""
    return opened(crm, "冷链物流")


def opened(crm: CRM, title: str) -> Related:
    """Open a lead of an investor of its own."""
    return crm.leads.open(crm.investors.add(f"{title}株式会社", country="JP"), title=title, station="tokyo")


def count(session: Session, model: type[Any]) -> int:
    """Return how many rows there are."""
    return session.scalar(select(func.count()).select_from(model)) or 0


#: Each relates a record of the host's to a lead, and returns the record.
WAYS: dict[str, Callable[[Related], Any]] = {
    "many to one": lambda lead: Booking(lead=lead),
    "one to many": lambda lead: put(lead.bookings, Booking()),
    "one to many, dynamic": lambda lead: put(lead.visas, Visa()),
    "one to one": lambda lead: Dossier(lead=lead),
    "one to one, from our side": lambda lead: assign(lead, "dossier", Dossier()),
    "many to many": lambda lead: Label(leads=[lead]),
    "many to many, from our side": lambda lead: put(lead.labels, Label()),
    "added to our model": lambda lead: put(lead.investor.remarks, Remark()),
    "a dataclass": lambda lead: Ticket("first", lead=lead),
    "a dataclass, from our side": lambda lead: put(lead.tickets, Ticket("first")),
}


def put(many: Any, record: Any) -> Any:
    """Append to a collection."""
    many.append(record)
    return record


def assign(owner: Any, key: str, record: Any) -> Any:
    """Set an attribute."""
    setattr(owner, key, record)
    return record


@guard
@pytest.mark.parametrize("way", WAYS)
def test_a_relationship_kept_in_the_hosts_tables_passes(session: Session, crm: CRM, lead: Related, way: str) -> None:
    """It is written, read back, changed, and taken away again; our verbs work on the record before and after."""
    version = lead.version
    record = WAYS[way](lead)
    session.add(record)
    session.flush()
    crm.leads.edit(lead, note="重点")
    assert lead.version == version + 1
    record.title = "second"
    session.flush()
    session.expire_all()
    related = record.leads[0] if isinstance(record, Label) else getattr(record, "lead", None) or record.investor
    assert related in {lead, lead.investor}
    session.delete(record)
    session.flush()
    session.expire_all()
    assert count(session, type(record)) == 0
    assert lead.note == "重点"


@guard
@pytest.mark.parametrize("way", WAYS)
def test_a_verb_flushes_what_the_host_left_pending(session: Session, crm: CRM, lead: Related, way: str) -> None:
    """A second front door, on the same session, writes with the host's record still unflushed."""
    record = WAYS[way](lead)
    session.add(record)
    CRM(session, "admin").leads.edit(lead, note="重点")
    session.expire_all()
    assert count(session, type(record)) == 1
    assert [row.actor for row in crm.audit.list(record="lead", record_id=lead.id)] == ["admin", "admin"]


@pytest.mark.parametrize("way", WAYS)
def test_a_savepoint_takes_back_the_hosts_record_alone(session: Session, crm: CRM, lead: Related, way: str) -> None:
    """What our verbs wrote before it stays, and what they write after it."""
    crm.leads.edit(lead, note="先")
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        record = WAYS[way](lead)
        session.add(record)
        session.flush()
        raise ZeroDivisionError
    assert count(session, type(record)) == 0
    assert lead.note == "先"
    crm.leads.edit(lead, note="后")
    again = WAYS[way](lead)
    session.add(again)
    session.flush()
    assert count(session, type(again)) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_rollback_takes_back_all(migrated_engine: Any, way: str) -> None:
    """The host's record and ours, related or not."""
    HostBase.metadata.create_all(migrated_engine)
    with Session(migrated_engine) as session:
        CRM(session, None).staff.found("admin", "管理员")
        session.commit()
        record = WAYS[way](opened(CRM(session, "admin"), "冷链物流"))
        session.add(record)
        session.flush()
        session.rollback()
        assert count(session, type(record)) == count(session, Lead) == count(session, Investor) == 0


@guard
def test_a_table_of_the_hosts_between_two_models_of_ours_passes(session: Session, crm: CRM, lead: Related) -> None:
    """Neither of them is written."""
    staff: Related = session.scalars(select(Staff)).one()
    staff.favourites.append(lead)
    session.flush()
    crm.leads.edit(lead, note="重点")
    session.expire_all()
    assert staff.favourites == [lead]
    staff.favourites.remove(lead)
    session.flush()


@guard
def test_a_column_of_ours_is_refused_beside_what_passes(session: Session, lead: Related) -> None:
    """The host's relationship is not named in the refusal."""
    lead.bookings.append(Booking())
    lead.title = "second"
    with pytest.raises(DirectWrite) as refused:
        session.flush()
    assert [problem.params["fields"] for problem in refused.value.problems] == ["title"]


@guard
def test_our_own_relationships_are_refused(session: Session, crm: CRM, lead: Related) -> None:
    """They write our columns, from whichever end."""
    other = crm.investors.add("另一家", country="JP")
    lead.investor = other
    with pytest.raises(DirectWrite, match="This Lead was written directly: investor"):
        session.flush()
    session.expire(lead)
    other.names.remove(other.names[0])
    with pytest.raises(DirectWrite, match="This Investor was written directly: names"):
        session.flush()


@guard
@pytest.mark.parametrize("ended", [False, True], ids=["related", "deleted"])
def test_a_hosts_relationship_that_writes_a_column_of_ours_is_refused(
    session: Session, lead: Related, ended: bool
) -> None:
    """Also where deleting the host's record would set the column to null."""
    staff = session.scalars(select(Staff)).one()
    desk = Desk(id=staff.id)
    session.add(desk)
    session.flush()
    assert desk.owned == [lead]
    if ended:
        session.delete(desk)
    else:
        desk.owned.remove(lead)
    with pytest.raises(DirectWrite, match="This Desk was written directly: owned"):
        session.flush()


@guard
def test_a_new_record_of_ours_that_comes_along_is_refused(session: Session, lead: Related) -> None:
    """SQLAlchemy adds what a host's record relates to; the services do not know it."""
    session.add(Booking(lead=Lead(title="旁门", investor_id=lead.investor_id)))
    with pytest.raises(DirectWrite, match="This Lead was added outside the services"):
        session.flush()


@guard
def test_a_record_of_ours_is_not_deleted_with_a_hosts(session: Session, lead: Related) -> None:
    """By no cascade."""
    trip = Trip(lead=lead)
    session.add(trip)
    session.flush()
    session.delete(trip)
    with pytest.raises(DirectWrite, match="This Lead was deleted"):
        session.flush()


@guard
@pytest.mark.parametrize("known", [True, False], ids=["loaded", "not loaded"])
@pytest.mark.parametrize("kind", ["folder", "drawer", "drawer, replaced", "cabinet"])
def test_a_record_of_ours_is_not_deleted_as_an_orphan(
    session: Session, crm: CRM, lead: Related, kind: str, known: bool
) -> None:
    """Refused before the first statement, whichever end the orphan falls from, and a step further down too."""
    drawer = Drawer(lead=lead)
    cabinet, folder = Cabinet(drawers=[drawer]), Folder(leads=[lead])
    session.add_all([folder] if kind == "folder" else [cabinet])
    session.flush()
    other = opened(crm, "另一条")
    if not known:
        session.expire_all()
    if kind == "folder":
        folder.leads.remove(lead)
    elif kind == "cabinet":
        cabinet.drawers.remove(drawer)
    else:
        drawer.lead = other if "replaced" in kind else None
    with pytest.raises(DirectWrite, match="This Lead was deleted"):
        session.flush()
    session.expire_all()
    assert count(session, Lead) == 2
    crm.leads.edit(lead, note="重点")


@guard
def test_a_record_of_ours_moves_from_one_owner_to_the_other(session: Session, lead: Related) -> None:
    """It has an owner all the time, so it is no orphan."""
    one, other = Folder(leads=[lead]), Folder()
    session.add_all([one, other])
    session.flush()
    with session.no_autoflush:  # or SQLAlchemy itself would find it between the two, an orphan
        one.leads.remove(lead)
        other.leads.append(lead)
    session.flush()
    session.expire_all()
    assert (one.leads, other.leads) == ([], [lead])


@guard
@pytest.mark.usefixtures("crm")
def test_a_hosts_own_orphan_is_deleted(session: Session) -> None:
    """Where none of ours falls with it."""
    cabinet = Cabinet(drawers=[Drawer()])
    session.add(cabinet)
    session.flush()
    cabinet.drawers.clear()
    session.flush()
    assert count(session, Drawer) == 0
