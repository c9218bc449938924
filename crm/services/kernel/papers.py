"""The supporting document of a ledger entry or a referral."""

from __future__ import annotations

from crm.models import Evidence, Lead
from crm.reads.kernel.visibility import may_see
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import ensure_standing
from crm.services.kernel.finding import find, missing


def standing_paper(context: Context, ref: object) -> Evidence:
    """Return a document that the actor may see, locked against withdrawing until the transaction ends.

    Raises:
        NotFound: There is none, or it is a hidden lead's.
        Conflict: It is withdrawn.
    """
    paper = find(context.session, Evidence, ref, what="evidence", keeping=True)
    if not may_see(context.actor, context.session.get_one(Lead, paper.lead_id)):
        raise missing("evidence", str(getattr(ref, "id", ref)))
    ensure_standing(paper, "crm lead restore-evidence")
    return paper
