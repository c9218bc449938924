"""What a caller may pass for a record of each noun: itself, its number, its uid, or a text that names it."""

from __future__ import annotations

from uuid import UUID

from crm.models import (
    Contact,
    Evidence,
    Investor,
    Lead,
    PromotionEvent,
    Referral,
    Staff,
    Station,
    Tag,
    Trip,
    Unit,
)

InvestorRef = Investor | int | UUID | str
ContactRef = Contact | int | UUID | str
LeadRef = Lead | int | UUID | str
EvidenceRef = Evidence | int | UUID | str
ReferralRef = Referral | int | UUID | str
EventRef = PromotionEvent | int | UUID | str
TripRef = Trip | int | UUID | str
StationRef = Station | int | UUID | str
UnitRef = Unit | int | UUID | str
StaffRef = Staff | int | UUID | str
TagRef = Tag | int | UUID | str
