"""What tests ask of claims."""

from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import Lead
from tests.factories import World


def only(door: CRM, **wanted: Any) -> Any:
    """Return the one claim of a list."""
    (row,) = door.claims.list(**wanted)
    return row


def states(world: World, lead: Lead) -> dict[str, str]:
    """Return the state of each unit's latest claim."""
    return {row.unit: row.state for row in reversed(world.manager.claims.list(lead=lead))}
