"""Changes that were made, as the audit has them: what handlers, the feed and the lists of the audit are given.

A change is one entry: one record that one verb wrote. The entry of the record that the verb is about has a class of its
own; every other entry is a plain :class:`Change`. docs/changes.md says how they are received.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar

from attrs import frozen

from crm.values.plain import change_of


@frozen(kw_only=True)
class Change:
    """One change of one record; *changes* maps each field to [from, to].

    Personal values stand in it as digests, as in the audit.

    Attributes:
        actor: Who made it; None where an upgrade took it into the log.
        identity: What proved who acted, such as ``os:zhang``; None where nothing did.
        acted_by: The admin who acted in the actor's name, if somebody did.
    """

    #: Of each class below: its record and its verbs; without verbs any verb.
    written: ClassVar[str] = ""
    verbs: ClassVar[tuple[str, ...]] = ()
    #: Whether it is about new records alone, and about which field that is not empty.
    new: ClassVar[bool] = False
    having: ClassVar[str] = ""

    id: int
    at: datetime
    actor: str | None
    verb: str
    record: str
    record_id: int
    changes: dict[str, Any]
    reason: str | None
    identity: str | None
    acted_by: str | None

    def __init_subclass__(cls, *, of: str = "", by: str = "", new: bool = False, having: str = "") -> None:
        """Take what the class is about, the verbs with blanks between them."""
        super().__init_subclass__()
        cls.written, cls.verbs, cls.new, cls.having = of, tuple(by.split()), new, having

    @classmethod
    def fits(cls, verb: str, version: int | None, changes: Mapping[str, Any]) -> bool:
        """Return whether an entry of the audit, about such a record, has this class."""
        if cls.new and version != 1:
            return False
        pair = change_of(changes.get(cls.having))
        return (not cls.verbs or verb in cls.verbs) and (not cls.having or (pair is not None and pair[1] is not None))

    @property
    def before(self) -> Mapping[str, Any]:
        """The fields that changed, as they were; None in a field of a new record."""
        return {field: pair[0] for field, kept in self.changes.items() if (pair := change_of(kept)) is not None}

    @property
    def after(self) -> Mapping[str, Any]:
        """The fields that changed, as they became."""
        return {field: pair[1] for field, kept in self.changes.items() if (pair := change_of(kept)) is not None}


@cache
def _classes() -> Mapping[str, tuple[type[Change], ...]]:
    """Return the classes by record, in the order in which they are tried."""
    known = Change.__subclasses__()
    return {record: tuple(kind for kind in known if kind.written == record) for record in {k.written for k in known}}


def class_of(verb: str, record: str, version: int | None, changes: Mapping[str, Any]) -> type[Change]:
    """Return the class of an entry of the audit: the first below that fits, or Change itself."""
    return next((kind for kind in _classes().get(record, ()) if kind.fits(verb, version, changes)), Change)


class LeadMoved(Change, of="transition", having="from_stage"):
    """A lead moved in the pipeline: forward, back, on hold, resumed, lost, abandoned, reopened, exited."""

    @property
    def lead_id(self) -> int:
        """The lead."""
        return int(self.after["lead_id"])

    @property
    def from_stage(self) -> str:
        """The stage before."""
        return str(self.after["from_stage"])

    @property
    def to_stage(self) -> str:
        """The stage after it, the same where the status alone changed."""
        return str(self.after["to_stage"])

    @property
    def to_status(self) -> str:
        """The status after it."""
        return str(self.after["to_status"])

    @property
    def occurred_on(self) -> date:
        """The day of the move."""
        return date.fromisoformat(self.after["occurred_on"])


class LeadOpened(Change, of="lead", new=True):
    """A lead was opened, by hand or from a file."""


class LeadEdited(Change, of="lead", by="lead.edit"):
    """The fields of a lead changed."""


class LeadHandedOver(Change, of="assignment", by="lead.handover station.status unit.archive staff.archive"):
    """A lead has another unit, station or owner."""


class LeadRedated(Change, of="redate"):
    """The day of a move was corrected."""


class LeadSettled(Change, of="carried_over", by="lead.settle"):
    """A lead that was carried over meets the gates of its stage."""


class LeadTagged(Change, of="tagging", by="lead.tag"):
    """A tag was put on a lead, or taken off it."""


class CompanyRegistered(Change, of="enterprise", by="lead.register"):
    """The project company of a lead was recorded or corrected."""


class EvidenceAdded(Change, of="evidence", new=True):
    """A document was recorded."""


class EvidenceConfirmed(Change, of="evidence", by="evidence.confirm"):
    """A document was confirmed."""


class EvidenceEdited(Change, of="evidence", by="evidence.edit evidence.withdraw evidence.restore"):
    """A document was corrected, withdrawn or restored."""


class InvestorAdded(Change, of="investor", new=True):
    """An investor was added, by hand or from a file."""


class InvestorEdited(Change, of="investor", by="investor.edit"):
    """The fields of an investor changed."""


class InvestorNamed(Change, of="investor_name", by="investor.alias"):
    """An investor has a further name."""


class InvestorIdentified(Change, of="investor_identifier"):
    """A number of an investor was recorded, corrected or withdrawn."""


class InvestorArchived(Change, of="investor", by="investor.archive"):
    """An investor went out of use."""


class InvestorRestored(Change, of="investor", by="investor.restore"):
    """An investor came back into use."""


class InvestorTagged(Change, of="tagging", by="investor.tag"):
    """A tag was put on an investor, or taken off it."""


class RecordsMerged(Change, of="merge", by="investor.merge contact.merge"):
    """Two investors or two contacts became one."""


class RecordsUnmerged(Change, of="merge", by="investor.unmerge contact.unmerge"):
    """A merge was undone."""


class GroupChanged(Change, of="ownership"):
    """An investor joined or left a group, or the days of it were corrected."""


class ContactAdded(Change, of="contact", new=True):
    """A contact was added, by hand or from a file."""


class ContactEdited(Change, of="contact", by="contact.edit"):
    """The fields of a contact changed."""


class ContactEmployed(
    Change,
    of="employment",
    by="contact.employ contact.leave contact.edit_employment contact.withdraw_employment contact.restore_employment",
):
    """An employment began, ended, or was corrected, withdrawn or restored."""


class ContactArchived(Change, of="contact", by="contact.archive"):
    """A contact went out of use."""


class ContactRestored(Change, of="contact", by="contact.restore"):
    """A contact came back into use."""


class ContactErased(Change, of="contact", by="contact.erase"):
    """The personal data of a contact were erased."""


class MeetingLogged(Change, of="meeting", new=True):
    """A meeting was logged, by hand or from a file."""


class MeetingEdited(Change, of="meeting", by="meeting.edit"):
    """A meeting was corrected."""


class MeetingWithdrawn(Change, of="meeting", by="meeting.withdraw"):
    """A meeting was withdrawn."""


class MeetingRestored(Change, of="meeting", by="meeting.restore"):
    """A meeting was restored."""


class FollowUpAdded(Change, of="followup", new=True):
    """A follow-up was added."""


class FollowUpDone(Change, of="followup", by="followup.done meeting.log"):
    """A follow-up was done."""


class FollowUpEdited(Change, of="followup", by="followup.edit followup.reopen followup.restore followup.cancel"):
    """A follow-up was corrected, reopened, cancelled or restored."""


class RequestOpened(Change, of="request", new=True):
    """A request was recorded."""


class RequestMoved(
    Change,
    of="request_event",
    by="request.assign request.answer request.solve request.give_up request.reopen",
):
    """A request was assigned, answered, solved, given up or reopened."""


class RequestEdited(Change, of="request", by="request.edit request.withdraw request.restore"):
    """A request was corrected, withdrawn or restored."""


class RequestRated(Change, of="request", by="request.rate"):
    """An enterprise said how satisfied it was."""


class CapitalReversed(Change, of="capital_arrival", by="capital.reverse capital.correct"):
    """An entry reverses an arrival of capital, or takes its place."""


class CapitalRecorded(Change, of="capital_arrival", new=True):
    """An arrival of capital was recorded."""


class CapitalVerified(Change, of="capital_arrival", by="capital.verify"):
    """An arrival of capital was verified."""


class CapitalConfirmed(Change, of="capital_arrival", by="capital.confirm"):
    """An arrival of capital was confirmed: it counts from now on."""


class ContractReversed(Change, of="contract_amount", by="contract.reverse contract.correct"):
    """An entry reverses a contract amount, or takes its place."""


class ContractRecorded(Change, of="contract_amount", new=True):
    """A contract amount was recorded."""


class ContractVerified(Change, of="contract_amount", by="contract.verify"):
    """A contract amount was verified."""


class ContractConfirmed(Change, of="contract_amount", by="contract.confirm"):
    """A contract amount was confirmed: it counts from now on."""


class ReferralAdded(Change, of="referral", new=True):
    """A referral was recorded."""


class ReferralConfirmed(Change, of="referral", by="referral.confirm"):
    """A referral was confirmed."""


class ReferralEnded(Change, of="referral", by="referral.decline referral.withdraw"):
    """A referral was declined or withdrawn."""


class ReferralEdited(Change, of="referral", by="referral.edit referral.restore referral.share"):
    """A referral or its credit was corrected, or it was restored."""


class ClaimMoved(Change, of="claim_event"):
    """A claim was filed, renewed, released, transferred or ruled on."""


class TripPlanned(Change, of="delegation", new=True):
    """A trip was planned."""


class TripEdited(Change, of="delegation", by="trip.edit"):
    """The fields of a trip changed."""


class TripEnded(Change, of="delegation", by="trip.close trip.cancel"):
    """A trip was closed or cancelled."""


class EventAdded(Change, of="event", new=True):
    """A promotion event was added."""


class EventEdited(Change, of="event", by="event.edit event.hold event.cancel"):
    """A promotion event was changed, held or cancelled."""


class EventAttended(Change, of="event_attendance", by="event.attend"):
    """An attendance of an event was recorded."""


class TargetSet(Change, of="target_terms"):
    """A target, or other terms of one, were set."""


class ScorecardFrozen(Change, of="score"):
    """A scorecard was frozen."""


class PeriodClosed(Change, of="closing"):
    """The figures of a period were closed."""


class ImportApplied(Change, of="import", by="import.apply"):
    """The rows of a file were recorded."""


class ImportUndone(Change, of="import", by="import.undo"):
    """An import was undone."""


class StaffAdded(Change, of="staff", new=True):
    """A member of staff was added."""


class StaffMoved(Change, of="posting", by="staff.move station.status unit.archive staff.restore"):
    """A member of staff has another role or place."""


class StaffArchived(Change, of="staff", by="staff.archive"):
    """A member of staff left."""


class StaffBound(Change, of="binding"):
    """An identity was bound to a member of staff, or is no longer."""


class UnitChanged(Change, of="unit"):
    """A unit was added, changed, or went out of or back into use."""


class StationChanged(Change, of="station", by="station.add station.edit"):
    """A station was added or changed."""


class StationMoved(Change, of="station_event", by="station.status"):
    """A station has another status."""
