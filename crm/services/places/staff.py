"""Staff: their roles, and their stations or units."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.errors import N_, Conflict, Problem, problem
from crm.models import Binding, Staff, Unit
from crm.reads.kernel.listing import Known, Listing
from crm.reads.places import queries as places
from crm.reads.places.activity import ActivityQuery
from crm.reads.places.activity_rows import AmbassadorRow
from crm.reads.places.ambassadors import ambassadors
from crm.reads.places.rows import StaffCard, StaffRow
from crm.refusals import nothing_changes
from crm.rules.access import Right, Role
from crm.rules.identities import IdentityKind
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.places import StaffFields, UnitKind
from crm.services.kernel.locks import lock_tables
from crm.services.kernel.periods import PeriodRef, period_of
from crm.services.kernel.refs import StaffRef, StationRef, UnitRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_all_open, ensure_free, replayed
from crm.services.places import bindings
from crm.services.places.base import IS_ADMIN, last_admin
from crm.services.places.leaving import StaffLeaving
from crm.services.places.open_work import beyond_role
from crm.values.identifiers import as_code
from crm.values.plain import plain
from crm.values.text import NAME, REASON

_BEYOND = N_(
    "The role {role} cannot do this work. Hand it over first: crm lead handover, crm todo edit --owner, crm request assign"
)


class StaffService(StaffLeaving):
    """The staff; handed out by :class:`crm.CRM` as ``staff``."""

    @lists(Right.READ)
    def list(self, *, archived: bool = False, **paging: Unpack[Paging]) -> Listing[StaffRow]:
        """Return the staff by username, including archived ones if *archived*. One statement.

        Args:
            archived: Whether archived ones are included.
        """
        return Known.of(self._context.session, places.staff(self._context.session, archived=archived), paging)

    @reads(Right.READ)
    def show(self, ref: StaffRef | None = None) -> StaffCard:
        """Return a member of staff, by default the actor, with the identities they are and were bound to.

        Two statements, and one for a name to look up.

        Args:
            ref: The member of staff: their id, uid, username or name; None: the actor.
        """
        context = self._context
        return places.staff_card(context.session, context.acting().id if ref is None else self.get(ref).id)

    @reads(Right.READ)
    def ambassadors(
        self,
        period: PeriodRef | None = None,
        *,
        unit: UnitRef | None = None,
        station: StationRef | None = None,
    ) -> tuple[AmbassadorRow, ...]:
        """Return the work of each member of staff in a period, by username. One statement.

        It has visits, leads, requests and follow-ups. All ambassadors are listed; others if they did something or have
        open follow-ups.

        Args:
            period: Days at the bureau: a year, text such as ``2023-02``, or this year.
            unit: Those of one unit.
            station: Those of one station.

        Raises:
            InvalidInput: It is not a period; there is no such unit or station.
        """
        context = self._context
        where = []
        with Checks() as check:
            span = period_of(check, period, context.today)
            if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
                where.append(Staff.unit_id == home.id)
            if station is not None and (base := check.take(lambda: self._stations.get(station), "station")):
                where.append(Staff.station_id == base.id)
        query = ActivityQuery(context.actor, span.start, span.last, context.today, context.policy())
        return ambassadors(context.session, query, where)

    @writes(None, dangerous=True)
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
        station: StationRef | None = None,
        unit: UnitRef | None = None,
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
        ref: StaffRef,
        *,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        role: Role | str | None = None,
        since: date | str | None = None,
        reason: str | None = None,
    ) -> Staff:
        """Give a member of staff another station, unit or role from a day. Past meetings keep the old one.

        Args:
            ref: The member of staff, by username, id or uid.
            station: The new station; it takes the place of a unit.
            unit: The new unit; it takes the place of a station.
            role: The new role; by default the present one.
            since: The first day of the new posting, by default today.
            reason: Why.

        Raises:
            InvalidInput: Invalid arguments, or a day before their last posting.
            AccessDenied: Only an admin does this.
            Archived: They have left.
            Conflict: They have open work that the new role cannot do; all of it is named.
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
                check.add(last_admin())
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
        if found := beyond_role(context.session, staff, context.today, values.get("role", staff.role), _BEYOND):
            raise Conflict(*found)
        with Writing(context, "staff.move", why) as write:
            write.change(staff, **values)
            write.add(self._posting(staff, last.number + 1, day))
        return staff

    @writes(Right.STAFF_WRITE, dangerous=True)
    def bind(
        self,
        ref: StaffRef,
        kind: IdentityKind | str | None = None,
        name: str | None = None,
    ) -> Binding:
        """Bind a member of staff to a proven identity; a repeated call changes nothing.

        Once an admin is bound, only a bound admin binds, whatever the policy.

        Args:
            ref: Who.
            kind: os, role or host; without kind and name, the present identity, for the actor alone.
            name: The user of the operating system, the role of the database, or what the host says.

        Raises:
            InvalidInput: A kind that proves nothing on this database, or no name.
            AccessDenied: Only an admin does this, and only a bound one if there is any.
            Conflict: The identity is bound to another.
            Archived: They have left.
        """
        self._take_turn()
        return bindings.bind(self._context, self.get(ref), kind, name)

    @writes(Right.STAFF_WRITE, dangerous=True)
    def unbind(
        self,
        ref: StaffRef,
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
            InvalidInput: There is no such binding; the policy requires bound staff, and no other admin is bound.
            AccessDenied: Only an admin does this, and only a bound one if there is any.
        """
        self._take_turn()
        staff = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON, required=False)
            ended = bindings.chosen(self._context, check, staff, kind, name)
            if staff.role is Role.ADMIN and bindings.is_last_bound_admin(self._context, staff, ended):
                check.add(last_admin())
        return bindings.end(self._context, ended, why)


def count_admins(session: Session) -> int | None:
    """Return the number of active admins; None if there were never any staff. One statement."""
    everybody, admins = session.execute(select(func.count(), func.count().filter(IS_ADMIN)).select_from(Staff)).one()
    return admins if everybody else None


def no_admin_left() -> Problem:
    """Return the problem of a database with staff but no admin."""
    return problem(
        N_("No administrator is left: all former ones are archived or have another role."),
        N_("Let the owner of the database make one: crm db recover-admin USER --reason TEXT"),
        code="no_admin",
    )
