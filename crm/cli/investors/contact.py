"""``crm contact``: the contacts at investors, and their rights to their data."""

from __future__ import annotations

from pathlib import Path

import click

from crm.cli.investors import employments, merges
from crm.cli.kit.choices import Day
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_options
from crm.cli.kit.files import file_options, obstacles, print_or_give
from crm.cli.kit.filing import filing_options
from crm.cli.kit.progress import working
from crm.cli.kit.prompts import confirm, require
from crm.cli.kit.shared_verbs import attributes, distinct_option, list_verb, record_verb, write_verb
from crm.cli.kit.verbs import (
    argument,
    noun,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
    withdrawn_option,
)
from crm.errors import N_, InvalidInput
from crm.rules.investors.contacts import ContactFields, NewContact
from crm.rules.investors.filters import ContactFilters

command = noun("contact")

_CONTACT = {"metavar": "CONTACT", "help": N_("Number, uid, or any unique part of the person's name.")}
_INVESTOR = {
    "metavar": "INVESTOR",
    "help": N_("Number, uid, identifier, a name, or a unique part of one: two characters, or the beginning of a word."),
}

_DISTINCT = N_("Why this is a different person from the colleague with the same data.")


write_verb(
    command,
    "add",
    lambda crm: crm.contacts.add,
    argument("investor", **_INVESTOR),
    argument("name", metavar="NAME", help=N_("The name as the person writes it.")),
    field_options(NewContact),
    distinct_option(_DISTINCT),
    uid_option,
    help=N_("Add a person who works at an investor."),
    examples=[
        "crm contact add 丸红 田中健一 --title 机械部部长",
        "crm contact add 丸红 田中健一 --email tanaka@example.com --since 2022-04-01",
        'crm contact add 丸红 山田太郎 --other-name "Yamada Taro" --phones "手机 +81 90 1234 5678"',
    ],
    done=N_("Contact {id} is added: {name}"),
    values=attributes("id", "uid", "name"),
)


list_verb(
    command,
    "list",
    lambda crm: crm.contacts.list,
    argument("investor", **{**_INVESTOR, "metavar": "[INVESTOR]"}, required=False),
    field_options(ContactFilters),
    withdrawn_option,
    help=N_("List the contacts of an investor, or of all; former ones last."),
    examples=["crm contact list 丸红", "crm contact list --country JP --current", "crm contact list --name 田中"],
    columns="CONTACTS",
    empty=N_("There are no such contacts."),
    room=__package__,
)


@verb(
    command,
    "duplicates",
    help=N_(
        "List the pairs of contacts that may be one person, with the reasons.\n\nThey share an e-mail address, a "
        "telephone number or a name, in one company or in several. Pairs at one company that --distinct was "
        "said of are left "
        "out. Nothing is merged; merge a pair with: crm contact merge"
    ),
    examples=["crm contact duplicates", "crm contact duplicates --at 丸红 --limit 20"],
)
@option("--at", "investor", metavar="INVESTOR", help=N_("Only pairs of which one works at this investor now."))
@option("--limit", type=click.IntRange(min=1), metavar="N", help=N_("The maximum number."))
@option("--every", is_flag=True, help=N_("Include pairs that were recorded as different people."))
@filing_options
def duplicates(face: Face, investor: str | None, limit: int | None, every: bool) -> None:  # noqa: FBT001 - Click passes it by name
    """List pairs."""
    from crm.cli.investors.pages import SAME_PEOPLE

    with face.reading() as crm, working(face, N_("Comparing names")):
        rows = crm.contacts.duplicates(investor=investor, limit=limit, every=every)
    face.print_rows(rows, SAME_PEOPLE, empty=N_("There are no likely duplicates."))


@verb(
    command,
    "show",
    help=N_("Show a person and where they work."),
    examples=["crm contact show 田中", "crm contact show 田中 --at 丸红"],
)
@argument("contact", **_CONTACT)
@option("--at", "investor", metavar="INVESTOR", help=N_("Search only the contacts of this investor."))
@withdrawn_option
def show(face: Face, contact: str, investor: str | None, withdrawn: bool) -> None:  # noqa: FBT001 - Click passes it by name
    """Show."""
    from crm.cli.investors import pages as investor_pages

    with face.reading() as crm:
        person = crm.contacts.card(contact, investor=investor, withdrawn=withdrawn)
    face.print_card(person, investor_pages.contact)


record_verb(
    command,
    "edit",
    lambda crm: crm.contacts.edit,
    field_options(ContactFields),
    distinct_option(_DISTINCT),
    version_option,
    help=N_("Change the given fields; an empty text clears a field."),
    examples=['crm contact edit 田中 --phone "+81 3 1234 5678"'],
    record="contact",
    named=_CONTACT,
    done=N_("Contact {id} is changed: {name}"),
    keys=("id", "name"),
    edits=True,
)


employments.join(command, _CONTACT, _INVESTOR, _DISTINCT)


