"""``crm capital``: the ledger of capital arrivals."""

from __future__ import annotations

from crm.cli.kit.verbs import noun
from crm.cli.ledgers.verbs import LedgerNoun, join
from crm.errors import N_
from crm.rules.ledgers.entries import ArrivalDetails

command = noun("capital")

join(
    command,
    LedgerNoun(
        noun="capital",
        fields=ArrivalDetails,
        corrected=ArrivalDetails,
        help=N_("Record capital that has arrived; another person verifies it, and a third confirms it."),
        examples=(
            'crm capital record 1 "5000000 USD" --arrived 2023-07-03 --reference 验资报告2023-88',
            'crm capital record 1 3.45亿美元 --arrived "2022-12-31 23:30 Europe/Berlin" --reference 银行回单77',
            "crm capital record 1 500万美元 --arrived 2023-07-03 --evidence 4 --country HK --ultimate JP",
        ),
        complete=True,
        empty=N_("No capital has arrived."),
    ),
)
