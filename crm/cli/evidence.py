"""The columns of evidence."""

from __future__ import annotations

from crm.cli.printing.fields import WITHDRAWN, described, field, number_of
from crm.cli.printing.tables import Column
from crm.errors import N_
from crm.rules.leads.fields import EvidenceFields

EVIDENCE = described(
    EvidenceFields,
    number_of("evidence"),
    "kind",
    "dated",
    "reference",
    "amount",
    field("submitted_by", N_("Submitted by"), drops=4),
    field("confirmed_by", N_("Confirmed by"), drops=3),
    WITHDRAWN,
    Column(
        N_("File"),
        lambda _, row: "" if row.file_size is None else f"{-(-row.file_size // 1000):,} kB",
        drops=5,
        right=True,
        key="file_size",
        value=lambda row: row.file_size,
    ),
    Column("SHA-256", lambda _, row: (row.sha256 or "")[:12], drops=6),
)
