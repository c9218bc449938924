"""Units: districts, functional zones, departments and municipal enterprises."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from sqlalchemy import select

from crm.models import Staff, Unit
from crm.reads.kernel.listing import Known, Listing
from crm.reads.places import queries as places
from crm.reads.places.rows import UnitRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.places import UnitChanges, UnitFields, UnitKind
from crm.services.kernel.archiving import ensure_restorable
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, find, spelled
from crm.services.kernel.locks import lock_rows, lock_tables
from crm.services.kernel.refs import UnitRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_free, replayed
from crm.services.places.open_work import Parting, hand_on
from crm.services.places.unit_claims import UnitClaims
from crm.values.text import REASON


class Units:
    """The units that own leads and targets; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: Unit | int | UUID | str) -> Unit:
        """Return the unit of this id, uid, code or name.

        Args:
            ref: The unit: its id, uid, code or name.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
            Ambiguous: Several names fit.
        """
        return find(
            self._context.session,
            Unit,
            ref,
            what="unit",
            codes=[Unit.code],
            search=lambda text, whole: (
                select(Unit.id, Unit.name)
                .where(
                    containing(spelled(Unit.name), text, whole=whole)
                    | containing(spelled(Unit.name_en), text, whole=whole)
                )
                .order_by(Unit.id)
            ),
        )

    @lists(Right.READ)
    def list(self, *, archived: bool = False, **paging: Unpack[Paging]) -> Listing[UnitRow]:
        """Return the units by kind and code, including archived ones if *archived*. One statement.

        Args:
            archived: Whether archived ones are included.
        """
        return Known.of(self._context.session, places.units(self._context.session, archived=archived), paging)

    @writes(Right.UNIT_WRITE)
    def add(self, code: str, *, name: str, name_en: str, kind: UnitKind | str, uid: UUID | str | None = None) -> Unit:
        """Add a unit.

        Args:
            code: Short name people type, such as ``gaoxin``.
            name: Chinese name.
            name_en: English name.
            kind: district, zone, department or enterprise.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only an admin adds units.
            Conflict: The code, or the uid with other content, is in use.
        """
        context = self._context
        with Checks() as check:
            values = check.fields(UnitFields, {"code": code, "name": name, "name_en": name_en, "kind": kind})
        found, identity = replayed(context, Unit, uid, values)
        if found is not None:
            return found
        ensure_free(context, Unit.code, values["code"])
        with Writing(context, "unit.add", whole=bool(identity)) as write:
            unit = Unit(**values, **identity)
            write.add(unit)
        return unit

    @writes(Right.UNIT_WRITE)
    def archive(
        self,
        ref: UnitRef,
        *,
        reason: str,
        to: UnitRef | None = None,
        leave_open: str | None = None,
    ) -> Unit:
        """Archive a unit: its records stay; new work is refused.

        Args:
            ref: The unit.
            reason: Why.
            to: The unit that takes over its open leads, requests and trips, its claims and its staff.
            leave_open: Why these stay with it, where no unit takes over; its claims are released.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only an admin does this.
            Archived: It is already archived, or the successor is.
            Conflict: It has open work, and neither *to* nor *leave_open* is given.
        """
        context = self._context
        lock_tables(context.session, Staff)
        unit = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            parting = Parting.read(check, unit, self.get, to, leave_open)
        # Wait for transactions that are giving it work.
        lock_rows(context.session, Unit, [unit.id], referred=True)
        parting.settle(context.session, unit, context.today)
        claims = UnitClaims(context, unit)
        with Writing(context, "unit.archive", parting.reason(why), whole=True) as write:
            write.change(unit, archived_at=context.now())
            if parting.heir is not None:
                hand_on(write, unit, parting.heir, why)
            claims.end(write, parting.heir, parting.reason(why))
        return unit

    @writes(Right.UNIT_WRITE)
    def restore(self, ref: UnitRef, *, reason: str) -> Unit:
        """Restore an archived unit.

        Args:
            ref: The unit: its id, uid, code or name.
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only an admin does this.
            Conflict: It is not archived.
        """
        context = self._context
        unit = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        ensure_restorable(unit)
        with Writing(context, "unit.restore", why) as write:
            write.change(unit, even_archived=True, archived_at=None)
        return unit

    @writes(Right.UNIT_WRITE)
    def edit(self, ref: UnitRef, *, version: int | None = None, **changes: Unpack[UnitChanges]) -> Unit:
        """Change the passed fields.

        Args:
            ref: The unit, by code, name, id or uid.
            version: The version the caller saw.
            **changes: The fields of :class:`UnitChanges`; an absent one stays.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only an admin does this.
            Archived: It is archived.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        unit = self.get(ref)
        with Checks() as check:
            values = check.fields(UnitChanges, changes)
        with Writing(context, "unit.edit") as write:
            write.change(unit, version=version, **values)
        return unit
