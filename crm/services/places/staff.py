"""Staff: their roles, and their stations or units."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from crm.errors import N_, AccessDenied, Conflict, InvalidInput, Problem, problem
from crm.models import Binding, Posting, Staff, Station, Unit
from crm.reads.places import queries as places
from crm.reads.places.activity import ActivityQuery
from crm.reads.places.activity_rows import AmbassadorRow
from crm.reads.places.ambassadors import ambassadors
from crm.reads.places.bindings import is_bound
from crm.reads.places.rows import StaffCard, StaffRow
from crm.refusals import nothing_changes
from crm.rules.access import Right, Role
from crm.rules.identities import IdentityKind
from crm.rules.places import StaffChanges, StaffFields, UnitKind
from crm.services.kernel.archiving import ensure_restorable
from crm.services.kernel.checks import NAME, REASON, Checks
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, find, spelled
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.periods import period
from crm.services.kernel.verbs import reads, writes
from crm.services.kernel.writing import Writing, ensure_all_open, ensure_free, replayed
from crm.services.places import bindings
from crm.services.places.stations import Stations
from crm.services.places.units import Units
from crm.values.identifiers import as_code
from crm.values.plain import plain

_IS_ADMIN = and_(Staff.role == Role.ADMIN, Staff.archived_at.is_(None))


class StaffService:
    """The staff; handed out by :class:`crm.CRM` as ``staff``."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._stations = Stations(context)
        self._units = Units(context)

    @reads(Right.READ)
    def get(self, ref: Staff | int | UUID | str) -> Staff:
        """Return the member of staff with this id, uid, username or name.

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

    @reads(Right.READ)
    def list(self, *, archived: bool = False) -> tuple[StaffRow, ...]:
        """Return the staff by username, including archived ones if *archived*. One statement."""
        return places.staff(self._context.session, archived=archived)

    @reads(Right.READ)
    def show(self, ref: Staff | int | UUID | str | None = None) -> StaffCard:
        """Return a member of staff, by default the actor, with the identities they are and were bound to.

        Two statements, and one for a name to look up.
        """
        context = self._context
        return places.staff_card(context.session, context.acting().id if ref is None else self.get(ref).id)

    @reads(Right.READ)
    def ambassadors(
        self,
        since: date | str,
        until: date | str,
        *,
        unit: Unit | int | UUID | str | None = None,
        station: Station | int | UUID | str | None = None,
    ) -> tuple[AmbassadorRow, ...]:
        """Return the work of each member of staff in a period, by username. One statement.

        It has visits, leads, requests and follow-ups. All ambassadors are listed; others if they did something or have
        open follow-ups.

        Args:
            since: The first day of the period, at the bureau.
            until: Its last day.
            unit: Those of one unit.
            station: Those of one station.

        Raises:
            InvalidInput: The days are none, or not in order; there is no such unit or station.
        """
        context = self._context
        where = []
        with Checks() as check:
            first, last = period(check, since, until)
            if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
                where.append(Staff.unit_id == home.id)
            if station is not None and (base := check.take(lambda: self._stations.get(station), "station")):
                where.append(Staff.station_id == base.id)
        return ambassadors(context.session, ActivityQuery(context.actor, first, last, context.today), where)

    @writes(None)
    def found(
        self,
        username: str,
        name: str,
        *,
        unit: str = "bureau",
        unit_name: str = "投资促进局",
        unit_name_en: str = "Investment Promotion Bureau",
        uid: UUID | str | None = None,
    ) -> Staff:
        """Add the first admin, and their unit, to a database without staff.

        The admin is also the author of this change.

        Args:
            username: Name for signing in and for the audit.
            name: Name as shown.
            unit: Code of their unit.
            unit_name: Its Chinese name.
            unit_name_en: Its English name.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            Conflict: There are staff already; an admin among them adds others. Or no admin is left among them.
        """
        context = self._context
        with Checks() as check:
            values = check.fields(StaffFields, {"username": username, "name": name})
            home = {
                "code": check.take(lambda: as_code(unit, "unit")),
                "name": check.text(unit_name, "unit_name", NAME),
                "name_en": check.text(unit_name_en, "unit_name_en", NAME),
            }
        lock_tables(context.session, Staff)
        found, identity = replayed(context, Staff, uid, {**values, **home})
        if found is not None:
            ensure_all_open(found)
            context.become(found)
            return found
        admins = count_admins(context.session)
        if admins is not None:
            founded = problem(N_("There are already staff."), N_("An admin adds others: crm staff add"), code="founded")
            raise Conflict(founded if admins else no_admin_left())
        with Writing(context, "staff.found", whole=bool(identity)) as write:
            bureau = Unit(**home, kind=UnitKind.DEPARTMENT)
            write.add(bureau)
            write.flush()
            staff = Staff(**values, **identity, role=Role.ADMIN, unit_id=bureau.id)
            write.add(staff)
            write.flush()
            write.add(self._posting(staff, 1, context.today))
            context.become(staff)
            if context.asks_binding():
                bindings.bind_founder(context, write, staff)
        return staff

    @writes(Right.STAFF_WRITE)
    def add(
        self,
        username: str,
        name: str,
        *,
        role: Role | str,
        station: Station | int | UUID | str | None = None,
        unit: Unit | int | UUID | str | None = None,
        since: date | str | None = None,
        uid: UUID | str | None = None,
    ) -> Staff:
        """Add a member of staff to a station or a unit.

        Args:
            username: Name for signing in and for the audit, such as ``tokyo.desk``.
            name: Name as shown.
            role: viewer, ambassador, manager, verifier or admin.
            station: Their station; either this or *unit*.
            unit: Their unit.
            since: Their first day there, by default today.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only an admin adds staff.
            Conflict: The username, or the uid with other content, is in use.
        """
        context = self._context
        self._take_turn()
        with Checks() as check:
            place = self._place(check, station, unit)
            values = {**check.fields(StaffFields, {"username": username, "name": name, "role": role}), **place}
            day = check.day(context.today if since is None else since, "since")
        found, identity = replayed(context, Staff, uid, values | {"since": None if since is None else plain(day)})
        if found is not None:
            return found
        self._ensure_place_open(values)
        ensure_free(context, Staff.username, values["username"])
        with Writing(context, "staff.add", whole=bool(identity)) as write:
            staff = Staff(**values, **identity)
            write.add(staff)
            write.flush()
            write.add(self._posting(staff, 1, day))
        return staff

    @writes(Right.STAFF_WRITE)
    def move(
        self,
        ref: Staff | int | UUID | str,
        *,
        station: Station | int | UUID | str | None = None,
        unit: Unit | int | UUID | str | None = None,
        role: Role | str | None = None,
        since: date | str | None = None,
        reason: str | None = None,
    ) -> Staff:
        """Give a member of staff another station, unit or role from a day. Past meetings keep the old one.

        Raises:
            InvalidInput: Arguments that cannot be meant, or a day before their last posting.
            AccessDenied: Only an admin does this.
            Archived: They have left.
        """
        context = self._context
        self._take_turn()
        staff = self.get(ref)
        last = self._last_posting(staff)
        with Checks() as check:
            values: dict[str, Any] = {} if station is None and unit is None else self._place(check, station, unit)
            if role is not None:
                values["role"] = check.choice(Role, role, "role")
            day = check.day(context.today if since is None else since, "since", not_after=context.today)
            why = check.text(reason, "reason", REASON, required=False)
            demoted = staff.role is Role.ADMIN and values.get("role", Role.ADMIN) is not Role.ADMIN
            if demoted and self._is_last_admin(staff):
                check.add(_last_admin())
            if not values:
                check.add(nothing_changes(N_("Name a station, a unit or a role.")))
            if day is not None and day < last.since:
                check.wrong(
                    N_("{day} is before the last posting on {since}."),
                    N_("Postings must be recorded in order."),
                    field="since",
                    code="order",
                    day=day,
                    since=last.since,
                )
        self._ensure_place_open(values)
        with Writing(context, "staff.move", why) as write:
            write.change(staff, **values)
            write.add(self._posting(staff, last.number + 1, day))
        return staff

    @writes(Right.STAFF_WRITE)
    def edit(
        self, ref: Staff | int | UUID | str, *, version: int | None = None, **changes: Unpack[StaffChanges]
    ) -> Staff:
        """Change the passed fields. The audit and all records keep the person, not the name.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only an admin does this.
            Archived: They have left.
            Conflict: The username is in use.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        staff = self.get(ref)
        with Checks() as check:
            values = check.fields(StaffChanges, changes)
        if values.get("username", staff.username) != staff.username:
            ensure_free(context, Staff.username, values["username"])
        with Writing(context, "staff.edit") as write:
            write.change(staff, version=version, **values)
        return staff

    @writes(Right.STAFF_WRITE)
    def restore(
        self,
        ref: Staff | int | UUID | str,
        *,
        reason: str,
        station: Station | int | UUID | str | None = None,
        unit: Unit | int | UUID | str | None = None,
    ) -> Staff:
        """Restore an archived member of staff, at their last place or at another one from today.

        Raises:
            InvalidInput: The reason is missing; a station and a unit are named.
            AccessDenied: Only an admin does this.
            Archived: Their place is archived.
            Conflict: They are not archived.
        """
        context = self._context
        self._take_turn()
        staff = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            moved: dict[str, Any] = {} if station is None and unit is None else self._place(check, station, unit)
        ensure_restorable(staff)
        self._ensure_place_open({"station_id": staff.station_id, "unit_id": staff.unit_id} | moved)
        with Writing(context, "staff.restore", why) as write:
            write.change(staff, even_archived=True, archived_at=None, **moved)
            if moved:
                write.add(self._posting(staff, self._last_posting(staff).number + 1, context.today))
        return staff

    @writes(Right.STAFF_WRITE)
    def archive(self, ref: Staff | int | UUID | str, *, reason: str) -> Staff:
        """Archive a member of staff who left: they can no longer act, and their records keep their name.

        Raises:
            InvalidInput: The reason is missing, or it is the last admin.
            AccessDenied: Only an admin does this, and never to themselves.
            Archived: They are archived already.
        """
        context = self._context
        self._take_turn()
        staff = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        if staff.role is Role.ADMIN and self._is_last_admin(staff):
            raise InvalidInput(_last_admin())
        if staff.id == context.acting().id:
            raise AccessDenied(
                problem(
                    N_("{actor} cannot archive themselves."),
                    N_("Ask another admin."),
                    code="own_matter",
                    actor=staff.username,
                )
            )
        with Writing(context, "staff.archive", why) as write:
            write.change(staff, archived_at=context.now())
        return staff

    @writes(Right.STAFF_WRITE)
    def bind(
        self,
        ref: Staff | int | UUID | str,
        kind: IdentityKind | str | None = None,
        name: str | None = None,
    ) -> Binding:
        """Bind a member of staff to a proven identity; a repeated call changes nothing.

        Once an admin is bound, only a bound admin binds, whatever the policy.

        Args:
            ref: Who.
            kind: os, role or host; without kind and name, the identity at hand, for the actor alone.
            name: The user of the operating system, the role of the database, or what the host says.

        Raises:
            InvalidInput: A kind that proves nothing on this database, or no name.
            AccessDenied: Only an admin does this, and only a bound one if there is any.
            Conflict: The identity is bound to another.
            Archived: They have left.
        """
        self._take_turn()
        return bindings.bind(self._context, self.get(ref), kind, name)

    @writes(Right.STAFF_WRITE)
    def unbind(
        self,
        ref: Staff | int | UUID | str,
        kind: IdentityKind | str | None = None,
        name: str | None = None,
        *,
        reason: str | None = None,
    ) -> tuple[Binding, ...]:
        """End a binding of a member of staff, or all of them; the row stays, with its end.

        Args:
            ref: Who.
            kind: os, role or host; None for all.
            name: The user, the role, or what the host says; None for all.
            reason: Why.

        Raises:
            InvalidInput: There is no such binding; the policy asks for bound staff, and no other admin is bound.
            AccessDenied: Only an admin does this, and only a bound one if there is any.
        """
        self._take_turn()
        staff = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON, required=False)
            ended = bindings.chosen(self._context, check, staff, kind, name)
            if staff.role is Role.ADMIN and bindings.is_last_bound_admin(self._context, staff, ended):
                check.add(_last_admin())
        return bindings.end(self._context, ended, why)

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
        another = select(Staff.id).where(_IS_ADMIN, Staff.id != staff.id)
        if self._context.asks_binding():
            another = another.where(is_bound())
        return self._context.session.scalar(another.limit(1)) is None

    def _ensure_place_open(self, values: dict[str, Any]) -> None:
        places = ((Station, values.get("station_id")), (Unit, values.get("unit_id")))
        ensure_all_open(*(self._context.session.get(model, number) for model, number in places if number is not None))

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


def count_admins(session: Session) -> int | None:
    """Return the number of active admins; None if there were never any staff. One statement."""
    everybody, admins = session.execute(select(func.count(), func.count().filter(_IS_ADMIN)).select_from(Staff)).one()
    return admins if everybody else None


def no_admin_left() -> Problem:
    """Return the problem of a database with staff but no admin."""
    return problem(
        N_("No administrator is left: all former ones are archived or have another role."),
        N_(
            "Restore a backup that has one (SQLite: crm db restore FILE); or let the database owner set "
            "the role of one person in the table crm_staff to admin, which crm audit verify will report."
        ),
        code="no_admin",
    )


def _last_admin() -> Problem:
    return problem(
        N_("This is the last admin who can act."),
        N_("Add another one first: crm staff add … --role admin; where the policy asks for it: crm staff bind"),
        code="last_admin",
    )
