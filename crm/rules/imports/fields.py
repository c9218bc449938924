"""The fields that a column of a file may hold, made of the declared fields of the nouns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from attrs import frozen

from crm.errors import N_
from crm.rules.imports.headings import HEADINGS
from crm.rules.investors.contacts import ContactFields, EmploymentDetails
from crm.rules.investors.fields import InvestorFields
from crm.rules.kernel.fields import Field, declared
from crm.rules.leads.fields import LeadFields
from crm.rules.ledgers.entries import ArrivalDetails
from crm.rules.meetings import FollowUpDetails, MeetingFields
from crm.rules.referrals import ReferralDetails
from crm.rules.requests import RequestDetails

#: The nouns that a row may hold, in the order in which they are written, with their fields.
NOUNS: Mapping[str, tuple[type, ...]] = {
    "investor": (InvestorFields,),
    "contact": (ContactFields, EmploymentDetails),
    "lead": (LeadFields,),
    "meeting": (MeetingFields,),
    "followup": (FollowUpDetails,),
    "capital": (ArrivalDetails,),
    "request": (RequestDetails,),
    "referral": (ReferralDetails,),
}
#: Fields that refer to a record that a row of a file cannot name.
LEFT_OUT = frozenset({"lead.parent", "meeting.trip", "meeting.brand", "capital.evidence", "referral.evidence"})
#: What a column may hold besides the declared fields of its noun.
_FURTHER: Mapping[str, str] = {
    "investor.alias": N_("Further name"),
    "investor.identifier": N_("Identifier"),
    "investor.tags": N_("Tags"),
    "lead.tags": N_("Tags"),
    "lead.currency": N_("Currency"),
    "lead.stage": N_("Stage"),
    "lead.since": N_("At this stage since"),
    "lead.carried_over": N_("Why it is carried over"),
    "meeting.zone": N_("Time zone"),
    "capital.currency": N_("Currency"),
    "referral.referrer": N_("Referrer"),
}


@frozen
class ImportField:
    """What a column may hold.

    Attributes:
        path: The noun and the name of the field, such as ``investor.country``: the argument of the noun's verbs.
        noun: The noun.
        name: The field.
        label: Its name for people, to be translated.
        field: Its declaration; None where it is not one of the declared fields.
        headings: The words by which people head such a column.
    """

    path: str
    noun: str
    name: str
    label: str
    field: Field | None
    headings: tuple[str, ...]


def _all() -> Iterator[ImportField]:
    for noun, kinds in NOUNS.items():
        known = {name: field for kind in kinds for name, field in declared(kind).items()}
        for name, field in known.items():
            if f"{noun}.{name}" not in LEFT_OUT:
                yield _field(f"{noun}.{name}", field.label, field)
        for path, label in _FURTHER.items():
            if path.startswith(f"{noun}."):
                yield _field(path, label, None)
        yield _field(f"{noun}.uid", "uid", None)


def _field(path: str, label: str, field: Field | None) -> ImportField:
    noun, _, name = path.partition(".")
    return ImportField(path, noun, name, label, field, HEADINGS.get(path, ()))


#: Everything that a column may hold, by path.
IMPORTABLE: Mapping[str, ImportField] = MappingProxyType({field.path: field for field in _all()})
