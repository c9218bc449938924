"""``crm capital``: the ledger of capital arrivals."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.verbs import argument, day_option, noun, option, verb
from crm.cli.ledgers.verbs import LedgerNoun, about_options, join, lead_argument
from crm.errors import N_

command = noun("capital")

_LEDGER = LedgerNoun(
    noun="capital",
    day="--arrived",
    kinds="arrival",
    empty=N_("No capital has arrived."),
    document=N_("Number of the bank advice or capital verification report; default: that of the evidence."),
)


@verb(
    command,
    "record",
    help=N_("Record capital that has arrived; another person verifies it, and a third confirms it."),
    examples=[
        'crm capital record 1 "5000000 USD" --arrived 2023-07-03 --reference 验资报告2023-88',
        "crm capital record 1 500万美元 --arrived 2023-07-03 --evidence 4 --country HK --ultimate JP",
    ],
)
@lead_argument
@argument("amount", metavar="AMOUNT", help=N_('Amount and currency, such as "5000000 USD" or 500万美元.'))
@day_option("--arrived", required=True, help=N_("The day the money arrived."))
@option("--kind", type=Word("arrival"), default="new", show_default=True, help=N_("The kind of capital."))
@about_options(_LEDGER)
def record(face: Face, lead: str, amount: str, **options: Any) -> None:
    """Record."""
    with face.writing() as crm:
        entry = crm.capital.record(lead, amount, **options)
        number, uid, money = entry.id, entry.uid, entry.amount
    face.done(N_("Entry {id} is recorded: {amount}; another person verifies it."), id=number, uid=uid, amount=money)


join(command, _LEDGER)
