"""Alias for one release: import the rows of lists and cards from ``crm.reads.<noun>.rows``."""

from __future__ import annotations

import warnings
from importlib import import_module

_HOMES = {
    "crm.reads.audit.rows": ("AuditRow", "Discrepancy"),
    "crm.reads.evidence": ("EvidenceRow",),
    "crm.reads.investors.rows": ("ContactRow", "InvestorCard", "InvestorRow", "NameRow"),
    "crm.reads.leads.rows": (
        "AssignmentRow",
        "BoardColumn",
        "EnterpriseRow",
        "HistoryRow",
        "LeadCard",
        "LeadRow",
        "StageTime",
    ),
    "crm.reads.meetings.rows": ("FollowUpRow", "MeetingCard", "MeetingRow"),
    "crm.reads.places.rows": ("StaffRow", "StationCard", "StationEventRow", "StationRow", "UnitRow"),
}


def __getattr__(name: str) -> object:
    """Return a row class from where it is now."""
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(f"{name} is now in {home}; {__name__} goes with the next release", DeprecationWarning, stacklevel=2)
    return getattr(import_module(home), name)
