"""What ``crm capital`` and ``crm contract`` share: sign, reverse, list, add up, show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import (
    attributes,
    distinct_option,
    paging_options,
    show_verb,
    viewing_options,
    with_view,
    write_verb,
)
from crm.cli.kit.verbs import (
    Noun,
    argument,
    day_option,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
)
from crm.errors import N_
from crm.rules.kernel.fields import declared
from crm.rules.ledgers.filters import EntryFilters

if TYPE_CHECKING:
    from crm.cli.printing.tables import Column
    from crm.crm import CRM
    from crm.services.ledgers.capital import Capital
    from crm.services.ledgers.contracts import Contracts

#: Arguments of a list that a sum does not have.
_NOT_SUMMED = ("waiting", "mine", "limit", "offset", "count")
_LEAD = {
    "metavar": "LEAD",
    "help": N_("Number, uid, or any unique part of its title or investor; or its project company."),
}
_DISTINCT = {
    "capital": N_("Why it is another payment, or a part of one, if the bank advice is on record."),
    "contract": N_("Why it is another contract, or a part of one, if the reference is on record for another lead."),
}
_ENTRY = {"metavar": "ENTRY", "help": N_("Number or uid of the entry; the list shows them.")}


@frozen
class LedgerNoun:
    """One ledger of the command line.

    Attributes:
        noun: Its noun.
        fields: The TypedDict of the fields of a new entry.
        corrected: The TypedDict of the fields that are corrected.
        help: Help of the verb that records one.
        examples: Its examples.
        complete: Whether amount and day are required, and never taken from a document.
        empty: What a list without entries says.
    """

    noun: str
    fields: type
    corrected: type
    help: str
    examples: tuple[str, ...]
    complete: bool
    empty: str

    @property
    def day(self) -> str:
        """The field that says which day an entry belongs to."""
        return "arrived" if self.noun == "capital" else "agreed"

    def of(self, crm: CRM) -> Capital | Contracts:
        """Return the service."""
        return crm.capital if self.noun == "capital" else crm.contracts

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of its lists."""
        from crm.cli.ledgers import pages as ledger_pages

        return ledger_pages.ARRIVALS if self.noun == "capital" else ledger_pages.CONTRACTS


def join(command: Noun, ledger: LedgerNoun) -> None:
    """Give a noun the verbs of its ledger."""
    _join_record(command, ledger)
    _join_signatures(command, ledger)
    _join_corrections(command, ledger)
    _join_lists(command, ledger)

    show_verb(
        command,
        "entry",
        lambda crm: ledger.of(crm).show,
        help=N_("Show an entry with every signature, its document and its audit."),
        examples=[f"crm {ledger.noun} show 7"],
        named=_ENTRY,
        room=__package__,
    )


def _join_record(command: Noun, ledger: LedgerNoun) -> None:
    write_verb(
        command,
        "record",
        lambda crm: ledger.of(crm).record,
        argument("lead", **_LEAD),
        field_argument(ledger.fields, "amount", required=ledger.complete),
        field_options(
            ledger.fields,
            but={"amount"},
            kind={"default": "new", "show_default": True},
            arrived={"required": ledger.complete},
        ),
        distinct_option(_DISTINCT[ledger.noun]),
        uid_option,
        help=ledger.help,
        examples=ledger.examples,
        done=N_("Entry {id} is recorded: {amount}; another person verifies it."),
        values=attributes("id", "uid", "amount"),
    )


