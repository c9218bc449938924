"""Signatures by different people, where the policy requires bound staff."""

from __future__ import annotations

from sqlalchemy import select

from crm.errors import N_, AccessDenied, problem
from crm.models import AuditEntry, Binding, Staff
from crm.refusals import own_figure
from crm.rules.identities import Identity
from crm.services.kernel.context import Context
from crm.values.moments import bureau_day

#: Verbs that sign what another has submitted.
_SIGNING = (".verify", ".confirm")


def ensure_another_hand(
    context: Context, record: str, record_id: int, again: str, *, submitted: bool = False, **params: str
) -> None:
    """Refuse to sign a record that the same bound person or identity submitted or signed, in whose name ever.

    Each earlier signature is judged by the policy of its day. One statement where the policy requires bound staff, else
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
    signed = (
        select(AuditEntry, Staff.username, Binding.staff_id, Binding.kind, Binding.name)
        .join(Staff, Staff.id == AuditEntry.actor_id)
        .outerjoin(Binding, Binding.id == AuditEntry.binding_id)
        .where(AuditEntry.record == record, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.id)
    )
    for entry, actor, staff_id, kind, name in context.session.execute(signed):
        if submitted and entry.verb.endswith(_SIGNING):
            continue
        identity = None if entry.binding_id is None else Identity(kind, name)
        if identity is None and context.asks_binding(bureau_day(entry.at)):
            raise AccessDenied(
                problem(
                    N_("The policy requires bound signers, and the signature of {actor} is not proven."),
                    again,
                    code="unbound",
                    actor=actor,
                    id=record_id,
                    **params,
                )
            )
        if staff_id == proof.staff_id or identity == proof.identity:
            raise AccessDenied(
                own_figure(
                    N_("{identity} signed this already, as {actor}; each signature needs another bound person."),
                    actor,
                    N_("Ask somebody who has not signed it."),
                    identity=str(proof.identity),
                )
            )
