"""Merges of two records of one company or person: planned, then carried out in one transaction, and undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Unpack
from uuid import UUID

from sqlalchemy import Date, Enum

from crm.errors import N_, Conflict
from crm.models import Contact, Investor, Merge, Ownership, Referral
from crm.models.base import Base
from crm.reads.kernel.listing import Listing
from crm.reads.merges import queries as reports
from crm.reads.merges.rows import ChoiceRow, MergePlan, MergeRow, MovingRow
from crm.refusals import not_one_of
from crm.rules.access import Right
from crm.rules.investors.contacts import ContactFields
from crm.rules.investors.fields import InvestorFields
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import merged
from crm.rules.kernel.paging import Paging
from crm.services.investors.base import FindsInvestors
from crm.services.investors.loading import LoadsContacts
from crm.services.kernel.context import Context
from crm.services.kernel.finding import find
from crm.services.kernel.locks import lock_rows, lock_tables
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, replayed
from crm.services.merges import identifiers as merge_identifiers
from crm.services.merges import transfer
from crm.services.merges.conflicts import conflicts
from crm.services.merges.obstacles import obstacles
from crm.values.plain import plain
from crm.values.text import REASON

Ref = Investor | Contact | int | UUID | str
Side = Literal["survivor", "absorbed"]
_SIDES = ("survivor", "absorbed")
#: Fields that a person chooses between.
CHOSEN: Mapping[transfer.Kind, tuple[str, ...]] = {
    Investor: merged(InvestorFields),
    Contact: merged(ContactFields),
}
#: The same, with the numbers of which a company has one.
_CHOICES: Mapping[transfer.Kind, tuple[str, ...]] = {
    Investor: (*CHOSEN[Investor], *merge_identifiers.FIELDS),
    Contact: CHOSEN[Contact],
}


class Merges(FindsInvestors, LoadsContacts):
    """Merges of investors, or of contacts if *person*; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.RECORD_MERGE)
    def plan(
        self,
        survivor: Ref,
        absorbed: Ref,
        *,
        person: bool = False,
        prefer: Side = "survivor",
        choices: Mapping[str, Side] | None = None,
        mistaken: bool = False,
    ) -> MergePlan:
        """Return what a merge would do: the rows that move, the values that win, and the obstacles. Writes nothing.

        Args:
            survivor: The record that stays.
            absorbed: The record that is taken into it.
            person: They are contacts.
            prefer: Whose values win where both have one.
            choices: Field by field, whose value wins: of an investor those of
                :class:`crm.rules.investors.fields.InvestorFields`; of a contact those of
                :class:`crm.rules.investors.contacts.ContactFields`. Where both
                have a number of which a company has one, it has to be chosen, by its scheme: uscc, lei, jp_cn, hk_brn.
            mistaken: Declaring them distinct was a mistake; otherwise it is an obstacle.

        Raises:
            InvalidInput: Invalid choices.
            AccessDenied: Only a manager or an admin merges.
        """
        with Checks() as check:
            stays, goes, _ = self._read(check, survivor, absorbed, person=person, prefer=prefer, choices=choices)
            wrong = check.flag(mistaken, "mistaken")
        return self._plan(stays, goes, prefer, choices or {}, mistaken=wrong)[0]

    @writes(Right.RECORD_MERGE)
    def merge(
        self,
        survivor: Ref,
        absorbed: Ref,
        *,
        reason: str,
        person: bool = False,
        prefer: Side = "survivor",
        choices: Mapping[str, Side] | None = None,
        mistaken: bool = False,
        uid: UUID | str | None = None,
    ) -> Merge:
        """Merge one record into another: everything that refers to it moves, and its ids and names find the survivor.

        A merge is atomic; the number of statements does not grow with the rows. Arguments as for :meth:`plan`.

        Args:
            survivor: The record that stays.
            absorbed: The record that is taken into it.
            reason: Why they are the same.
            person: They are contacts.
            prefer: Whose values win where both have one.
            choices: Field by field, whose value wins.
            mistaken: Declaring them distinct was a mistake.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid choices; the reason is missing.
            AccessDenied: Only a manager or an admin merges.
            Conflict: There are obstacles, all of them named; see the plan.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            stays, goes, kind = self._read(check, survivor, absorbed, person=person, prefer=prefer, choices=choices)
            wrong = check.flag(mistaken, "mistaken")
        content = {
            "survivor": str(stays.uid),
            "absorbed": str(goes.uid),
            "prefer": prefer,
            "choices": dict(choices or {}),
            "reason": why,
            "mistaken": wrong,
        }
        found, identity = replayed(context, Merge, uid, content)
        if found is not None:
            return found
        self._lock(kind, stays, goes)
        plan, rivals = self._plan(stays, goes, prefer, choices or {}, mistaken=wrong)
        if plan.clashes:
            raise Conflict(*plan.clashes)
        values = {
            row.field: getattr(goes, row.field)
            for row in plan.fields
            if row.wins == "absorbed" and row.field in CHOSEN[kind]
        }
        before = {field: [plain(getattr(stays, field)), plain(value)] for field, value in values.items()}
        now = context.now()
        with Writing(context, f"{_NOUNS[kind]}.merge", why, whole=True) as write:
            made = Merge(
                **identity,
                **_pair(kind, stays.id, goes.id),
                merged_at=now,
                actor_id=actor.id,
                reason=why,
                before=before,
            )
            write.add(made)
            write.change(stays, **values)
            write.change(goes, archived_at=now)
            write.flush()
            merge_identifiers.give_way(write, made, rivals, choices or {})
            transfer.move(context.session, made.id, kind, goes.id, stays.id)
            write.sign_together(made)
            transfer.sign(write, made, kind, back=False)
        self._forget()
        return made

    @writes(Right.RECORD_MERGE)
    def undo(self, merge: Merge | int | UUID | str, *, reason: str) -> Merge:
        """Undo a merge: everything it moved goes back, and the survivor gets its old values.

        Records added since to what had moved belong to both; they are named, and the merge stays.

        Args:
            merge: The merge, by number or uid.
            reason: Why they are different after all.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin does this.
            Conflict: It is undone already; a later merge depends on it; the person was erased; something was recorded
                since that belongs to both, or a value or number that it changed was changed again. All of it is named.
        """
        context = self._context
        actor = context.acting()
        done = find(context.session, Merge, merge, what="merge")
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        kind: transfer.Kind = Investor if done.survivor_investor_id is not None else Contact
        stays: Any = context.session.get_one(kind, done.survivor_investor_id or done.survivor_contact_id)
        goes: Any = context.session.get_one(kind, done.absorbed_investor_id or done.absorbed_contact_id)
        self._lock(kind, stays, goes)
        in_the_way = tuple(obstacles(context, done, kind, stays))
        if in_the_way:
            raise Conflict(*in_the_way)
        old = {field: _as_column(stays, field, pair[0]) for field, pair in done.before.items()}
        now, verb = context.now(), f"{_NOUNS[kind]}.unmerge"
        with Writing(context, verb, why, whole=True) as write:
            write.change(done, undone_at=now, undone_by_id=actor.id, undone_reason=why)
            write.change(stays, **old)
            write.change(goes, even_archived=True, archived_at=None)
            transfer.move_back(context.session, done.id, kind, goes.id, stays.id)
            if kind is Investor:
                merge_identifiers.come_back(write, done)
            transfer.sign(write, done, kind, back=True)
        self._forget()
        return done

    @lists(Right.READ)
    def list(self, *, person: bool = False, undone: bool = False, **paging: Unpack[Paging]) -> Listing[MergeRow]:
        """Return merges, latest first; with the undone ones if *undone*. One statement.

        Args:
            person: Whether merges of contacts are returned instead of merges of investors.
            undone: Whether undone ones are included.
        """
        with Checks() as check:
            kind: transfer.Kind = Contact if check.flag(person, "person") else Investor
            every, window = check.flag(undone, "undone"), check.window(paging)
        return reports.merges(self._context.session, kind, undone=every).within(window)

    def _read(
        self, check: Checks, survivor: Ref, absorbed: Ref, *, person: bool, prefer: object, choices: object
    ) -> tuple[Any, Any, transfer.Kind]:
        kind: transfer.Kind = Contact if check.flag(person, "person") else Investor
        exactly = self._contacts.exactly if kind is Contact else self._investors.exactly
        stays = check.take(lambda: exactly(survivor), "survivor")  # type: ignore[arg-type]
        goes = check.take(lambda: exactly(absorbed), "absorbed")  # type: ignore[arg-type]
        sides = [("prefer", prefer), *(choices.items() if isinstance(choices, Mapping) else ())]
        check.add(*(not_one_of(value, _SIDES, str(field)[:40]) for field, value in sides if value not in _SIDES))
        strange = [str(field)[:40] for field, _ in sides[1:] if field not in _CHOICES[kind]]
        if strange or not (choices is None or isinstance(choices, Mapping)):
            check.wrong(
                N_("There is nothing to choose for {fields}."),
                N_("Choose for: {known}."),
                field="choices",
                code="field",
                fields=", ".join(strange) or str(choices)[:40],
                known=", ".join(_CHOICES[kind]),
            )
        return stays, goes, kind

    def _plan(
        self, stays: Any, goes: Any, prefer: Side, choices: Mapping[str, Side], *, mistaken: bool
    ) -> tuple[MergePlan, tuple[merge_identifiers.Rivals, ...]]:
        context, kind = self._context, type(stays)
        moves = transfer.counts(context.session, kind, goes.id, stays.id) if stays is not goes else {}
        rivals = merge_identifiers.rivals(context, stays, goes) if kind is Investor else ()
        plan = MergePlan(
            survivor_id=stays.id,
            survivor=stays.name,
            absorbed_id=goes.id,
            absorbed=goes.name,
            moves=tuple(MovingRow(record=record, field=field, rows=rows) for (record, field), rows in moves.items()),
            fields=(
                *(
                    ChoiceRow(
                        field=field,
                        survivor=plain(mine),
                        absorbed=plain(theirs),
                        wins=choices.get(field)
                        or ("absorbed" if mine is None else "survivor" if theirs is None else prefer),
                    )
                    for field in CHOSEN[kind]
                    if (mine := getattr(stays, field)) != (theirs := getattr(goes, field))
                ),
                *merge_identifiers.choices_of(rivals, choices),
            ),
            clashes=(
                *conflicts(context, kind, stays, goes, mistaken=mistaken),
                *merge_identifiers.unchosen(rivals, choices),
            ),
        )
        return plan, rivals

    def _lock(self, kind: transfer.Kind, *records: Investor | Contact) -> None:
        """Lock both records in the order of their ids, so that merges of the same pair are serialised."""
        session = self._context.session
        # A concurrent referral or membership in a group would change the obstacles.
        lock_tables(session, Ownership, Referral)
        lock_rows(session, kind, {record.id for record in records}, referred=True)
        for record in records:
            session.refresh(record)

    def _forget(self) -> None:
        """Expire the loaded records, because rows were moved in SQL."""
        for record in list(self._context.session.identity_map.values()):
            if isinstance(record, Base):
                self._context.session.expire(record)


_NOUNS: Mapping[transfer.Kind, str] = {Investor: "investor", Contact: "contact"}


def _pair(kind: transfer.Kind, survivor: int, absorbed: int) -> dict[str, int]:
    noun = _NOUNS[kind]
    return {f"survivor_{noun}_id": survivor, f"absorbed_{noun}_id": absorbed}


def _as_column(record: Any, field: str, value: Any) -> Any:
    """Return a JSON value in the type of its column."""
    column = type(record).__table__.c[field].type
    if value is None:
        return None
    if isinstance(column, Date):
        return date.fromisoformat(value)
    return column.python_type(value) if isinstance(column, Enum) else value
