"""The meetings and the follow-ups that rows hold: found by what tells them apart, or to be made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from attrs import define, field

from crm.errors import N_, InvalidInput, problem
from crm.models import MeetingKind, Staff, Station
from crm.reads.imports import matching
from crm.refusals import no_day
from crm.rules.access import Right
from crm.rules.imports.rows import Cell
from crm.rules.imports.verdicts import Conflicts, Verdict
from crm.rules.kernel.checks import Checks
from crm.services.imports.reading import Reading
from crm.services.imports.slots import Part, Slot, part_of
from crm.services.kernel.context import Context
from crm.services.kernel.participants import Colleague, match_staff
from crm.values.moments import BUREAU_ZONE, LocalTime, as_date, local_time


@define(eq=False)
class Talks:
    """The meetings and follow-ups of a file.

    Args:
        context: Session, actor and clock.
        conflicts: How values that were changed since the last import are treated.
    """

    context: Context
    conflicts: Conflicts
    _meetings: dict[tuple[object, object, datetime], Slot] = field(factory=dict)
    _followups: dict[tuple[object, object, str, date], Slot] = field(factory=dict)
    _colleagues: dict[tuple[int, date], Colleague | None] = field(factory=dict)

    def look_up(self, readings: Sequence[Reading], investors: Collection[Slot]) -> None:
        """Read the meetings and follow-ups that rows may hold. Two statements at most."""
        wanted = {slot.record.id: slot for slot in investors if slot.record is not None}
        session = self.context.session
        times = {reading.by_path["moment"].utc for reading in readings if reading.by_path.get("moment")}
        for meeting in matching.meetings_of(session, wanted.keys(), times):
            lead = None if meeting.lead_id is None else ("known", meeting.lead_id)
            at = (wanted[meeting.investor_id].token, lead, meeting.met_at)
            self._meetings.setdefault(at, Slot("meeting", str(meeting.at), meeting))
        texts = {reading.columns["followup"].get("text") for reading in readings if "followup" in reading.columns}
        for todo in matching.followups_of(session, wanted.keys(), {text for text in texts if text}):
            lead = None if todo.lead_id is None else ("known", todo.lead_id)
            at_ = (wanted[todo.investor_id].token, lead, todo.text, todo.due_on)
            self._followups.setdefault(at_, Slot("followup", todo.text, todo))

    # --- meetings ---------------------------------------------------------------------------------------------------

    def moment(self, reading: Reading) -> LocalTime | None:
        """Return when the talk of a row began; of a day alone it is noon, or the present of today."""
        cell = reading.by_path.get("meeting.at")
        if cell is None:
            if "meeting" in reading.columns:
                reading.wrong("meeting.at", no_day("meeting.at"))
            return None
        station = reading.by_path.get("meeting.station") or reading.by_path.get("lead.station")
        usual = station.zone if isinstance(station, Station) else BUREAU_ZONE
        zone = reading.by_path.get("meeting.zone", usual)
        found: LocalTime | None = reading.take("meeting.at", lambda: self._read(cell, zone))
        return found

    def _read(self, cell: Cell, zone: str) -> LocalTime:
        now = self.context.now()
        day = cell if isinstance(cell, date) and not isinstance(cell, datetime) else None
        if isinstance(cell, datetime) and cell.time() == datetime.min.time():
            day = cell.date()
        if isinstance(cell, str):
            try:
                day = as_date(cell, "meeting.at")
            except InvalidInput:
                day = None
        if day is not None:
            moment = local_time(f"{day.isoformat()} 12:00", zone)
            if moment.utc > now and day == LocalTime(now, zone).local.date():
                moment = local_time(f"{day.isoformat()} 00:00", zone)
        elif isinstance(cell, datetime) and cell.tzinfo is None:
            moment = local_time(f"{cell:%Y-%m-%d %H:%M}", zone)
        else:
            moment = local_time(cell if isinstance(cell, datetime) else str(cell), zone, now=now)
        if moment.utc > now:
            raise InvalidInput(
                problem(
                    N_("{time} is in the future."),
                    N_("Log a meeting after it has taken place; plan a visit in a trip."),
                    field="at",
                    code="future",
                    time=str(moment),
                )
            )
        return moment

    def two_way(self, reading: Reading) -> bool:
        """Return whether a row holds a talk of both sides with a named contact."""
        kind = reading.columns.get("meeting", {}).get("kind", MeetingKind.CALL)
        named = reading.columns.get("contact", {}).get("name") is not None
        return (
            reading.by_path.get("moment") is not None
            and kind is not MeetingKind.MESSAGE
            and named
            and "lead.owner" in reading.by_path
        )

    def meeting(self, reading: Reading, investor: Slot, lead: Slot | None, contact: Slot | None) -> Part | None:
        """Return what a row does to its meeting."""
        moment: LocalTime | None = reading.by_path.get("moment")
        if moment is None:
            return None
        at = (investor.token, None if lead is None else lead.token, moment.utc)
        slot = self._meetings.get(at)
        if slot is not None and (slot.record or slot.row):
            return Part(slot, Verdict.SAME)
        links = {"investor": investor, **({"lead": lead} if lead else {}), **({"contact": contact} if contact else {})}
        slot = Slot("meeting", str(moment), links=links)
        header = reading.row.headers.get("meeting.at", "meeting.at")
        station = reading.by_path.get("meeting.station") or reading.by_path.get("lead.station")
        values: dict[str, Any] = {
            "summary": header,
            "kind": MeetingKind.CALL,
            "place": None,
            **{key: value for key, value in reading.columns["meeting"].items() if value is not None},
            "met_at": moment.utc,
            "zone": moment.zone,
            "station_id": station.id if station else self.context.acting().station_id,
        }
        owner = reading.by_path.get("lead.owner")
        slot.extra["staff"] = self._colleague(owner, moment.local.date()) if owner else None
        self._permit(reading, lead, "meeting.at")
        self._meetings[at] = slot
        return part_of(reading, slot, values, self.conflicts)

    def _colleague(self, owner: Staff, day: date) -> Colleague | None:
        if (owner.id, day) not in self._colleagues:
            with Checks() as check:
                found = match_staff(self.context.session, check, [owner], day)
            self._colleagues[owner.id, day] = next(iter(found.values()), None)
        return self._colleagues[owner.id, day]

    def _permit(self, reading: Reading, lead: Slot | None, path: str) -> None:
        context = self.context
        if lead is None:
            reading.take(path, lambda: context.permit(Right.MEETING_LOG))
        elif lead.record is not None:
            reading.take(path, lambda: context.require_on(Right.MEETING_LOG, lead.record))
        # What may be opened may be logged: both rights have the same reach.

    # --- follow-ups -------------------------------------------------------------------------------------------------

    def followup(self, reading: Reading, investor: Slot, lead: Slot | None) -> Part | None:
        """Return what a row does to its follow-up."""
        columns = reading.columns["followup"]
        text, due = columns.get("text"), columns.get("due_on")
        for path, value in (("followup.text", text), ("followup.due", due)):
            if value is None:
                reading.lacks(path)
        if text is None or due is None:
            return None
        at = (investor.token, None if lead is None else lead.token, text, due)
        slot = self._followups.get(at)
        if slot is not None and (slot.record or slot.row):
            return Part(slot, Verdict.SAME)
        owner = reading.by_path.get("followup.owner") or reading.by_path.get("lead.owner")
        values = {"text": text, "due_on": due, "owner_id": owner.id if owner else self.context.acting().id}
        slot = Slot("followup", text, links={"investor": investor, **({"lead": lead} if lead else {})})
        self._permit(reading, lead, "followup.text")
        self._followups[at] = slot
        return part_of(reading, slot, values, self.conflicts)
