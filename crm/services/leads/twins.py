"""Likely duplicates of leads by title, and of documents by file or reference."""

from __future__ import annotations

from sqlalchemy import or_, select

from crm.errors import N_, Problem, problem
from crm.models import Evidence, Lead
from crm.models.base import standing
from crm.reads.kernel.visibility import visible
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_keys
from crm.services.kernel.twins import refuse_twins
from crm.values.text import comparison_key, reference_key


def ensure_other_title(context: Context, investor: int, title: str, *, but: int = 0) -> None:
    """Refuse a title that another lead of the investor has; leads that the actor may not see are not compared.

    Concurrent leads of one investor with one title are serialised until the transaction ends. Two statements.

    Raises:
        LikelyDuplicate: There are such leads; all are named.
    """
    key = comparison_key(title)
    lock_keys(context.session, f"lead of {investor}: {key}")
    same = context.session.execute(
        select(Lead.id, Lead.title)
        .where(Lead.investor_id == investor, Lead.key == key, Lead.id != but, visible(context.actor))
        .order_by(Lead.id)
    ).all()
    refuse_twins(
        (
            number,
            name,
            problem(
                N_('Lead {id} of this investor has the same title: "{title}".'),
                N_("Use that lead, or say why it is another project: --distinct WHY"),
                field="title",
                code="known",
                id=number,
                title=name,
            ),
        )
        for number, name in same
    )


def ensure_other_paper(context: Context, reference: str | None, sha256: str | None, *, but: int = 0) -> None:
    """Refuse a document that a lead has; those of leads that the actor may not see are not compared. Two statements.

    Width, spaces and case of the reference are set apart. Concurrent documents of one file or reference are serialised
    until the transaction ends.

    Args:
        context: Session and actor.
        reference: Number or title of the document; None where it stays.
        sha256: SHA-256 of its file; None where there is none, or it stays.
        but: The document that it is.

    Raises:
        LikelyDuplicate: There are such documents; the first of them are named.
    """
    wanted = {"reference_key": reference and reference_key(reference), "sha256": sha256}
    given = {name: value for name, value in wanted.items() if value}
    if not given:
        return
    lock_keys(context.session, *(f"{name} {value}" for name, value in given.items()))
    same = context.session.scalars(
        select(Evidence)
        .join(Lead, Lead.id == Evidence.lead_id)
        .where(or_(*(getattr(Evidence, name) == value for name, value in given.items())))
        .where(Evidence.id != but, standing(Evidence), visible(context.actor))
        .order_by(Evidence.id)
    ).all()
    refuse_twins((paper.id, paper.reference, _known(paper, sha256)) for paper in same)


def _known(paper: Evidence, sha256: str | None) -> Problem:
    by_file = sha256 is not None and paper.sha256 == sha256
    return problem(
        N_('Document {id} of lead {lead} has the same file: "{reference}", of {day}.')
        if by_file
        else N_('Document {id} of lead {lead} has the same reference: "{reference}", of {day}.'),
        N_("Use that record, or say why it is another document: --distinct WHY"),
        field="sha256" if by_file else "reference",
        code="known",
        id=paper.id,
        lead=paper.lead_id,
        reference=paper.reference,
        day=paper.dated_on,
    )
