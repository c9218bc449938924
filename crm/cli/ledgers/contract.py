"""``crm contract``: the ledger of contract amounts."""

from __future__ import annotations

from crm.cli.kit.verbs import noun
from crm.cli.ledgers.verbs import LedgerNoun, join
from crm.errors import N_
from crm.rules.ledgers.entries import ContractDetails, ContractFields

command = noun("contract")

join(
    command,
    LedgerNoun(
        noun="contract",
        fields=ContractFields,
        corrected=ContractDetails,
        help=N_(
            "Record a contract amount, or a decrease of one; another person verifies it, and a third "
            "confirms it.\n\nWithout an amount, amount, day and reference are taken from --evidence, or from "
            "the lead's only agreement."
        ),
        examples=(
            "crm contract record 1",
            'crm contract record 1 "20000000 USD" --agreed 2023-05-18 --reference 投资协议2023-12',
            'crm contract record 1 "3000000 USD" --kind decrease --agreed 2023-09-01 --reference 补充协议1 --reason 缩减规模',
        ),
        complete=False,
        empty=N_("No contract is recorded."),
    ),
)