def _join_signatures(command: Noun, ledger: LedgerNoun) -> None:
    write_verb(
        command,
        "verify",
        lambda crm: ledger.of(crm).verify,
        argument("entry", **_ENTRY),
        version_option,
        help=N_("Verify an entry submitted by somebody else."),
        examples=[f"crm {ledger.noun} verify 7"],
        done=N_("Entry {id} is verified: {amount}; a third person confirms it."),
        values=attributes("id", "uid", "amount", "version"),
    )

    write_verb(
        command,
        "confirm",
        lambda crm: ledger.of(crm).confirm,
        argument("entry", **_ENTRY),
        version_option,
        help=N_(
            "Confirm a verified entry; its submitter and its verifier may not.\n\nThis fixes its value in "
            "US dollars and in yuan, at the rates of the policy's day; from then on the entry counts."
        ),
        examples=[f"crm {ledger.noun} confirm 7"],
        done=N_("Entry {id} is confirmed: {amount} = {usd} = {cny}, by {source} of {on}"),
        values=attributes("id", "uid", "amount", "usd", "cny", source="rate_source", on="rate_on", version="version"),
    )


def _join_corrections(command: Noun, ledger: LedgerNoun) -> None:
    write_verb(
        command,
        "correct",
        lambda crm: ledger.of(crm).correct,
        argument("entry", **_ENTRY),
        field_options(ledger.corrected),
        reason_option(required=True),
        distinct_option(_DISTINCT[ledger.noun]),
        version_option,
        uid_option,
        help=N_(
            "Correct an entry: it is reversed, and recorded anew with the given options, in one "
            "transaction.\n\n"
            "A confirmed entry counts until its reversal is confirmed. Published figures stay as published; "
            "crm report restatement shows the difference."
        ),
        examples=[f'crm {ledger.noun} correct 7 --amount "4500000 USD" --reason 金额录入有误'],
        done=N_("Entry {id} replaces it: {amount}; another person verifies it and the reversal."),
        values=attributes("id", "uid", "amount"),
        edits=True,
    )

    write_verb(
        command,
        "reverse",
        lambda crm: ledger.of(crm).reverse,
        argument("entry", **_ENTRY),
        reason_option(required=True),
        day_option(f"--{ledger.day}", help=N_("The day of the reversal; default: that of the entry.")),
        option("--reference", metavar="TEXT", help=N_("The number of the supporting document.")),
        uid_option,
        help=N_("Reverse an entry by one of the opposite amount; the old entry stays."),
        examples=[f"crm {ledger.noun} reverse 7 --reason 金额录入有误"],
        done=N_("Entry {id} reverses entry {reverses_id}: {amount}"),
        values=attributes("id", "uid", "amount", "reverses_id"),
    )


def _join_lists(command: Noun, ledger: LedgerNoun) -> None:
    lead = argument("lead", required=False, **_LEAD)

    @verb(
        command,
        "list",
        help=N_(
            "List the ledger, for one lead or all, or the entries waiting for a signature.\n\n--sums adds "
            "the entries up by currency."
        ),
        examples=[
            f"crm {ledger.noun} list",
            f"crm {ledger.noun} list 1",
            f"crm {ledger.noun} list --waiting confirmation --mine",
            f"crm {ledger.noun} list --state confirmed --industry C --since 2022-01-01 --until 2022-12-31 --sums",
        ],
    )
    @lead
    @field_options(EntryFilters, kind={"type": Word(declared(ledger.fields)["kind"].words or "")})
    @option("--waiting", type=Word("waiting"), help=N_("Only entries waiting for this signature."))
    @option("--mine", is_flag=True, help=N_("Only waiting entries that you may sign."))
    @option("--sums", is_flag=True, help=N_("The sums, by currency."))
    @viewing_options
    @paging_options
    def list_(face: Face, sums: bool, **options: Any) -> None:  # noqa: FBT001 - Click passes it by name
        """List."""
        from crm.cli.ledgers.pages import SUMS

        options = with_view(face, options)
        with face.reading() as crm:
            if sums:
                chosen: dict[str, Any] = {name: held for name, held in options.items() if name not in _NOT_SUMMED}
                face.print_rows(ledger.of(crm).sums(**chosen), SUMS, empty=ledger.empty)
                return
            face.print_list(crm, ledger.of(crm).list, (), options, ledger.columns, empty=ledger.empty)
