"""Staff: founded, added, moved, archived."""

from __future__ import annotations

from typing import Any, cast

import pytest
from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput, Refused
from crm.models import Staff
from tests.factories import LeadFactory, StaffFactory, UnitFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG, NO_DAY, NO_TEXT, allows, refused

pytestmark = pytest.mark.portable

NEW: dict[str, Any] = {
    "username": "new.desk",
    "name": "New desk",
    "role": "ambassador",
    "station": "tokyo",
    "uid": "01860000-0000-7000-8000-000000000003",
}

TABLE = cast("Table", Staff.__table__)


def test_the_first_admin_founds_the_bureau_and_signs_it(session: Session) -> None:
    """Without staff anybody may found; the entries carry the founder's own name."""
    world = World(session, found=False)
    founder = world.nobody.staff.found("founder", "创建者", uid="01860000-0000-7000-8000-000000000009")
    assert founder.role == "admin"
    assert {entry.actor for entry in world.door("founder").audit.list()} == {"founder"}
    again = world.door(None)
    assert again.staff.found("founder", "创建者", uid="01860000-0000-7000-8000-000000000009") is founder


def test_a_bureau_is_founded_once(world: World) -> None:
    """With staff on record founding is refused."""
    with refused(world, Conflict, "founded"):
        world.door(None).staff.found("another", "another")


def test_staff_without_an_admin_are_told_so(world: World) -> None:
    """Founding is refused there too, and says that nobody can add an admin."""
    world.session.connection().execute(update(TABLE).values(role="viewer"))
    with refused(world, Conflict, "no_admin"):
        world.door(None).staff.found("another", "another")


def test_staff_belong_to_one_place(world: World) -> None:
    """Staff belong to a station or a unit; neither and both are refused."""
    assert world.admin.staff.add(**NEW).station_id is not None
    for place in ({"station": None}, {"unit": "bureau"}):
        with refused(world, InvalidInput, "place"):
            world.admin.staff.add(**(NEW | {"username": "x", "uid": None} | place))


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_a_name_has_to_be_a_text(world: World, value: Any, code: str) -> None:
    """A name that is none is refused."""
    with refused(world, InvalidInput, code):
        world.admin.staff.add(**(NEW | {"name": value}))


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("username", "code", ["", "two words", LONG, 7, None, LONE_SURROGATE]),
        ("role", "choice", ["", "king", 7, None, LONE_SURROGATE]),
        ("station", "not_found", [4_000_000_000, "nowhere", 2**70]),
        ("station", "type", [1.5]),
        ("since", "date", ["tomorrow", 7, LONE_SURROGATE]),
        ("uid", "uid", ["", 7]),
    ],
)
def test_staff_refuse_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    for value in values:
        with refused(world, Refused, code):
            world.admin.staff.add(**(NEW | {field: value}))


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    with refused(world, InvalidInput) as caught:
        world.admin.staff.add("two words", "", role="king", station="nowhere", since="tomorrow")
    assert {problem.field for problem in caught.value.problems} == {"username", "name", "role", "station", "since"}


def test_a_repeated_uid_is_the_same_person(world: World) -> None:
    """The same content returns the first record; other content and a taken username conflict."""
    first = world.admin.staff.add(**NEW)
    assert world.admin.staff.add(**NEW) is first
    with refused(world, Conflict, "uid"):
        world.admin.staff.add(**(NEW | {"name": "another"}))
    with refused(world, Conflict, "taken"):
        world.admin.staff.add(**(NEW | {"uid": None}))


def test_a_move_keeps_where_somebody_was(world: World) -> None:
    """A posting follows a posting; the person belongs to the last."""
    staff = StaffFactory.create(world=world, since="2023-01-01")
    world.admin.staff.move(staff, unit="bureau", role="manager", since="2023-02-01", reason="promoted")
    assert (staff.role, staff.station_id is None) == ("manager", True)


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_move_needs_a_day_that_is_one(world: World, value: Any, code: str) -> None:
    """A day that is none is refused."""
    with refused(world, InvalidInput, code):
        world.admin.staff.move("tokyo.desk", unit="bureau", since=value)


