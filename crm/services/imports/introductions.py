"""The referrals that rows hold: found by lead and referrer, or to be made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from crm.errors import N_, NotFound, Refused, problem
from crm.models import Investor, Strength
from crm.models.referral import ReferralStatus
from crm.reads.imports import matching
from crm.reads.investors import groups
from crm.reads.referrals.edges import STANDING, edges_from
from crm.rules.access import Right
from crm.rules.imports.verdicts import Conflicts, Verdict
from crm.rules.referrals import Edge, cycle, day_after, room
from crm.services.imports.companies import Companies
from crm.services.imports.reading import Reading, RowReader
from crm.services.imports.slots import Part, Slot, part_of
from crm.services.kernel.context import Context
from crm.services.leads.referral_checks import channel_of, no_room, same_group, self_referral, signed, signed_among


@define(eq=False)
class Introductions:
    """The referrals of a file.

    Args:
        context: Session, actor and clock.
        reader: Finds people.
        companies: The investors of the file and those on record.
        conflicts: What becomes of values that people changed here since the last import.
    """

    context: Context
    reader: RowReader
    companies: Companies
    conflicts: Conflicts
    #: By lead and referrer.
    _known: dict[tuple[object, object], Slot] = field(factory=dict)
    #: By lead: the shares that are taken, each with whose it is.
    _shares: dict[object, list[tuple[str, int]]] = field(factory=dict)
    _signed: set[int] = field(factory=set)
    _read: set[int] = field(factory=set)
    _edges: set[Edge] = field(factory=set)
    _groups: dict[int, set[int]] = field(factory=dict)
    _nodes: dict[object, int] = field(factory=dict)

    def look_up(self, readings: Sequence[Reading], leads: Sequence[Slot]) -> None:
        """Read the referrals of leads, which of them are signed, and who referred whom. Three statements at most."""
        if not any("referral" in reading.columns for reading in readings):
            return
        session, pipeline = self.context.session, self.context.policy()
        wanted = {slot.record.id: slot.record.investor_id for slot in leads if slot.record.id not in self._read}
        self._read |= wanted.keys()
        for referral in matching.referrals_of(session, wanted.keys()):
            whose, noun = ("known", referral.lead_id), "investor" if referral.referrer_investor_id else "contact"
            party = (noun, ("known", referral.referrer_investor_id or referral.referrer_contact_id))
            self._known[whose, party] = Slot("referral", str(referral.id), referral)
            if referral.status in STANDING:
                self._shares.setdefault(whose, []).append((str(referral.id), referral.points))
        self._signed |= signed_among(self.context, wanted.keys(), pipeline)
        if wanted:
            self._edges |= set(edges_from(session, pipeline, set(wanted.values())))

    def referral(self, reading: Reading, investor: Slot, lead: Slot | None) -> Part | None:
        """Return what a row does to its referral: nothing where the lead has one of this referrer, ended or not."""
        columns, text = dict(reading.columns["referral"]), reading.by_path.get("referral.referrer")
        if text is None:
            reading.lacks("referral.referrer")
        if lead is None:
            if "lead" not in reading.columns:
                reading.lacks("lead.title")
            return None
        party = None if text is None else self._party(reading, text)
        if party is None:
            return None
        at = (lead.token, (party.noun, party.token))
        known = self._known.get(at)
        if known is not None and (known.record or known.row):
            return Part(known, Verdict.SAME)
        slot = Slot("referral", party.name, links={"investor": investor, "lead": lead, "referrer": party})
        values = self._values(columns, party, lead)
        edge = self._ensure_allowed(reading, investor, party, lead, values)
        values["points"] = self._points(reading, lead, values.get("points"))
        # What may be opened may have referrals: both rights have the same reach.
        if (record := lead.record) is not None:
            reading.take("referral.referrer", lambda: self.context.require_on(Right.REFERRAL_ADD, record))
        self._known[at] = slot
        if not reading.problems:
            self._shares.setdefault(lead.token, []).append((party.name, values["points"]))
            self._edges |= {edge} if edge else set()
        return part_of(reading, slot, values, self.conflicts)

    def _party(self, reading: Reading, text: str) -> Slot | None:
        """Return the referrer: a company of an earlier row or on record, or else a person on record."""
        found, several_fit = self.companies.by_name(reading, text, "referral.referrer")
        if found is not None or several_fit:
            return found
        try:
            contact = self.reader.contact(text)
        except NotFound:
            reading.wrong(
                "referral.referrer",
                problem(
                    N_('No company and no person is called "{name}".'),
                    N_("Correct the name; or give the referrer a row of its own above this one."),
                    field="referral.referrer",
                    code="not_found",
                    name=text[:60],
                ),
            )
            return None
        except Refused as refusal:
            reading.wrong("referral.referrer", *refusal.problems)
            return None
        return Slot("contact", contact.name, contact)

    def _values(self, columns: dict[str, Any], party: Slot, lead: Slot) -> dict[str, Any]:
        context = self.context
        kind = party.values.get("kind") if party.record is None else getattr(party.record, "kind", None)
        day = columns.get("introduced_on")
        if day is None:
            day = context.today if lead.record is not None else lead.values.get("received_on", context.today)
        return {
            "channel": channel_of(Investor(kind=kind) if party.noun == "investor" else None),
            "strength": Strength.MEDIUM,
            "note": None,
            "status": ReferralStatus.RECORDED,
            **{column: value for column, value in columns.items() if value is not None},
            "introduced_on": day,
            "expires_on": context.policy().referrals.expires_on(day),
        }

    def _ensure_allowed(
        self, reading: Reading, investor: Slot, party: Slot, lead: Slot, values: dict[str, Any]
    ) -> Edge | None:
        """Note why there can be no such referral; return the edge that it adds between investors."""
        pipeline, path = self.context.policy(), "referral.referrer"
        entry = lead.extra.get("entry")
        stage = 0 if entry is None else entry.reached if entry.carried is None else entry.carried
        if (lead.record is not None and lead.record.id in self._signed) or (stage and stage >= pipeline.binding):
            reading.wrong(path, signed(lead.name if lead.record is None else lead.record.id))
        if party.noun == "contact":
            if self.companies.works_at(party.record.id, investor):
                reading.wrong(path, self_referral(party.name))
            return None
        if party.token == investor.token:
            reading.wrong(path, self_referral(party.name))
        elif party.record is not None and investor.record is not None and investor.record.id in self._group(party):
            reading.wrong(path, same_group(party.name))
        edge = Edge(self._node(party), self._node(investor), values["introduced_on"], day_after(values["expires_on"]))
        if party.token != investor.token and cycle(self._edges, edge) is not None:
            reading.wrong(
                path,
                problem(
                    N_("This would close a circle of referrals."),
                    N_("Ask a manager who brought whom."),
                    field=path,
                    code="cycle",
                ),
            )
        return edge

    def _group(self, party: Slot) -> set[int]:
        number = party.record.id
        if number not in self._groups:
            self._groups[number] = groups.members(self.context.session, [number])
        return self._groups[number]

    def _node(self, slot: Slot) -> int:
        """Return the number of an investor in a graph: its own, or one below zero."""
        return int(slot.record.id) if slot.record else self._nodes.setdefault(slot.token, -len(self._nodes) - 1)

    def _points(self, reading: Reading, lead: Slot, points: int | None) -> int:
        taken = self._shares.get(lead.token, [])
        free = room([share for _, share in taken])
        if points is None and (free or not taken):
            return free
        if points is None or points > free:
            reading.wrong("referral.credit" if points else "referral.referrer", no_room(free, taken))
            return 0
        return points
