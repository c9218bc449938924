"""The titles of an investor's leads: two leads with one title may be one project."""

from __future__ import annotations

from sqlalchemy import select

from crm.errors import N_, problem
from crm.models import Lead
from crm.reads.kernel.visibility import visible
from crm.services.kernel.context import Context
from crm.services.kernel.locks import lock_keys
from crm.services.kernel.twins import refuse_twins
from crm.values.text import comparison_key


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
