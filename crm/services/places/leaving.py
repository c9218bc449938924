"""Archiving, restoring and editing staff."""

from __future__ import annotations

from typing import Any, Unpack

from crm.errors import N_, AccessDenied, InvalidInput, problem
from crm.models import Staff
from crm.rules.access import Right, Role
from crm.rules.kernel.checks import Checks
from crm.rules.places import StaffChanges
from crm.services.kernel.archiving import ensure_restorable
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import StaffRef, StationRef, UnitRef
from crm.services.kernel.sight import ensure_heir_sees
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_free
from crm.services.places.base import StaffBase, last_admin
from crm.services.places.open_work import RELATIONS, Parting, hand_on
from crm.values.text import REASON


class StaffLeaving(StaffBase):
    """The part of the staff's service for leaving, coming back and corrections."""

    @writes(Right.STAFF_WRITE)
    def edit(self, ref: StaffRef, *, version: int | None = None, **changes: Unpack[StaffChanges]) -> Staff:
        """Change the passed fields. The audit and all records keep the person, not the name.

        Args:
            ref: The member of staff, by username, id or uid.
            version: The version the caller saw.
            **changes: The fields of :class:`StaffChanges`; an absent one stays.

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
        ref: StaffRef,
        *,
        reason: str,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
    ) -> Staff:
        """Restore an archived member of staff, at their last place or at another one from today.

        Args:
            ref: The member of staff, by username, id or uid.
            reason: Why.
            station: The station to return to.
            unit: The unit to return to; by default the last station or unit.

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
    def archive(
        self,
        ref: StaffRef,
        *,
        reason: str,
        to: StaffRef | None = None,
        leave_open: str | None = None,
    ) -> Staff:
        """Archive a member of staff who left: they can no longer act, and their records keep their name.

        Args:
            ref: Who.
            reason: Why.
            to: Who takes over their open leads, follow-ups, requests and trips.
            leave_open: Why these stay with them, where nobody takes over.

        Raises:
            InvalidInput: The reason is missing, it is the last admin, or the successor may not see a confidential lead
                that they would get work on.
            AccessDenied: Only an admin does this, and never to themselves.
            Archived: They are archived already, or the successor is.
            Conflict: They have open work, and neither *to* nor *leave_open* is given.
        """
        context = self._context
        self._take_turn()
        staff = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            parting = Parting.read(check, staff, self.get, to, leave_open)
        if staff.role is Role.ADMIN and self._is_last_admin(staff):
            raise InvalidInput(last_admin())
        if staff.id == context.acting().id:
            raise AccessDenied(
                problem(
                    N_("{actor} cannot archive themselves."),
                    N_("Ask another admin."),
                    code="own_matter",
                    actor=staff.username,
                )
            )
        # Wait for transactions that are giving them work.
        lock_rows(context.session, Staff, [staff.id], referred=True)
        parting.settle(context.session, staff, context.today)
        if parting.heir is not None:
            held = [(relation.column, relation.open_on(context.today)) for relation in RELATIONS[Staff]]
            ensure_heir_sees(context, staff, parting.heir, held)
        with Writing(context, "staff.archive", parting.reason(why), whole=parting.heir is not None) as write:
            write.change(staff, archived_at=context.now())
            if parting.heir is not None:
                hand_on(write, staff, parting.heir, why)
        return staff
