"""A bureau for tests: its staff, its stations and units, and its clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm import CRM
from crm.models import Staff

#: 10:00 at the bureau.
MORNING = datetime(2023, 2, 18, 2, 0, tzinfo=UTC)


class Clock:
    """Shows one instant until a test moves it forward."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.instant = now

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.instant

    def forward(self, days: int = 0, **units: int) -> None:
        """Move forward by days, hours or minutes."""
        self.instant += timedelta(days=days, **units)


class World:
    """A ``CRM`` on one session for each member of staff of a new bureau.

    Attributes:
        admin: Founded the bureau.
        manager: Works at the bureau.
        verifier: Works at the bureau; ``second_verifier`` is another.
        tokyo: The ambassador of the station in Tokyo; ``frankfurt`` is the one of Frankfurt.
        zone: The ambassador of a unit, the hi-tech zone.
        viewer: Reads alone.
        nobody: A ``CRM`` without an actor.
    """

    def __init__(self, session: Session, *, found: bool | None = None) -> None:
        """Take a session; found the bureau there when *found*, by default when nobody is on its staff yet."""
        self.session = session
        if found is None:
            found = session.scalar(select(Staff.id).limit(1)) is None
        self.clock = Clock()
        self.nobody = self.door(None)
        if found:
            self.nobody.staff.found("admin", "管理员")
        self.nobody = self.door(None)
        self.admin = self.door("admin")
        if found:
            self.admin.units.add("hitech", name="高新区", name_en="Hi-tech Zone", kind="zone")
            for name, role, place in (
                ("manager.desk", "manager", {"unit": "bureau"}),
                ("verifier.desk", "verifier", {"unit": "bureau"}),
                ("second.verifier", "verifier", {"unit": "bureau"}),
                ("tokyo.desk", "ambassador", {"station": "tokyo"}),
                ("frankfurt.desk", "ambassador", {"station": "frankfurt"}),
                ("zone.desk", "ambassador", {"unit": "hitech"}),
                ("viewer.desk", "viewer", {"unit": "bureau"}),
            ):
                self.admin.staff.add(name, name, role=role, since="2022-01-01", **place)
        self.manager = self.door("manager.desk")
        self.verifier = self.door("verifier.desk")
        self.second_verifier = self.door("second.verifier")
        self.tokyo = self.door("tokyo.desk")
        self.frankfurt = self.door("frankfurt.desk")
        self.zone = self.door("zone.desk")
        self.viewer = self.door("viewer.desk")

    def door(self, actor: Staff | int | str | None, **options: Any) -> CRM:
        """Return a ``CRM`` for *actor* on this session and clock."""
        return CRM(self.session, actor, clock=self.clock, **options)

    @property
    def today(self) -> date:
        """The bureau's day."""
        return self.nobody.today

    def day(self, offset: int) -> date:
        """Return the day so many days from today."""
        return self.today + timedelta(days=offset)
