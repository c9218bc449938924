"""The day of a move and the signings that stand, as the hand-written statements have them; the moves are called t."""

from __future__ import annotations

#: The newest correction, or else the day that was recorded.
DAY = (
    "CASE WHEN t.id IN (SELECT transition_id FROM crm_redate) THEN (SELECT r.occurred_on FROM crm_redate r"
    " WHERE r.transition_id = t.id ORDER BY r.number DESC LIMIT 1) ELSE t.occurred_on END"
)


def between(first: str, last: str, *, sqlite: bool) -> str:
    """Return the condition that this day is in a period, found through the indexes."""
    newest = (
        f"(SELECT r.transition_id FROM crm_redate r WHERE r.occurred_on BETWEEN '{first}' AND '{last}'"
        " AND NOT EXISTS (SELECT 1 FROM crm_redate n WHERE n.transition_id = r.transition_id AND n.number > r.number))"
    )
    one_of = f"t.id IN {newest}" if sqlite else f"t.id = ANY (ARRAY{newest})"
    untouched = "t.id NOT IN (SELECT transition_id FROM crm_redate)"
    return f"(t.occurred_on BETWEEN '{first}' AND '{last}' AND {untouched} OR {one_of})"


def stands(reached: str, move: str = "t") -> str:
    """Return the condition that a move into *reached* was not taken back in its cycle."""
    return (
        f"NOT EXISTS (SELECT 1 FROM crm_transition b WHERE b.lead_id = {move}.lead_id AND b.number > {move}.number"
        f" AND b.cycle = {move}.cycle AND b.kind = 'back' AND b.to_stage NOT IN {reached})"
    )
