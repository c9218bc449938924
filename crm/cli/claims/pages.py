"""The columns of claims and of the pool."""

from __future__ import annotations

from crm.cli.printing.fields import date_of, described, field, moment_of, money_of, number_of, word
from crm.cli.printing.formatting import days
from crm.cli.printing.tables import Column
from crm.errors import N_
from crm.rules.claims import ClaimDetails, ClaimStepFields
from crm.values.shares import percent

_CLAIM_STYLES = {"active": "green", "contested": "yellow", "lapsed": "red"}


CLAIMS = described(
    ClaimDetails,
    number_of("claim"),
    field("unit_name", N_("Unit"), least=6),
    Column(
        N_("State"),
        lambda reader, row: reader.word("claim", row.state),
        style=lambda row: _CLAIM_STYLES.get(row.state, "dim"),
    ),
    date_of("protected_until", N_("Protected until")),
    Column(
        N_("Shares"),
        lambda _, row: "\n".join(f"{share.unit_name} {percent(share.points)}" for share in row.shares),
        drops=3,
    ),
    field("lead", N_("Project"), drops=1, least=12),
    field("investor", N_("Investor"), drops=4, least=8),
    moment_of("filed_at", N_("Filed")),
    field("filed_by", N_("By"), drops=5),
)


CLAIM_STEPS = described(
    ClaimStepFields,
    moment_of("at", N_("When")),
    field("unit", N_("Unit")),
    "kind",
    field("actor", N_("By"), drops=1),
)


POOL = (
    number_of("lead"),
    field("title", N_("Project"), least=12),
    field("investor", N_("Investor"), drops=2, least=8),
    word("stage", N_("Stage"), "stage"),
    field("industry", N_("Industry"), drops=4),
    money_of("expected", N_("Expected"), drops=3),
    date_of("since", N_("In the pool since"), drops=5),
    Column(N_("For"), lambda reader, row: days(reader.language, row.days), right=True),
    field("last_unit", N_("Last held by"), drops=6),
)
