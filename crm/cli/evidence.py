"""The columns of evidence."""

from __future__ import annotations

from crm.cli.printing.fields import NUMBER, date_of, field, money_of, word
from crm.cli.printing.tables import Column
from crm.errors import N_

EVIDENCE = (
    NUMBER,
    word("kind", N_("Kind"), "evidence"),
    date_of("dated_on", N_("Day")),
    field("reference", N_("Reference"), least=14),
    money_of("amount", N_("Amount"), drops=2),
    field("submitted_by", N_("Submitted by"), drops=4),
    field("confirmed_by", N_("Confirmed by"), drops=3),
    Column("SHA-256", lambda _, row: (row.sha256 or "")[:12], drops=5),
)
