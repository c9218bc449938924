"""The tables, one file for each aggregate."""

from __future__ import annotations

import warnings

from crm.models.audit import AuditEntry, AuditKey, AuditSeal, ConvertedEntry, SealedEntry
from crm.models.base import Base
from crm.models.claim import Claim, ClaimEvent, ClaimOrigin, ClaimShare, ClaimState, ClaimStep
from crm.models.event import Attendance, EventState, PromotionEvent
from crm.models.figure import Benchmark, ClosedArrival, ClosedContract, Closing, FigureUnit, PublishedFigure
from crm.models.imports import Import, ImportRow
from crm.models.industry import Industry
from crm.models.investor import (
    Contact,
    Distinct,
    Employment,
    Enterprise,
    Investor,
    InvestorIdentifier,
    InvestorName,
    NameKind,
)
from crm.models.lead import Assignment, CarriedOver, Evidence, Lead, Redate, Transition
from crm.models.ledger import CapitalArrival, ContractAmount, LedgerEntry
from crm.models.meeting import FollowUp, Meeting, MeetingContact, MeetingStaff, Minute
from crm.models.merge import Merge, MergeItem, Ownership
from crm.models.place import Binding, Posting, Staff, Station, StationEvent, Unit
from crm.models.rate import Rate, RateLoad
from crm.models.referral import Referral, ReferralStatus
from crm.models.request import Request, RequestEvent, RequestState, RequestStep
from crm.models.saved_view import SavedView
from crm.models.tag import Tag, Tagging
from crm.models.target import FrozenCell, FrozenScore, Target, TargetBaseline, TargetTerms, TargetUnit
from crm.models.trip import (
    Leg,
    Member,
    PlannedVisit,
    Trip,
    TripCost,
    TripUnit,
)
from crm.rules.events import EventKind
from crm.rules.investors.fields import InvestorKind
from crm.rules.leads.fields import EvidenceKind, SourceKind
from crm.rules.ledgers.entries import ArrivalKind, ContractKind, EntryState
from crm.rules.meetings import MeetingKind, MinuteKind
from crm.rules.places import StationStatus, UnitKind
from crm.rules.referrals import Channel, Strength
from crm.rules.requests import RequestChannel, RequestKind
from crm.rules.trips import CostKind, LeaderRank, VisitState

__all__ = [
    "ArrivalKind",
    "Assignment",
    "Attendance",
    "AuditEntry",
    "AuditKey",
    "AuditSeal",
    "Base",
    "Benchmark",
    "Binding",
    "CapitalArrival",
    "CarriedOver",
    "Channel",
    "Claim",
    "ClaimEvent",
    "ClaimOrigin",
    "ClaimShare",
    "ClaimState",
    "ClaimStep",
    "ClosedArrival",
    "ClosedContract",
    "Closing",
    "Contact",
    "ContractAmount",
    "ContractKind",
    "ConvertedEntry",
    "CostKind",
    "Distinct",
    "Employment",
    "Enterprise",
    "EntryState",
    "EventKind",
    "EventState",
    "Evidence",
    "EvidenceKind",
    "FigureUnit",
    "FollowUp",
    "FrozenCell",
    "FrozenScore",
    "Import",
    "ImportRow",
    "Industry",
    "Investor",
    "InvestorIdentifier",
    "InvestorKind",
    "InvestorName",
    "Lead",
    "LeaderRank",
    "LedgerEntry",
    "Leg",
    "Meeting",
    "MeetingContact",
    "MeetingKind",
    "MeetingStaff",
    "Member",
    "Merge",
    "MergeItem",
    "Minute",
    "MinuteKind",
    "NameKind",
    "Ownership",
    "PlannedVisit",
    "Posting",
    "PromotionEvent",
    "PublishedFigure",
    "Rate",
    "RateLoad",
    "Redate",
    "Referral",
    "ReferralStatus",
    "Request",
    "RequestChannel",
    "RequestEvent",
    "RequestKind",
    "RequestState",
    "RequestStep",
    "SavedView",
    "SealedEntry",
    "SourceKind",
    "Staff",
    "Station",
    "StationEvent",
    "StationStatus",
    "Strength",
    "Tag",
    "Tagging",
    "Target",
    "TargetBaseline",
    "TargetTerms",
    "TargetUnit",
    "Transition",
    "Trip",
    "TripCost",
    "TripUnit",
    "Unit",
    "UnitKind",
    "VisitState",
]  # fmt: skip

#: Former names with the current ones, until the next release.
_RENAMED = {"Delegation": "Trip", "DelegationCost": "TripCost", "DelegationUnit": "TripUnit"}


def __getattr__(name: str) -> object:
    """Return a model by its former name, with a warning."""
    if name not in _RENAMED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(f"crm.models.{name} is now crm.models.{_RENAMED[name]}", DeprecationWarning, stacklevel=2)
    return globals()[_RENAMED[name]]
