"""The words for every code that people read or type, by context; the catalogues translate them.

The codes are written out here because help must not load the models that define them; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping


def P_(context: str, text: str) -> str:  # noqa: ARG001, N802 - the context is for the catalogues; gettext's own name
    """Mark a word for the catalogues within a context; returns the word."""
    return text


WORDS: Mapping[str, Mapping[str, str]] = {
    "stage": {
        "contact": P_("stage", "contact"),
        "negotiating": P_("stage", "negotiating"),
        "signed": P_("stage", "signed"),
        "registered": P_("stage", "registered"),
        "implementing": P_("stage", "implementing"),
        "landed": P_("stage", "landed"),
    },
    "status": {
        "active": P_("status", "active"),
        "on_hold": P_("status", "on hold"),
        "lost": P_("status", "lost"),
        "abandoned": P_("status", "abandoned"),
        "exited": P_("status", "exited"),
    },
    "move": {
        "open": P_("move", "open"),
        "advance": P_("move", "advance"),
        "back": P_("move", "back"),
        "hold": P_("move", "hold"),
        "resume": P_("move", "resume"),
        "lose": P_("move", "lose"),
        "abandon": P_("move", "abandon"),
        "reopen": P_("move", "reopen"),
        "exit": P_("move", "exit"),
    },
    "role": {
        "viewer": P_("role", "viewer"),
        "ambassador": P_("role", "ambassador"),
        "manager": P_("role", "manager"),
        "verifier": P_("role", "verifier"),
        "admin": P_("role", "admin"),
    },
    "station status": {
        "exploring": P_("station status", "exploring"),
        "planned": P_("station status", "planned"),
        "operating": P_("station status", "operating"),
        "closed": P_("station status", "closed"),
    },
    "unit kind": {
        "district": P_("unit kind", "district"),
        "zone": P_("unit kind", "functional zone"),
        "department": P_("unit kind", "department"),
        "enterprise": P_("unit kind", "municipal enterprise"),
    },
    "investor kind": {
        "enterprise": P_("investor kind", "enterprise"),
        "fund": P_("investor kind", "fund"),
        "cluster": P_("investor kind", "cluster"),
        "chamber": P_("investor kind", "chamber"),
        "association": P_("investor kind", "association"),
        "agency": P_("investor kind", "agency"),
        "platform": P_("investor kind", "platform"),
    },
    "name kind": {
        "legal": P_("name kind", "legal"),
        "trading": P_("name kind", "trading"),
        "former": P_("name kind", "former"),
        "short": P_("name kind", "short"),
    },
    "source": {
        "station": P_("source", "station"),
        "unit": P_("source", "unit"),
        "event": P_("source", "event"),
        "referral": P_("source", "referral"),
    },
    "evidence": {
        "memorandum": P_("evidence", "memorandum"),
        "letter_of_intent": P_("evidence", "letter of intent"),
        "agreement": P_("evidence", "binding agreement"),
        "licence": P_("evidence", "business licence"),
        "filing": P_("evidence", "foreign investment filing"),
        "capital_verification": P_("evidence", "capital verification"),
        "construction_permit": P_("evidence", "construction permit"),
        "construction_start": P_("evidence", "start of construction"),
        "operation_start": P_("evidence", "start of operation"),
        "photograph": P_("evidence", "photograph"),
        "other": P_("evidence", "other"),
    },
    "meeting": {
        "visit": P_("meeting", "visit"),
        "reception": P_("meeting", "reception"),
        "video": P_("meeting", "video"),
        "call": P_("meeting", "call"),
        "message": P_("meeting", "message"),
    },
    "minutes": {
        "agreed": P_("minutes", "agreed"),
        "promised": P_("minutes", "promised"),
        "next": P_("minutes", "next"),
    },
    "arrival": {
        "new": P_("arrival", "new capital"),
        "increase": P_("arrival", "increase"),
        "reinvestment": P_("arrival", "reinvestment"),
        "shareholder_loan": P_("arrival", "shareholder loan"),
    },
    "arrival state": {
        "reported": P_("arrival state", "reported"),
        "verified": P_("arrival state", "verified"),
    },
    "rank": {
        "city": P_("rank", "city leader"),
        "first": P_("rank", "first person of the unit"),
        "deputy": P_("rank", "deputy"),
        "other": P_("rank", "other"),
    },
    "planned visit": {
        "planned": P_("planned visit", "planned"),
        "done": P_("planned visit", "done"),
        "cancelled": P_("planned visit", "cancelled"),
    },
}
