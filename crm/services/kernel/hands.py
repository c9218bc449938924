"""Signatures by different people, where the policy requires bound staff."""

from __future__ import annotations

from crm.errors import N_, AccessDenied, problem
from crm.reads.audit.hands import hands
from crm.refusals import own_figure
from crm.services.kernel.context import Context
from crm.values.moments import bureau_day

#: Verbs that sign what another has submitted.
_SIGNING = (".verify", ".confirm")


def ensure_another_hand(
    context: Context, record: str, record_id: int, again: str, *, submitted: bool = False, **params: str
) -> None:
    """Refuse to sign a record that the same bound person or identity submitted or signed, in whose name ever.

    Each earlier signature is judged by the policy of its day. One statement where the policy asks for bound staff, else
    none.

    Args:
        context: Who signs.
        record: The sort of record.
        record_id: Which.
        again: The way out where nothing proves an earlier signature.
        submitted: Ask for the submission alone.
        params: What *again* names.

    Raises:
        AccessDenied: The same person or identity signed before, or nothing proves who did.
    """
    proof = context.proof
    if not context.asks_binding() or proof is None:
        return
    for hand in hands(context.session, record, record_id):
        if submitted and hand.verb.endswith(_SIGNING):
            continue
        if hand.identity is None and context.asks_binding(bureau_day(hand.at)):
            raise AccessDenied(
                problem(
                    N_("Nothing proves that {actor} signed this, and the policy asks for it."),
                    again,
                    code="unbound",
                    actor=hand.actor,
                    id=record_id,
                    **params,
                )
            )
        if hand.staff_id == proof.staff_id or hand.identity == proof.identity:
            raise AccessDenied(
                own_figure(
                    N_("{identity} signed this already, as {actor}; each signature needs another bound person."),
                    hand.actor,
                    N_("Ask somebody who has not signed it."),
                    identity=str(proof.identity),
                )
            )
