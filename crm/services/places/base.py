"""What the verbs on staff share: finding them, their place, and the lock on all staff."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from crm.errors import N_, Problem, problem
from crm.models import Posting, Staff, Station, Unit
from crm.reads.places.bindings import is_bound
from crm.rules.access import Right, Role
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, find, spelled
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.verbs import reads
from crm.services.kernel.writing import ensure_all_open
from crm.services.places.stations import Stations
from crm.services.places.units import Units

IS_ADMIN = and_(Staff.role == Role.ADMIN, Staff.archived_at.is_(None))


class StaffBase:
    """Finds staff and their places."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stations = Stations(context)
        self._units = Units(context)

    @reads(Right.READ)
    def get(self, ref: Staff | int | UUID | str) -> Staff:
        """Return the member of staff with this id, uid, username or name.

        Args:
            ref: The member of staff: their id, uid, username or name.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
            Ambiguous: Several names fit.
        """
        return find(
            self._context.session,
            Staff,
            ref,
            what="staff",
            codes=[Staff.username],
            search=lambda text, whole: (
                select(Staff.id, Staff.name)
                .where(containing(spelled(Staff.name), text, whole=whole))
                .order_by(Staff.id)
            ),
        )

    def _place(self, check: Checks, station: object, unit: object) -> dict[str, int | None]:
        if (station is None) == (unit is None):
            check.wrong(
                N_("Staff must belong to either a station or a unit."),
                N_("Name one: --station … or --unit …"),
                field="station",
                code="place",
            )
            return {}
        get: Any = self._stations.get if station is not None else self._units.get
        at = check.take(lambda: get(unit if station is None else station), "unit" if station is None else "station")
        number = at.id if at is not None else None
        return {"station_id": number if station is not None else None, "unit_id": number if station is None else None}

    def _take_turn(self) -> None:
        """Lock the table of staff, and check the actor's role after the lock.

        Without it two admins could archive each other at the same moment and leave none.
        """
        lock_tables(self._context.session, Staff)
        self._context.require_now(Right.STAFF_WRITE)

    def _is_last_admin(self, staff: Staff) -> bool:
        another = select(Staff.id).where(IS_ADMIN, Staff.id != staff.id)
        if self._context.asks_binding():
            another = another.where(is_bound())
        return self._context.session.scalar(another.limit(1)) is None

    def _ensure_place_open(self, values: dict[str, Any]) -> None:
        session, station, unit = self._context.session, values.get("station_id"), values.get("unit_id")
        ensure_all_open(
            None if station is None else session.get(Station, station),
            None if unit is None else session.get(Unit, unit),
        )

    def _last_posting(self, staff: Staff) -> Posting:
        postings = select(Posting).where(Posting.staff_id == staff.id)
        return self._context.session.scalars(postings.order_by(Posting.number.desc()).limit(1)).one()

    def _posting(self, staff: Staff, number: int, since: date) -> Posting:
        return Posting(
            staff_id=staff.id,
            number=number,
            role=staff.role,
            station_id=staff.station_id,
            unit_id=staff.unit_id,
            since=since,
            recorded_at=self._context.now(),
        )


def last_admin() -> Problem:
    """Return the problem of taking the last admin away."""
    return problem(
        N_("This is the last admin who can act."),
        N_("Add another one first: crm staff add … --role admin; if the policy requires it: crm staff bind"),
        code="last_admin",
    )
