"""The columns of referrals and of credit."""

from __future__ import annotations

from crm.cli.printing.fields import described, field, number_of, word
from crm.cli.printing.formatting import amount
from crm.cli.printing.tables import Column
from crm.errors import N_
from crm.rules.referrals import ReferralFields

_REFERRAL_STYLES = {"confirmed": "green", "declined": "red", "withdrawn": "red", "expired": "dim"}


REFERRALS = described(
    ReferralFields,
    number_of("referral"),
    field("referrer", N_("Referrer"), least=8),
    field("brought", N_("Leads brought"), drops=2, least=8),
    field("lead", N_("Project"), drops=1, least=12),
    "channel",
    "credit",
    Column(
        N_("State"),
        lambda reader, row: reader.word("referral", row.state),
        style=lambda row: _REFERRAL_STYLES.get(row.state, ""),
    ),
    "introduced",
    word("stage", N_("Stage"), "stage", drops=5),
)


def _sums(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of amounts in several currencies, each on a line of its own."""
    return Column(
        heading,
        lambda reader, row: "\n".join(amount(reader.language, money, short=True) for money in getattr(row, name)),
        drops=drops,
        right=True,
    )


CREDIT = (
    field("referrer", N_("Referrer"), least=8),
    field("leads", N_("Leads"), right=True),
    field("signed", N_("Signed"), right=True),
    field("landed", N_("Landed"), right=True),
    _sums("capital", N_("Capital by share")),
    field("chain_leads", N_("Indirect leads"), drops=2, right=True),
    _sums("chain_capital", N_("Indirect capital"), drops=1),
)
