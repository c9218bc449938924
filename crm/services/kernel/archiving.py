"""Archiving and restoring: what the verbs of all nouns share."""

from __future__ import annotations

from typing import Any

from crm.errors import N_, Conflict, problem
from crm.services.kernel.conflicts import archived


def ensure_restorable(record: Any, survivor: Any = None) -> None:
    """Refuse to restore a record that is in use, was merged into *survivor*, or was erased.

    Raises:
        Conflict: It is not archived, or it was merged into another.
        Archived: Its data was erased.
    """
    if record.archived_at is None:
        sentence, way_out = N_('"{name}" is not archived.'), N_("There is nothing to restore; use the record.")
        raise Conflict(problem(sentence, way_out, code="not_archived", name=record.name))
    if getattr(record, "erased_at", None) is not None:
        raise archived(record)
    if survivor is not None and survivor is not record:
        raise Conflict(
            problem(
                N_('"{name}" was merged into "{survivor}", number {id}.'),
                N_("Use that record. If they are two after all, undo the merge: crm {noun} merges, crm {noun} unmerge"),
                code="merged",
                name=record.name,
                survivor=survivor.name,
                id=survivor.id,
                noun=type(record).__name__.lower(),
            )
        )
