"""The investors and the contacts that rows name, found or to be made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from attrs import define, field

from crm.errors import N_, problem
from crm.models import Contact, Employment, Investor, InvestorKind
from crm.reads.imports import matching
from crm.reads.investors.identifiers import current
from crm.refusals import ambiguous
from crm.rules.access import Right
from crm.rules.imports.verdicts import Conflicts, Twin, Verdict
from crm.rules.investors.contacts import EmploymentDetails
from crm.rules.investors.likeness import forms_agree
from crm.rules.kernel.fields import by_column
from crm.services.imports.reading import Reading
from crm.services.imports.slots import Part, Slot, part_of
from crm.services.investors.employments import RESTORE, named
from crm.services.kernel.conflicts import archived
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import ensure_standing
from crm.services.kernel.finding import several
from crm.values.naming.spelling import spell
from crm.values.registers.schemes import SINGLE, Identifier
from crm.values.registers.telephones import is_same_telephone
from crm.values.text import comparison_key

_POST = frozenset(by_column(EmploymentDetails))


@define(eq=False)
class Companies:
    """The investors of a file and the people who work there.

    Args:
        context: Session, actor and clock.
        conflicts: How values that were changed since the last import are treated.
        same: By the number of a row, the investor on record that its company is.
    """

    context: Context
    conflicts: Conflicts
    same: Mapping[int, Investor] = field(factory=dict)
    _slots: dict[int, Slot] = field(factory=dict)
    _uids: dict[UUID, Slot] = field(factory=dict)
    _numbers: dict[Identifier, Slot] = field(factory=dict)
    _names: dict[str, list[tuple[str | None, str, Slot]]] = field(factory=dict)
    _people: dict[int, list[Slot]] = field(factory=dict)
    _read: set[int] = field(factory=set)

    # --- what is on record ------------------------------------------------------------------------------------------

    def look_up(self, readings: Sequence[Reading]) -> None:
        """Read the investors that rows name. Three statements at most."""
        session = self.context.session
        uids = {reading.by_path["investor.uid"] for reading in readings if "investor.uid" in reading.by_path}
        numbers = {number for reading in readings for number in reading.by_path.get("investor.identifier", ())}
        named = [name for reading in readings for name in (_name(reading), reading.by_path.get("referral.referrer"))]
        keys = {spell(name).key for name in named if name}
        for uid, investor in matching.by_uid(session, uids - self._uids.keys()).items():
            self._uids[uid] = self._slot(investor)
        for number, investor in matching.by_identifier(session, numbers - self._numbers.keys()).items():
            self._numbers[number] = self._slot(investor)
        for key, names in matching.by_key(session, keys - self._names.keys()).items():
            self._names[key] = [(form, text, self._slot(investor)) for form, text, investor in names]

    def look_up_people(self, investors: Sequence[Slot]) -> list[Slot]:
        """Read the contacts of investors, and return them with their posts; and their names and numbers.

        Three statements at most.
        """
        wanted = {slot.record.id: slot for slot in investors if slot.record is not None}
        wanted = {number: slot for number, slot in wanted.items() if number not in self._read}
        self._read |= wanted.keys()
        session = self.context.session
        for number, names in matching.names_of(session, wanted.keys()).items():
            wanted[number].extra["names"] = names
        if wanted:
            held = current(session, wanted.keys())
            for number, slot in wanted.items():
                slot.extra["numbers"] = held.get(number, {})
        found = []
        for contact, post in matching.people_of(session, wanted.keys()):
            person = _person(contact, post, wanted[post.investor_id])
            self._people.setdefault(id(wanted[post.investor_id]), []).append(person)
            found += [person, person.links["employment"]]
        return found

    def _slot(self, investor: Investor) -> Slot:
        if investor.id not in self._slots:
            self._slots[investor.id] = Slot("investor", investor.name, investor)
        return self._slots[investor.id]

    # --- investors --------------------------------------------------------------------------------------------------

    def find(self, reading: Reading) -> Slot | None:
        """Return the investor of a row: by uid, by identifier, or else by name; a new one where there is none.

        The one that somebody says it is comes before the name, not before uid and identifier.
        """
        uid = reading.by_path.get("investor.uid")
        numbers: tuple[Identifier, ...] = reading.by_path.get("investor.identifier", ())
        name = _name(reading)
        held = {id(slot): slot for number in numbers if (slot := self._numbers.get(number)) is not None}
        if uid in self._uids:
            held.setdefault(id(self._uids[uid]), self._uids[uid])
        if (known := self.same.get(reading.row.number)) is not None:
            held.setdefault(id(self._slot(known)), self._slot(known))
        if len(held) > 1:
            named = [(slot.record.id if slot.record else 0, slot.name) for slot in held.values()]
            path = "investor.identifier" if numbers else "investor.uid"
            reading.wrong(path, ambiguous(name or "", several("investor", named), "investor", what="investor"))
            return None
        slot = next(iter(held.values()), None)
        if slot is None:
            slot, several_fit = self.by_name(reading, name, "investor.name")
            if several_fit:
                return None
        if slot is None:
            slot = self._new(reading, name, numbers, uid)
        if slot is not None and slot.record is not None and slot.record.archived_at is not None:
            reading.wrong("investor.name", *archived(slot.record).problems)
            return None
        return slot

    def by_name(self, reading: Reading, name: str | None, path: str) -> tuple[Slot | None, bool]:
        """Return the investor with a name, and whether there are several, which is noted about the cell of *path*."""
        if not name:
            return None, False
        mine = spell(name)
        fitting = [row for row in self._names.get(mine.key, ()) if forms_agree(mine.form, row[0])]
        present = [row for row in fitting if row[2].record is None or row[2].record.archived_at is None]
        fitting = present or fitting
        exact = {id(slot): slot for _, text, slot in fitting if text == name}
        found = exact if len(exact) == 1 else {id(slot): slot for _, _, slot in fitting}
        if len(found) > 1:
            listed = [(slot.record.id if slot.record else 0, slot.name) for slot in found.values()]
            reading.wrong(path, ambiguous(name[:60], several("investor", listed), "investor", what="investor"))
        return (next(iter(found.values())) if len(found) == 1 else None), len(found) > 1

    def _new(self, reading: Reading, name: str | None, numbers: Sequence[Identifier], uid: UUID | None) -> Slot | None:
        if not name:
            reading.wrong(
                "investor.name",
                problem(
                    N_("The company of this row is missing."),
                    N_("Name it, or give its uid or an identifier that is on record."),
                    field="investor.name",
                    code="missing",
                ),
            )
            return None
        slot = Slot("investor", name, extra={"uid": uid})
        for text in (name, *reading.by_path.get("investor.alias", ())):
            mine = spell(text)
            self._names.setdefault(mine.key, []).append((mine.form, text, slot))
        self._numbers |= dict.fromkeys(numbers, slot)
        if uid is not None:
            self._uids[uid] = slot
        return slot

    def investor(self, reading: Reading, slot: Slot) -> Part:
        """Return what a row does to its investor."""
        columns = dict(reading.columns["investor"])
        name = columns.get("name")
        if slot.record is None:
            unread = any(flaw.path == "investor.country" for flaw in reading.problems)
            if not slot.row and columns.get("country") is None and not unread:
                reading.wrong(
                    "investor.country",
                    problem(
                        N_('The country of "{name}" is missing.'),
                        N_("Fill it in, or give one for all such rows: --set investor.country=CC"),
                        field="investor.country",
                        code="missing",
                        name=slot.name,
                    ),
                )
            if slot.row:
                columns.pop("name", None)
            else:
                columns.setdefault("kind", InvestorKind.ENTERPRISE)
        elif name is not None and spell(name).key in {spell(text).key for text in (slot.record.name, *_names(slot))}:
            # One of its names, or one in another spelling: the one that is shown stays.
            columns.pop("name")
        said_so = slot.record is not None and reading.row.number in self.same and "name" in columns
        if said_so:
            columns.pop("name")
        part = part_of(reading, slot, columns, self.conflicts)
        self._further(reading, slot, part, name if said_so or "name" in part.changes else None)
        self._permit(reading, Right.INVESTOR_WRITE, part, "investor.name")
        return part

    def _further(self, reading: Reading, slot: Slot, part: Part, renamed: str | None) -> None:
        """Add the names and the numbers of a row that its investor has not."""
        names = {*slot.extra.get("names", ()), *slot.extra.get("alias", ())} | (
            {slot.name} if not slot.record else set()
        )
        wanted = [*reading.by_path.get("investor.alias", ()), *([renamed] if renamed else [])]
        if fresh := [text for text in dict.fromkeys(wanted) if text not in names]:
            part.further["alias"] = fresh
        held, taken = slot.extra.get("numbers", {}), slot.extra.setdefault("identifier", [])
        for number in reading.by_path.get("investor.identifier", ()):
            if number in taken or (slot.record is not None and self._numbers.get(number) is slot):
                continue
            if number.scheme in SINGLE and held.get(number.scheme, number.value) != number.value:
                reading.wrong(
                    "investor.identifier",
                    problem(
                        N_('"{name}" has another {scheme}: {value}.'),
                        N_("Correct the row, or record the new one: crm investor identify {id} --replaces WHY"),
                        field="investor.identifier",
                        code="single",
                        name=slot.name,
                        scheme=number.scheme.value,
                        value=held[number.scheme],
                        id=slot.record.id,
                    ),
                )
            else:
                part.further.setdefault("identifier", []).append(number)
        if part.further and part.verdict is Verdict.SAME and slot.record is not None:
            part.verdict = Verdict.CHANGES

    def works_at(self, contact: int, investor: Slot) -> bool:
        """Return whether a contact on record works for an investor."""
        people = self._people.get(id(investor), ())
        return any(person.record is not None and person.record.id == contact for person in people)

    def _permit(self, reading: Reading, right: Right, part: Part, path: str) -> None:
        if part.writes:
            reading.take(path, lambda: self.context.require(right))

    # --- contacts ---------------------------------------------------------------------------------------------------

    def contact(self, reading: Reading, investor: Slot) -> list[Part]:
        """Return what a row does to its contact, and to their post."""
        columns = dict(reading.columns["contact"])
        post = {column: columns.pop(column) for column in _POST & columns.keys()}
        uid, name = reading.by_path.get("contact.uid"), columns.get("name")
        people = self._people.setdefault(id(investor), [])
        found = [person for person in people if uid is not None and person.uid == uid]
        found = found or [person for person in people if name and person.extra["key"] == comparison_key(name)]
        if not found and name is None:
            reading.wrong(
                "contact.name",
                problem(
                    N_("The name of the contact is missing."),
                    N_("Fill it in, or leave the cells about the contact empty."),
                    field="contact.name",
                    code="missing",
                ),
            )
            return []
        if len(found) > 1:
            listed = [(person.record.id if person.record else 0, person.name) for person in found]
            reading.wrong(
                "contact.name", ambiguous(str(name)[:60], several("contact", listed), "contact", what="contact")
            )
            return []
        if not found:
            found = [Slot("contact", str(name), links={"investor": investor})]
            found[0].extra |= {"key": comparison_key(str(name)), "uid": uid, "post": {}}
            found[0].twins = tuple(_same_person(columns, people))
            people.append(found[0])
        person = found[0]
        if person.record is not None and person.record.archived_at is not None:
            reading.wrong("contact.name", *archived(person.record).problems)
            return []
        job = person.links["employment"].record if person.record is not None else None
        if job is not None and job.withdrawn_at is not None:
            reading.take("contact.name", lambda: ensure_standing(job, RESTORE, named(job)))
            return []
        parts = [part_of(reading, person, columns, self.conflicts)]
        if person.record is None:
            person.extra["post"] = {**post, **{k: v for k, v in person.extra["post"].items() if v is not None}}
        else:
            parts.append(part_of(reading, person.links["employment"], post, self.conflicts))
        for part in parts:
            self._permit(reading, Right.CONTACT_WRITE, part, "contact.name")
        return parts


def _name(reading: Reading) -> str | None:
    name: str | None = reading.columns.get("investor", {}).get("name")
    return name


def _names(slot: Slot) -> Collection[str]:
    """Return the names of an investor on record."""
    names: Collection[str] = slot.extra.get("names", ())
    return names


def _person(contact: Contact, post: Employment, investor: Slot) -> Slot:
    links = {"investor": investor, "employment": Slot("employment", contact.name, post)}
    return Slot("contact", contact.name, contact, links=links, extra={"key": contact.key})


def _same_person(columns: dict[str, Any], people: Sequence[Slot]) -> list[Twin]:
    """Return the contacts of the same company with the e-mail address or the telephone number of a new one."""
    email, phone = columns.get("email"), columns.get("phone")
    twins = []
    for person in people:
        theirs = person.record or person.values
        held = theirs if isinstance(theirs, dict) else {"email": theirs.email, "phone": theirs.phone}
        mail, number = held.get("email"), held.get("phone")
        if (email and mail and email.lower() == mail.lower()) or (
            phone and number and is_same_telephone(phone, number)
        ):
            known = None if person.record is None else person.record.id
            twins.append(Twin(known, person.row or None, person.name, "person", 100))
    return twins
