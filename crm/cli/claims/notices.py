"""The claims on a company, printed after the answer of a verb about it."""

from __future__ import annotations

from collections.abc import Sequence

from crm.cli.kit.face import Face
from crm.cli.printing.widths import wrap
from crm.errors import N_
from crm.reads.claims.rows import ClaimRow

#: The number of claims that are printed one by one.
_MOST = 5


def tell(face: Face, claims: Sequence[ClaimRow]) -> None:
    """Print each claim on the company's leads, with unit and last day; JSON has them already."""
    if face.json or not claims:
        return
    from crm.cli.printing.tables import width

    lines = []
    for row in claims[:_MOST]:
        text = (
            N_("Lead {lead_id} ({lead}) is contested; {unit} is one of the claimants.")
            if row.protected_until is None
            else N_("Lead {lead_id} ({lead}) is claimed by {unit} until {until}.")
        )
        lines.append(face.say(text, lead_id=row.lead_id, lead=row.lead, unit=row.unit_name, until=row.protected_until))
    if (more := len(claims) - _MOST) > 0:
        lines.append(
            face.say_n("and {count} more claim: crm investor show", "and {count} more claims: crm investor show", more)
        )
    for line in lines:
        face.echo("\n  ".join(wrap("• " + line, width() - 2)))
