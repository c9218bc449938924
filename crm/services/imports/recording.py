"""The planned rows become records, in sets, each noun after those it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define, field

from crm.models import (
    CapitalArrival,
    Contact,
    Employment,
    FollowUp,
    Import,
    ImportRow,
    Investor,
    InvestorIdentifier,
    InvestorName,
    Lead,
    Meeting,
    NameKind,
    Referral,
    Request,
    RequestState,
    RequestStep,
)
from crm.models.audited import record_name
from crm.models.base import Identified, table_of
from crm.rules.investors.contacts import EmploymentDetails
from crm.rules.kernel.fields import by_column
from crm.services.imports.planning import Planned
from crm.services.imports.slots import Slot
from crm.services.imports.tags import record_tags
from crm.services.investors.service import script_language
from crm.services.kernel.context import Context
from crm.services.kernel.participants import Person
from crm.services.kernel.writing import Writing
from crm.services.ledgers.making import entry_of, origin
from crm.services.meetings.base import parts_of
from crm.services.requests.arguments import step_of


@define(eq=False)
class Recorder:
    """Writes what was planned.

    Args:
        context: Session, actor and clock.
        write: The writing of the verb.
    """

    context: Context
    write: Writing
    #: By record: the row that made or changed it, and whether it made it.
    made: dict[Identified, tuple[int, bool]] = field(factory=dict)

    def record(self, planned: Iterable[Planned]) -> None:
        """Write the records of rows."""
        by_noun: dict[str, list[tuple[Slot, int]]] = {}
        for one in planned:
            for part in one.parts:
                if not part.slot.written:
                    part.slot.written = True
                    by_noun.setdefault(part.slot.noun, []).append((part.slot, one.reading.row.number))
        tagged: list[Slot] = []
        self._change(slot for slots in by_noun.values() for slot, _ in slots)
        for noun, slots in by_noun.items():
            for slot, row in slots:
                if slot.record is not None and (slot.changes or slot.extra.get("changed") or slot.extra.get("tags")):
                    self.made[slot.record] = (row, False)
            if noun in {"investor", "lead"}:
                tagged += [slot for slot, _ in slots]
            by_noun[noun] = [(slot, row) for slot, row in slots if slot.record is None]
        self._investors(by_noun.get("investor", []))
        self._contacts(by_noun.get("contact", []))
        self._leads(by_noun.get("lead", []))
        record_tags(self.context, self.write, tagged)
        self._meetings(by_noun.get("meeting", []))
        self._followups(by_noun.get("followup", []))
        self._arrivals(by_noun.get("capital_arrival", []))
        self._requests(by_noun.get("request", []))
        self._referrals(by_noun.get("referral", []))

    def batch(self, file: str, checksum: str, rows: int, skipped: int) -> Import:
        """Write which rows made and changed which records."""
        write, made = self.write, [mine for _, mine in self.made.values()]
        batch = Import(
            file=file[:255],
            checksum=checksum,
            rows=rows,
            made=sum(made),
            changed=len(made) - sum(made),
            skipped=skipped,
            imported_at=self.context.now(),
            actor_id=self.context.acting().id,
        )
        write.add(batch)
        write.flush()
        write.insert(
            table_of(ImportRow),
            [
                {
                    "import_id": batch.id,
                    "record": record_name(type(record)),
                    "record_id": record.id,
                    "row_number": row,
                    "made": mine,
                    "version": getattr(record, "version", 1),
                }
                for record, (row, mine) in self.made.items()
            ],
        )
        write.sign_together(batch)
        return batch

    # --- what is on record already ----------------------------------------------------------------------------------

    def _change(self, slots: Iterable[Slot]) -> None:
        by_model: dict[type[Any], list[Slot]] = {}
        for slot in slots:
            if slot.record is not None:
                by_model.setdefault(type(slot.record), []).append(slot)
        for changed in by_model.values():
            self.write.change_all(
                (slot.record, {key: pair[1] for key, pair in slot.changes.items()}) for slot in changed
            )
        for slot in by_model.get(Investor, []):
            further = self._further(slot)
            self.write.add(*further)
            slot.extra["changed"] = bool(further)

    def _further(self, slot: Slot) -> list[InvestorName | InvestorIdentifier]:
        """Return the further names and the identifiers of an investor."""
        names = [
            InvestorName(
                investor_id=slot.record.id,
                text=text,
                language=script_language(text),
                kind=NameKind.LEGAL if "name" in slot.changes and text == slot.changes["name"][1] else NameKind.TRADING,
            )
            for text in dict.fromkeys(slot.extra.get("alias", ()))
        ]
        numbers = [
            InvestorIdentifier(investor_id=slot.record.id, scheme=number.scheme, value=number.value)
            for number in dict.fromkeys(slot.extra.get("identifier", ()))
        ]
        return [*names, *numbers]

    # --- what is new ------------------------------------------------------------------------------------------------

    def _add(self, slots: Sequence[tuple[Slot, int]], records: Sequence[Identified]) -> None:
        """Add the records of new slots, one for each, so that their numbers are known."""
        for (slot, row), record in zip(slots, records, strict=True):
            slot.record = record
            self.made[record] = (row, True)
        self.write.add(*records)
        self.write.flush()

    def _investors(self, slots: Sequence[tuple[Slot, int]]) -> None:
        now = self.context.now()
        blank: dict[str, Any] = {"note": None, "website": None}
        self._add(slots, [Investor(**blank | slot.values, **_uid(slot), created_at=now) for slot, _ in slots])
        for slot, _ in slots:
            legal = InvestorName(
                investor_id=slot.record.id,
                text=slot.record.name,
                language=script_language(slot.record.name),
                kind=NameKind.LEGAL,
            )
            self.write.add(legal, *self._further(slot))

    def _contacts(self, slots: Sequence[tuple[Slot, int]]) -> None:
        self._add(slots, [Contact(**slot.values, **_uid(slot)) for slot, _ in slots])
        blank: dict[str, Any] = dict.fromkeys(by_column(EmploymentDetails))
        for slot, _ in slots:
            post = Employment(
                contact_id=slot.record.id,
                investor_id=slot.links["investor"].record.id,
                **blank | slot.extra["post"],
            )
            slot.links["employment"] = Slot("employment", slot.name, post, written=True)
            self.write.add(post)
        self.write.flush()

    def _leads(self, slots: Sequence[tuple[Slot, int]]) -> None:
        context = self.context
        leads = [
            Lead(
                **slot.values,
                **_uid(slot),
                investor_id=slot.links["investor"].record.id,
                recorded_on=context.today,
                **slot.extra["entry"].copies(),
            )
            for slot, _ in slots
        ]
        self._add(slots, leads)
        for (slot, _), lead in zip(slots, leads, strict=True):
            self.write.add(*slot.extra["entry"].records(context, lead))

    def _meetings(self, slots: Sequence[tuple[Slot, int]]) -> None:
        now, actor = self.context.now(), self.context.acting()
        meetings = [
            Meeting(**slot.values, **_uid(slot), **_about(slot), logged_by_id=actor.id, recorded_at=now)
            for slot, _ in slots
        ]
        self._add(slots, meetings)
        for (slot, _), meeting in zip(slots, meetings, strict=True):
            contact, people = slot.links.get("contact"), []
            if contact is not None:
                people = [Person(contact.record.id, contact.links["employment"].record.id, contact.name)]
            ours = [slot.extra["staff"]] if slot.extra["staff"] else []
            self.write.add(*parts_of(meeting, people, ours, ()))

    def _followups(self, slots: Sequence[tuple[Slot, int]]) -> None:
        self._add(slots, [FollowUp(**slot.values, **_uid(slot), **_about(slot)) for slot, _ in slots])

    def _arrivals(self, slots: Sequence[tuple[Slot, int]]) -> None:
        entries = []
        for slot, _ in slots:
            lead, home = slot.links["lead"].record, slot.links["investor"].record.country
            values = {**origin(lead, home, slot.values), **_uid(slot)}
            entries.append(entry_of(self.context, CapitalArrival, lead, values))
        self._add(slots, entries)

    def _requests(self, slots: Sequence[tuple[Slot, int]]) -> None:
        requests = []
        for slot, _ in slots:
            hands = slot.values.get("unit_id") or slot.values.get("assignee_id")
            state = RequestState.ASSIGNED if hands else RequestState.ACCEPTED
            day = self.context.today
            requests.append(Request(**slot.values, **_uid(slot), **_about(slot), recorded_on=day, state=state))
        self._add(slots, requests)
        for request in requests:
            hands = {"unit_id": request.unit_id, "assignee_id": request.assignee_id}
            self.write.add(step_of(self.context, request, RequestStep.OPEN, 1, request.accepted_on, None, **hands))

    def _referrals(self, slots: Sequence[tuple[Slot, int]]) -> None:
        context = self.context
        referrals = []
        for slot, _ in slots:
            referrer = slot.links["referrer"]
            party = {f"referrer_{referrer.noun}_id": referrer.record.id}
            referrals.append(
                Referral(
                    **slot.values,
                    **_uid(slot),
                    **party,
                    lead_id=slot.links["lead"].record.id,
                    recorded_on=context.today,
                    recorded_at=context.now(),
                    recorded_by_id=context.acting().id,
                )
            )
        self._add(slots, referrals)


def _uid(slot: Slot) -> dict[str, Any]:
    """Return the uid that the file has of a new record."""
    return {} if slot.uid is None else {"uid": slot.uid}


def _about(slot: Slot) -> dict[str, Any]:
    lead = slot.links.get("lead")
    return {
        "investor_id": slot.links["investor"].record.id,
        "lead_id": None if lead is None else lead.record.id,
    }
