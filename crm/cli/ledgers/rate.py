"""``crm rate``: tables of exchange rates."""

from __future__ import annotations

from pathlib import Path

from crm.cli.kit.face import Face
from crm.cli.kit.progress import working
from crm.cli.kit.shared_verbs import paging_options
from crm.cli.kit.verbs import argument, day_option, encoding_option, noun, option, uid_option, verb
from crm.errors import N_

command = noun("rate")

_SOURCE = {"metavar": "TABLE", "help": N_("The table, such as safe or ecb.")}


@verb(
    command,
    "load",
    help=N_(
        "Load a table of rates from a file, completely or not at all.\n\nFormats: SAFE's central parity "
        "rates (日期, then currencies; for 100 units), the ECB's reference rates (Date, then currencies; "
        "for one euro), or date,base,quote,rate,units. Rates already stored are skipped; a different "
        "value for a stored day is refused."
    ),
    examples=[
        "crm rate load 人民币汇率中间价.csv",
        "crm rate load eurofxref-hist.csv",
        "crm rate load own.csv --source bank",
    ],
)
@argument("file", metavar="FILE", help=N_("A CSV file, in any usual encoding."))
@encoding_option
@option("--source", metavar="TABLE", help=N_("The name of the table; default: safe or ecb, by the format of the file."))
@uid_option
def load(face: Face, file: str, encoding: str | None, source: str | None, uid: str | None) -> None:
    """Load."""
    from crm.exchange.rates import read
    from crm.exchange.texts import read_bytes

    with face.writing() as crm, working(face, N_("Loading rates")):
        found = face.once(file, lambda: read(read_bytes(Path(file)), encoding=encoding))
        table = source or (found.layout if found.layout != "long" else crm.policy.capital.rate_source)
        row = crm.rates.load(found.quotations, source=table, uid=uid)
    face.done(
        N_("{source}: {added} rates are added, {known} were already loaded; {first_on} to {last_on}.")
        if row.first_on is not None
        else N_("{source}: the file has no rates."),
        source=row.source,
        added=row.added,
        known=row.known,
        first_on=row.first_on,
        last_on=row.last_on,
    )


@verb(
    command,
    "list",
    help=N_("List rates, latest first, or their tables."),
    examples=["crm rate list --tables", "crm rate list --source safe --currency USD --since 2023-01-01"],
)
@option("--tables", is_flag=True, help=N_("List the tables with their first and last day."))
@option("--source", **_SOURCE)
@option("--currency", metavar="CODE", help=N_("Filter by currency."))
@day_option("--since", help=N_("From this day."))
@day_option("--until", help=N_("Until this day."))
@paging_options
def list_(face: Face, tables: bool, **options: object) -> None:  # noqa: FBT001 - Click passes it by name
    """List."""
    from crm.cli.ledgers.pages import RATE_TABLES, RATES

    with face.reading() as crm:
        if tables:
            face.print_rows(crm.rates.tables(), RATE_TABLES, empty=N_("No rates are loaded."))
            return
        face.print_list(crm, crm.rates.list, (), options, RATES, empty=N_("No rate matches."))


@verb(
    command,
    "convert",
    help=N_("Convert an amount at the rate for an entry of that day."),
    examples=['crm rate convert "100000000 JPY" USD --on 2023-02-17'],
)
@argument("amount", metavar="AMOUNT", help=N_('Amount and currency, such as "5000000 USD" or 500万美元.'))
@argument("to", metavar="CURRENCY", help=N_("ISO 4217 code of the other currency."))
@day_option("--on", help=N_("The day; default: today."))
@option("--source", metavar="TABLE", help=N_("The table; default: the policy's."))
def convert(face: Face, amount: str, to: str, on: str | None, source: str | None) -> None:
    """Convert."""
    from crm.values.rates import written

    with face.reading() as crm:
        found = crm.rates.convert(amount, to, on=on, source=source)
    if face.json:
        face.print_json(found)
        return
    face.echo(
        face.say(
            "{amount} = {value}, at {rate} of {source} on {on}",
            amount=found.amount,
            value=found.value,
            rate=written(found.rate),
            source=found.source,
            on=found.on,
        )
    )
