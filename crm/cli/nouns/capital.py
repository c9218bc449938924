"""``crm capital``: the ledger of money that really arrived."""

from __future__ import annotations

from typing import Any

from crm.cli.face import Face
from crm.cli.verbs import Word, argument, day_option, noun, option, reason_option, uid_option, verb
from crm.errors import N_

command = noun("capital")

_ARRIVAL = {"metavar": "ARRIVAL", "help": N_("Number or uid of the entry; crm capital list shows them.")}


@verb(
    command,
    "record",
    help=N_("Record capital that has arrived; another person verifies it."),
    examples=['crm capital record 1 "5000000 USD" --arrived 2023-07-03 --reference 验资报告2023-88'],
)
@argument("lead", metavar="LEAD", help=N_("Number, uid, or any part of its title or investor that is unique."))
@argument("amount", metavar="AMOUNT", help=N_('Amount and currency, such as "5000000 USD" or 500万美元.'))
@day_option("--arrived", required=True, help=N_("The day the money arrived."))
@option("--reference", metavar="TEXT", required=True, help=N_("Bank advice or capital verification report."))
@option("--kind", type=Word("arrival"), default="new", show_default=True, help=N_("What sort of capital."))
@uid_option
def record(face: Face, lead: str, amount: str, **typed: Any) -> None:
    """Record."""
    with face.writing() as crm:
        entry = crm.capital.record(lead, amount, **typed)
        number, uid, money = entry.id, entry.uid, entry.amount
    face.done(N_("Entry {id} is recorded: {amount}; another person verifies it."), id=number, uid=uid, amount=money)


@verb(command, "verify", help=N_("Verify an entry that someone else submitted."), examples=["crm capital verify 7"])
@argument("arrival", **_ARRIVAL)
def verify(face: Face, arrival: str) -> None:
    """Verify."""
    with face.writing() as crm:
        entry = crm.capital.verify(arrival)
        number, uid, money = entry.id, entry.uid, entry.amount
    face.done(N_("Entry {id} is verified: {amount}"), id=number, uid=uid, amount=money)


@verb(
    command,
    "reverse",
    help=N_("Reverse an entry by a negative one; the entry itself stays."),
    examples=["crm capital reverse 7 --reason 金额录入有误"],
)
@argument("arrival", **_ARRIVAL)
@reason_option(required=True)
@day_option("--arrived", help=N_("The day of the reversal; without it today."))
@option("--reference", metavar="TEXT", help=N_("The document it rests on."))
@uid_option
def reverse(face: Face, arrival: str, **typed: Any) -> None:
    """Reverse."""
    with face.writing() as crm:
        entry = crm.capital.reverse(arrival, **typed)
        number, uid, money, reversed_id = entry.id, entry.uid, entry.amount, entry.reverses_id
    face.done(
        N_("Entry {id} reverses entry {reverses_id}: {amount}"),
        id=number,
        uid=uid,
        amount=money,
        reverses_id=reversed_id,
    )


@verb(
    command,
    "list",
    help=N_("List the ledger, of one lead or of all."),
    examples=["crm capital list", "crm capital list 1"],
)
@argument(
    "lead", metavar="LEAD", required=False, help=N_("Number, uid, or any part of its title or investor that is unique.")
)
def list_(face: Face, lead: str | None) -> None:
    """List."""
    from crm.cli.columns import ARRIVALS

    with face.reading() as crm:
        rows = crm.capital.list(lead)
    face.print_rows(rows, ARRIVALS, empty=N_("No capital has arrived."))
