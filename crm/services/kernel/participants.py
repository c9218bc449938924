"""The participants of a meeting on both sides, matched in one statement for each side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from uuid import UUID

from attrs import frozen
from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from crm.errors import N_
from crm.models import Contact, Employment, Investor, Merge, Posting, Staff
from crm.models.base import standing
from crm.refusals import RESTORE_IT, ambiguous, is_archived, no_reference, not_found
from crm.rules.access import Role
from crm.rules.kernel.checks import Checks
from crm.services.kernel.finding import several
from crm.services.kernel.refs import ContactRef, StaffRef
from crm.values.moments import bureau_day
from crm.values.numbers import number_of
from crm.values.text import comparison_key, text_problem

#: A contact at work: id, uid, name, key, archived, erased, id of the employment, since, until, other name, its key.
Employed = Row[
    int, UUID, str, str, datetime | None, datetime | None, int, date | None, date | None, str | None, str | None
]
#: The number of names listed in an error.
_LISTED = 8


@frozen
class Person:
    """A contact with their employment at the investor on that day."""

    contact_id: int
    employment_id: int
    name: str


@frozen
class Colleague:
    """A member of our staff, with station and unit on that day and the role of now; archived by now or not."""

    id: int
    username: str
    role: Role
    station_id: int | None
    unit_id: int | None
    archived: bool


def match_contacts(
    session: Session, check: Checks, investor: Investor, refs: Iterable[ContactRef], day: date
) -> tuple[Person, ...]:
    """Return the contacts of *investor* on *day* that *refs* name, each once, and note those that do not match.

    The contacts of the investor and their employments are locked, like
    :func:`crm.services.kernel.locks.share_rows`. One statement, none without refs.
    """
    wanted = tuple(refs)
    if not wanted:
        return ()
    employed = session.execute(_people(), {"investor": investor.id}).all()
    then = [
        row for row in employed if (row.since is None or row.since <= day) and (row.until is None or row.until >= day)
    ]
    there = [row for row in then if row.archived_at is None]
    matched: dict[int, Person] = {}
    for ref in wanted:
        fits = {row.id: row for row in _fitting(there, ref)}
        if len(fits) == 1:
            row = next(iter(fits.values()))
            matched[row.id] = Person(row.id, row.employment_id, row.name)
        elif fits:
            check.add(
                ambiguous(_shown(ref), several("contact", [(row.id, row.name) for row in fits.values()]), "contacts")
            )
        elif gone := _restorable(session, _fitting(then, ref)):
            check.add(is_archived(gone[0].name, RESTORE_IT, "contacts", noun="contact", ref=gone[0].id))
        else:
            names = list({row.id: row.name for row in there}.values())
            check.wrong(
                N_('"{text}" does not work at {investor} on {day}; its contacts are: {people}.'),
                N_("Add them first: crm contact add"),
                field="contacts",
                code="foreign_contact",
                text=_shown(ref),
                investor=investor.name,
                day=day,
                people=", ".join(names[:_LISTED]) or "–",
            )
    return tuple(matched.values())


def _fitting(rows: Sequence[Employed], ref: object) -> list[Employed]:
    if isinstance(ref, Contact):
        return [row for row in rows if row.id == ref.id]
    if isinstance(ref, UUID):
        return [row for row in rows if row.uid == ref]
    if isinstance(ref, int):
        return [row for row in rows if row.id == ref and not isinstance(ref, bool)]
    if not isinstance(ref, str):
        return []  # 1.5 is no part of the name 15
    text = ref.strip()
    number, key = number_of("contact", text), comparison_key(text)
    return (
        [row for row in rows if row.id == number]
        or [row for row in rows if text in {row.name, row.other_name}]
        or [row for row in rows if key and key in {row.key, row.other_key}]
        or [row for row in rows if key and (key in row.key or key in (row.other_key or ""))]
    )


def match_staff(
    session: Session, check: Checks, refs: Iterable[StaffRef], day: date, field: str = "staff"
) -> dict[str, Colleague]:
    """Return the staff that *refs* name, by the given text, with their place on *day*.

    One statement, none without refs. Staff are named by record, id, uid, username or whole name.
    """
    wanted = {_shown(ref): ref for ref in refs if _readable(check, ref, field)}
    if not wanted:
        return {}
    ids = [_number(ref) for ref in wanted.values()]
    texts = [str(ref).strip() for ref in wanted.values() if isinstance(ref, str)]
    rows = session.execute(
        _colleagues(),
        {
            "day": day,
            "ids": [staff_id for staff_id in ids if staff_id is not None],
            "uids": [uid for uid in wanted.values() if isinstance(uid, UUID)],
            "usernames": [text.lower() for text in texts],
            "names": texts,
        },
    ).all()
    matched: dict[str, Colleague] = {}
    for shown, ref in wanted.items():
        fits = [
            row
            for row in rows
            if row.id == _number(ref)
            or row.uid == ref
            or (isinstance(ref, str) and (row.username == ref.strip().lower() or row.name == ref.strip()))
        ]
        if len(fits) > 1:  # a user name wins over the name of somebody else
            fits = [row for row in fits if row.username == str(ref).strip().lower()]
        if len(fits) != 1:
            check.add(not_found("staff", shown, N_("Name them by username: crm staff list"), field))
        elif is_there(check, fits[0], day, field):
            gone = fits[0].archived_at is not None
            matched[shown] = Colleague(
                fits[0].id, fits[0].username, fits[0].role, fits[0].station_id, fits[0].unit_id, gone
            )
    return matched


def is_there(check: Checks, person: Staff | Row[*tuple[object, ...]], day: date, field: str) -> bool:
    """Return whether a member of staff was not archived before a day, and note it if they were."""
    if person.archived_at is None or bureau_day(person.archived_at) >= day:
        return True
    note_archived(check, person.username, field)
    return False


def note_archived(check: Checks, username: str, field: str) -> None:
    """Note that a member of staff has left, and takes no new work."""
    way_out = N_("Name somebody else. If they are back: crm staff restore {ref} --reason WHY")
    check.add(is_archived(username, way_out, field, ref=username))


def _restorable(session: Session, rows: Iterable[Employed]) -> list[Employed]:
    """Return the archived contacts that can be restored: neither erased nor merged into another."""
    gone = [row for row in rows if row.erased_at is None]
    if not gone:
        return []
    merged = select(Merge.absorbed_contact_id).where(
        Merge.absorbed_contact_id.in_(row.id for row in gone), Merge.undone_at.is_(None)
    )
    absorbed = set(session.scalars(merged))
    return [row for row in gone if row.id not in absorbed]


@cache
def _people() -> Select[
    int, UUID, str, str, datetime | None, datetime | None, int, date | None, date | None, str | None, str | None
]:
    """Return the statement of :func:`match_contacts`, built once, because building takes longer than running."""
    return (
        select(
            Contact.id,
            Contact.uid,
            Contact.name,
            Contact.key,
            Contact.archived_at,
            Contact.erased_at,
            Employment.id.label("employment_id"),
            Employment.since,
            Employment.until,
            Contact.other_name,
            Contact.other_key,
        )
        .join(Employment, Employment.contact_id == Contact.id)
        .where(Employment.investor_id == bindparam("investor"), standing(Employment))
        .order_by(Contact.id, Employment.id)
        # Both are read again after a wait: an employment may have been withdrawn, or its days corrected, meanwhile.
        .with_for_update(read=True, key_share=True, of=(Contact, Employment))
    )


@cache
def _colleagues() -> Select[int, UUID, str, str, Role, datetime | None, int | None, int | None]:
    """Return the statement of :func:`match_staff`, built once."""
    latest = (
        select(func.max(Posting.number))
        .where(Posting.staff_id == Staff.id, or_(Posting.since <= bindparam("day"), Posting.number == 1))
        .correlate(Staff)
        .scalar_subquery()
    )
    return (
        select(
            Staff.id,
            Staff.uid,
            Staff.username,
            Staff.name,
            Staff.role,
            Staff.archived_at,
            Posting.station_id,
            Posting.unit_id,
        )
        .join(Posting, and_(Posting.staff_id == Staff.id, Posting.number == latest))
        .where(
            or_(
                Staff.id.in_(bindparam("ids", expanding=True)),
                Staff.uid.in_(bindparam("uids", expanding=True)),
                Staff.username.in_(bindparam("usernames", expanding=True)),
                Staff.name.in_(bindparam("names", expanding=True)),
            )
        )
        .order_by(Staff.id)
    )


def _readable(check: Checks, ref: object, field: str) -> bool:
    """Note invalid references; a text that the database cannot store would abort the transaction."""
    wrong = text_problem(ref, field, limit=400) if isinstance(ref, str) else None
    if isinstance(ref, bool) or not isinstance(ref, Staff | int | UUID | str):
        wrong = no_reference(ref, "staff", field)
    if wrong is not None:
        check.add(wrong)
    return wrong is None


def shown(ref: object) -> str:
    """Return the key of *ref* in the result of :func:`match_staff`."""
    return _shown(ref)


def _shown(ref: object) -> str:
    if isinstance(ref, Staff):
        return ref.username
    return str(getattr(ref, "name", ref)).strip()[:60]


def _number(ref: object) -> int | None:
    if isinstance(ref, bool):
        return None
    if isinstance(ref, Staff):
        return ref.id
    if isinstance(ref, int):
        return ref if 0 < ref < 2**63 else None
    return number_of("staff", ref) if isinstance(ref, str) else None
