"""How each declared noun is tried, and what is exempt of it: a file for each room."""

from __future__ import annotations

from collections.abc import Mapping

from tests.laws.nouns import (
    claims,
    events,
    figures,
    investors,
    leads,
    ledgers,
    meetings,
    places,
    referrals,
    requests,
    targets,
    trips,
)
from tests.laws.nouns.case import Case

#: By the name of its record in the audit.
CASES: Mapping[str, Case] = {
    **claims.CASES,
    **events.CASES,
    **figures.CASES,
    **investors.CASES,
    **leads.CASES,
    **ledgers.CASES,
    **meetings.CASES,
    **places.CASES,
    **referrals.CASES,
    **requests.CASES,
    **targets.CASES,
    **trips.CASES,
}
