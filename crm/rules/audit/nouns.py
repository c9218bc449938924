"""The nouns whose fields are declared, each by the name of its record in the audit."""

from __future__ import annotations

from collections.abc import Mapping

from crm.rules.claims import ClaimDetails, ClaimStepFields
from crm.rules.events import AttendanceFields, EventFields
from crm.rules.figures.benchmarks import BenchmarkFields
from crm.rules.investors.contacts import ContactFields, EmploymentFields
from crm.rules.investors.fields import InvestorFields
from crm.rules.leads.fields import EnterpriseFields, EvidenceFields, LeadFields
from crm.rules.ledgers.entries import ArrivalFields, ContractFields
from crm.rules.meetings import FollowUpFields, MeetingFields, MinuteFields
from crm.rules.places import PostingFields, StaffFields, StationEventFields, StationFields, UnitFields
from crm.rules.referrals import ReferralFields
from crm.rules.requests import RequestFields, RequestStepFields
from crm.rules.targets.fields import TargetFields, TermsFields
from crm.rules.trips import CostFields, LegFields, MemberFields, PartnerFields, TripFields, VisitFields

NOUNS: Mapping[str, type] = {
    "benchmark": BenchmarkFields,
    "capital_arrival": ArrivalFields,
    "claim": ClaimDetails,
    "claim_event": ClaimStepFields,
    "contact": ContactFields,
    "contract_amount": ContractFields,
    "delegation": TripFields,
    "delegation_cost": CostFields,
    "delegation_leg": LegFields,
    "delegation_member": MemberFields,
    "delegation_unit": PartnerFields,
    "employment": EmploymentFields,
    "enterprise": EnterpriseFields,
    "event": EventFields,
    "event_attendance": AttendanceFields,
    "evidence": EvidenceFields,
    "followup": FollowUpFields,
    "investor": InvestorFields,
    "lead": LeadFields,
    "meeting": MeetingFields,
    "minute": MinuteFields,
    "planned_visit": VisitFields,
    "posting": PostingFields,
    "referral": ReferralFields,
    "request": RequestFields,
    "request_event": RequestStepFields,
    "staff": StaffFields,
    "station": StationFields,
    "station_event": StationEventFields,
    "target": TargetFields,
    "target_terms": TermsFields,
    "unit": UnitFields,
}