def test_a_move_is_in_order_not_ahead_and_a_change(world: World) -> None:
    """A day before the last posting, one in the future, and a move that changes nothing are refused, all at once."""
    with refused(world, InvalidInput, "order", "empty"):
        world.admin.staff.move("tokyo.desk", since="2021-12-31")
    with refused(world, InvalidInput, "future", "too_long"):
        world.admin.staff.move("tokyo.desk", unit="bureau", since=world.day(1), reason=LONG)
    archived = UnitFactory.create(world=world, archived=True)
    with refused(world, Archived, "archived"):
        world.admin.staff.move("tokyo.desk", unit=archived)


def test_who_left_acts_no_more(world: World) -> None:
    """An archived member of staff is nobody at the door, and takes no more changes."""
    StaffFactory.create(world=world, username="gone.desk", left=True)
    with refused(world, AccessDenied, "unknown_actor"):
        world.door("gone.desk").investors.add("a company", country="JP")
    world.clock.forward(1)
    with refused(world, Archived, "archived"):
        world.admin.staff.archive("gone.desk", reason="again")
    with refused(world, Archived, "archived"):
        world.admin.staff.move("gone.desk", unit="bureau")


@pytest.mark.parametrize("actor", ["unknown", "", LONE_SURROGATE, "a\x00b", 4_000_000_000, -1, 2**70])
def test_who_is_not_among_the_staff_does_nothing(world: World, actor: Any) -> None:
    """Whatever is named as acting, somebody has to be behind it."""
    with refused(world, AccessDenied, "unknown_actor"):
        world.door(actor).investors.add("a company", country="JP")


def test_the_last_admin_stays(world: World) -> None:
    """Archiving the last admin is refused; of two one may go."""
    with refused(world, InvalidInput, "last_admin"):
        world.admin.staff.archive("admin", reason="left")
    StaffFactory.create(world=world, username="second.admin", role="admin")
    assert world.admin.staff.archive("second.admin", reason="left").archived_at is not None


def test_nobody_archives_themselves(world: World) -> None:
    """Whoever is archived signs nothing, this neither; another admin does it."""
    StaffFactory.create(world=world, username="second.admin", role="admin")
    with refused(world, AccessDenied, "own_matter"):
        world.admin.staff.archive("admin", reason="left")
    assert world.session.get_one(Staff, world.admin.staff.get("admin").id).archived_at is None


def test_the_last_admin_stays_an_admin(world: World) -> None:
    """Giving the last admin another role would leave the bureau without one; it is refused."""
    with refused(world, InvalidInput, "last_admin"):
        world.admin.staff.move("admin", role="viewer")


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_leaving_needs_a_reason(world: World, value: Any, code: str) -> None:
    """A reason that is none is refused."""
    with refused(world, InvalidInput, code):
        world.admin.staff.archive("tokyo.desk", reason=value)


def test_who_may_write_staff(world: World) -> None:
    """Admins alone."""
    assert allows(world, lambda door: door.staff.add(**NEW)) == {"admin"}
    assert allows(world, lambda door: door.staff.move("zone.desk", unit="bureau")) == {"admin"}
    assert allows(world, lambda door: door.staff.archive("zone.desk", reason="x")) == {"admin"}


def test_what_somebody_did_keeps_their_name(world: World) -> None:
    """The history of a lead names who moved it after they left."""
    lead = LeadFactory.create(world=world, negotiating=True)
    world.admin.staff.archive("tokyo.desk", reason="left", leave_open="r")
    assert {move.actor for move in world.viewer.leads.history(lead)} == {"tokyo.desk"}
    assert world.session.get_one(Staff, lead.owner_id).username == "tokyo.desk"
