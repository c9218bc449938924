"""The input of the gates: the facts of one lead on one day, read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import frozen

from crm.errors import N_


@frozen(kw_only=True)
class LeadFacts:
    """The facts that gates check; all of them are derived from records.

    Attributes:
        investor: There is an investor, and it is not archived.
        source: The source is known: a station, unit, event or referral.
        received_on: The day the lead was received.
        two_way_meeting: A meeting of both sides with a named contact of the investor is on record.
        unit: A responsible unit is named.
        expected: The expected amount is known, with its currency.
        industry: The industry is known (GB/T 4754).
        agreement: A binding agreement with its date and amount is on record.
        company: The project company has its name.
        credit_code: The project company has a unified social credit code that checks.
        licence: The day of its licence is known.
        foreign: The capital is foreign, or from Hong Kong, Macao or Taiwan.
        filing: The filing of foreign investment is on record.
        arrival: A verified capital arrival stands unreversed, from that day or before.
        capital: One stands, whatever its day.
        construction: Evidence of the start of construction is on record.
        start: Evidence of the start of construction or operation is on record.
        confirmed: Someone who did not submit that evidence has confirmed it.
        carried_over: It was carried over and is not settled.
        withdrawn: The gates that something withdrawn once met.
    """

    investor: bool = False
    source: bool = False
    received_on: date | None = None
    two_way_meeting: bool = False
    unit: bool = False
    expected: bool = False
    industry: bool = False
    agreement: bool = False
    company: bool = False
    credit_code: bool = False
    licence: bool = False
    foreign: bool = False
    filing: bool = False
    arrival: bool = False
    capital: bool = False
    construction: bool = False
    start: bool = False
    confirmed: bool = False
    carried_over: bool = False
    withdrawn: frozenset[str] = frozenset()


@frozen
class Gate:
    """One condition for entering a stage.

    Attributes:
        text: What is missing when it is not met; an English template.
        way_out: What to do about it, with the verb of the command line.
        met: Reads the facts and says whether it is met.
    """

    text: str
    way_out: str
    met: Callable[[LeadFacts], bool]


#: Every gate a policy can name. Another city composes its stages from these.
GATES: Mapping[str, Gate] = MappingProxyType(
    {
        "investor": Gate(N_("An investor is missing."), N_("Name it: crm lead open INVESTOR …"), lambda f: f.investor),
        "source": Gate(
            N_("The source is missing: a station, unit, event or referral."),
            N_("Add it: crm lead edit LEAD --source …"),
            lambda f: f.source,
        ),
        "received": Gate(
            N_("The day the lead was received is missing."),
            N_("Add it: crm lead open … --received DAY"),
            lambda f: f.received_on is not None,
        ),
        "two_way_meeting": Gate(
            N_("A two-way meeting with a named contact is missing."),
            N_("Log it: crm visit log LEAD --contact …"),
            lambda f: f.two_way_meeting,
        ),
        "unit": Gate(
            N_("A responsible unit is missing."), N_("Name it: crm lead handover LEAD --unit …"), lambda f: f.unit
        ),
        "expected": Gate(
            N_("The expected amount with its currency is missing."),
            N_('Add it: crm lead edit LEAD --expected "20000000 USD"'),
            lambda f: f.expected,
        ),
        "industry": Gate(
            N_("The industry (GB/T 4754) is missing."),
            N_("Add it: crm lead edit LEAD --industry C36"),
            lambda f: f.industry,
        ),
        "agreement": Gate(
            N_(
                "A binding agreement with its date and amount is missing; a memorandum or letter of intent does not "
                "count."
            ),
            N_("Add it: crm lead evidence LEAD --kind agreement --dated DAY --amount …"),
            lambda f: f.agreement,
        ),
        "company": Gate(
            N_("The project company's name is missing."),
            N_("Add it: crm lead register LEAD --name …"),
            lambda f: f.company,
        ),
        "credit_code": Gate(
            N_("The project company's unified social credit code is missing."),
            N_("Add it: crm lead register LEAD --credit-code …"),
            lambda f: f.credit_code,
        ),
        "licence": Gate(
            N_("The day of the project company's licence is missing."),
            N_("Add it: crm lead register LEAD --licensed DAY"),
            lambda f: f.licence,
        ),
        "filing": Gate(
            N_("The filing of foreign investment is missing."),
            N_("Add it: crm lead register LEAD --filing REFERENCE"),
            lambda f: f.filing or not f.foreign,
        ),
        "arrival_or_construction": Gate(
            N_("A verified capital arrival, or evidence that construction has started, is missing."),
            N_("Record it: crm capital record LEAD …, or crm lead evidence LEAD --kind construction_start …"),
            lambda f: f.arrival or f.construction,
        ),
        "arrival": Gate(
            N_("A verified capital arrival is missing."),
            N_("Record it: crm capital record LEAD …; another person then verifies it."),
            lambda f: f.arrival,
        ),
        "start": Gate(
            N_("Evidence of the start of construction or operation is missing."),
            N_("Add it: crm lead evidence LEAD --kind operation_start …"),
            lambda f: f.start,
        ),
        "confirmed": Gate(
            N_("The start is not confirmed by a person other than its submitter."),
            N_("A verifier has to confirm it: crm lead confirm EVIDENCE"),
            lambda f: f.confirmed,
        ),
    }
)

#: Gates that a reversal can undo. Those met by documents and meetings are undone where these are withdrawn.
REVERSIBLE = frozenset({"arrival", "arrival_or_construction"})
