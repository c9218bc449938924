"""The document that an entry of a ledger or a referral rests on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from crm.models import Evidence
from crm.services.kernel.corrections import ensure_standing
from crm.services.kernel.finding import find


def standing_paper(session: Session, ref: object) -> Evidence:
    """Return a document, locked against withdrawing until the transaction ends.

    Raises:
        NotFound: There is none.
        Conflict: It is withdrawn.
    """
    paper = find(session, Evidence, ref, what="evidence", keeping=True)
    ensure_standing(paper, "crm lead restore-evidence")
    return paper