record_verb(
    command,
    "archive",
    lambda crm: crm.contacts.archive,
    reason_option(required=True),
    help=N_("Archive a contact: past meetings keep it, new ones refuse it."),
    examples=["crm contact archive 田中 --reason 退休"],
    record="contact",
    named=_CONTACT,
    done=N_("Contact {id} is archived: {name}"),
    keys=("id", "name"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.contacts.restore,
    reason_option(required=True),
    distinct_option(_DISTINCT),
    help=N_("Bring an archived contact back."),
    examples=["crm contact restore 田中 --reason 返聘"],
    record="contact",
    named=_CONTACT,
    done=N_("Contact {id} is restored: {name}"),
    keys=("id", "name"),
)


@verb(
    command,
    "erase",
    help=N_("Erase a person's data on their request; the record stays without them."),
    examples=["crm contact erase 田中 --reason 本人要求"],
)
@argument("contact", **_CONTACT)
@reason_option(required=True)
def erase(face: Face, contact: str, reason: str) -> None:
    """Erase."""
    from crm.cli.admin.erasures import keep_list
    from crm.cli.investors.people import tell_mentions

    with face.writing() as crm:
        # Read before the name is gone.
        mentions = crm.contacts.mentions(contact)
        number = crm.contacts.erase(contact, reason=reason).id
    keep_list(face)
    face.done(N_("The personal data of contact {id} is erased."), id=number, mentions=mentions)
    tell_mentions(face, mentions)


@verb(
    command,
    "due",
    help=N_("List the persons whose data must be erased: their day of retention has passed."),
    examples=["crm contact due", "crm contact due --on 2030-12-31", "crm contact due --erase --reason 保存期满"],
)
@option(
    "--on",
    metavar="DAY",
    type=Day(),
    help=N_("As of this day, by default today; a later day lists who will be due then."),
)
@option("--erase", "erases", is_flag=True, help=N_("Erase the data of those that are listed, after confirmation."))
@reason_option()
@option("--yes", is_flag=True, help=N_("Skip the confirmation."))
@filing_options
def due(face: Face, *, on: str | None, erases: bool, reason: str | None, yes: bool) -> None:
    """List those who are due, and erase them."""
    from crm.cli.investors.pages import DUE
    from crm.cli.investors.people import tell_mentions

    if erases:
        require(reason=(reason, "--reason"))
    with face.reading() as crm:
        rows = crm.contacts.due(on=on)
    if not erases or not (rows and (yes or face.json)):
        face.print_rows(rows, DUE, empty=N_("Nobody's data must be erased."))
    if not erases or not rows:
        return
    confirm(face, N_("Erase their data? This cannot be undone."), yes=yes)
    with face.writing() as crm:
        mentions = crm.contacts.mentions(*(row.id for row in rows))
        erased = crm.contacts.erase_due(reason=reason or "", on=on, only=[row.id for row in rows])
    face.done(
        N_("The personal data of these contacts is erased: {ids}."),
        ids=", ".join(str(row.id) for row in erased),
        mentions=mentions,
    )
    tell_mentions(face, mentions)


@verb(
    command,
    "erased",
    help=N_("Print the uids of the persons who were erased, as JSON: to keep beside backups."),
    examples=["crm contact erased > erased.json"],
)
def erased(face: Face) -> None:
    """Print."""
    with face.reading() as crm:
        face.print_json({"erased": crm.contacts.erased()})


@verb(
    command,
    "erase-again",
    help=N_("Erase the persons of a list again, after an older backup was restored."),
    examples=["crm contact erase-again erased.json", "crm contact erase-again crm.db.erased"],
)
@argument(
    "file", type=Path, metavar="FILE", help=N_("A list written by crm contact erased, or the one beside the database.")
)
@reason_option()
def erase_again(face: Face, file: Path, reason: str | None) -> None:
    """Erase again."""
    from crm.cli.admin.erasures import REASON, keep_list, read_list

    uids = read_list(file)
    with face.writing() as crm:
        numbers = crm.contacts.erase_again(uids, reason=reason or REASON)
    keep_list(face)
    face.done(
        N_("The personal data of these contacts is erased: {ids}."), ids=", ".join(map(str, numbers)), mentions=()
    )


@verb(
    command,
    "export",
    help=N_("Print all data about a person: to read, or with --json as JSON."),
    examples=["crm contact export 田中", "crm contact export 田中 --json > tanaka.json"],
)
@argument("contact", **_CONTACT)
def export(face: Face, contact: str) -> None:
    """Export."""
    from crm.cli.investors.people import held

    with face.reading() as crm:
        exported = crm.contacts.export(contact)
    face.print_card(exported, held)


merges.join(command, person=True)


@verb(
    command,
    "vcard",
    help=N_("Write a contact, or all contacts of an investor, as vCards for telephones and mail programs."),
    examples=[
        "crm contact vcard 田中 --output tanaka.vcf",
        "crm contact vcard --investor 丸红 --version 3 > marubeni.vcf",
    ],
)
@argument("contact", required=False, **_CONTACT)
@option("--investor", metavar="INVESTOR", help=N_("Everybody who works at this investor."))
@option("--version", type=click.Choice(["3", "4"]), default="4", show_default=True, help=N_("The version of vCard."))
@file_options
def vcard(
    face: Face, *, contact: str | None, investor: str | None, version: str, output: Path | None, force: bool
) -> None:
    """Write cards."""
    from crm.exchange.cards import write

    if wrong := obstacles(output, force=force):
        raise InvalidInput(*wrong)
    if contact is None:
        require(investor=(investor, "--investor"))
    with face.reading() as crm:
        people = (
            [contact]
            if contact is not None
            else dict.fromkeys(row.id for row in crm.contacts.list(investor or "", limit=None))
        )
        cards = [crm.contacts.card(person, investor=investor) for person in people]
        today = crm.today
    print_or_give(
        face,
        N_("The cards are written to {file}."),
        cards,
        output,
        lambda: write(cards, version=f"{version}.0", today=today),
        force=force,
    )
