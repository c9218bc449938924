"""``crm contract``: the ledger of contract amounts."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.verbs import argument, day_option, noun, option, reason_option, verb
from crm.cli.ledgers.verbs import LedgerNoun, about_options, join, lead_argument
from crm.errors import N_

command = noun("contract")

_LEDGER = LedgerNoun(
    noun="contract",
    day="--agreed",
    kinds="contract",
    empty=N_("No contract is recorded."),
    document=N_("Number or title of the contract; default: that of the evidence."),
)


@verb(
    command,
    "record",
    help=N_(
        "Record a contract amount, or a decrease of one; another person verifies it, and a third "
        "confirms it.\n\nWithout an amount, amount, day and reference are taken from --evidence, or from "
        "the lead's only agreement."
    ),
    examples=[
        "crm contract record 1",
        'crm contract record 1 "20000000 USD" --agreed 2023-05-18 --reference 投资协议2023-12',
        'crm contract record 1 "3000000 USD" --kind decrease --agreed 2023-09-01 --reference 补充协议1 --reason 缩减规模',
    ],
)
@lead_argument
@argument(
    "amount", metavar="AMOUNT", required=False, help=N_('Amount and currency, such as "5000000 USD" or 500万美元.')
)
@day_option("--agreed", help=N_("The day of the contract."))
@option("--kind", type=Word("contract"), default="new", show_default=True, help=N_("The kind of contract."))
@reason_option(help=N_("The reason for a decrease or termination."))
@about_options(_LEDGER)
def record(face: Face, lead: str, amount: str | None, **options: Any) -> None:
    """Record."""
    with face.writing() as crm:
        entry = crm.contracts.record(lead, amount, **options)
        number, uid, money = entry.id, entry.uid, entry.amount
    face.done(N_("Entry {id} is recorded: {amount}; another person verifies it."), id=number, uid=uid, amount=money)


join(command, _LEDGER)
