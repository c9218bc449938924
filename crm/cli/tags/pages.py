"""The columns of tags."""

from __future__ import annotations

from crm.cli.printing.fields import field
from crm.cli.printing.tables import Column
from crm.errors import N_

TAGS = (
    field("name", N_("Tag"), least=8),
    field("leads", N_("Leads"), right=True),
    field("investors", N_("Investors"), right=True),
    Column(N_("Merged into it"), lambda reader, row: reader.language.listed(row.merged), drops=1, key="merged"),
)
