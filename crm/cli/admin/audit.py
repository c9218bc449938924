"""``crm audit``: the history of changes, and its comparison with the records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import write_file
from crm.cli.kit.parameters import Decorator
from crm.cli.kit.progress import working
from crm.cli.kit.prompts import require
from crm.cli.kit.shared_verbs import list_verb
from crm.cli.kit.verbs import noun, option, verb
from crm.errors import N_

if TYPE_CHECKING:
    from crm.reads.audit.rows import Discrepancy, StandingRow
    from crm.rules.audit.anchors import Anchor

_FILE = click.Path(path_type=Path)

command = noun("audit")


list_verb(
    command,
    "show",
    lambda crm: crm.audit.list,
    option("--record", metavar="NAME", help=N_("Filter by kind of record, such as lead or meeting.")),
    option("--id", "record_id", type=int, metavar="N", help=N_("Filter by the number of the record.")),
    option("--by", "actor", metavar="USER", help=N_("Filter by actor.")),
    help=N_("List changes, latest first."),
    examples=["crm audit show", "crm audit show --record lead --id 1", "crm audit show --by tokyo.desk --limit 10"],
    columns="AUDIT",
    empty=N_("No changes."),
    room=__package__,
)


@verb(
    command,
    "verify",
    help=N_(
        "Compare all records with the audit, every entry with its hash, and the seals with each other.\n\n"
        "With --anchors also with the heads that were kept elsewhere. The exit status is 1 if something does not match."
    ),
    examples=["crm audit verify", "crm audit verify --anchors /media/anchors --key anchors.key.pub"],
)
@option("--anchors", type=_FILE, metavar="DIR", help=N_("The folder where the anchors are kept."))
@option(
    "--key",
    "keys",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help=N_("The public key that the anchors are checked with. Keys in the folder that it signed are accepted too."),
)
def verify(face: Face, *, anchors: Path | None, keys: Sequence[Path]) -> None:
    """Verify."""
    from crm.cli.admin.pages import DISCREPANCIES

    if anchors is not None or keys:
        require(anchors=(anchors, "--anchors"), key=(keys or None, "--key"))
    kept, wrong = ([], []) if anchors is None else _kept(anchors, keys)
    with face.reading(one_moment=True) as crm:
        with working(face, N_("Verifying the audit")) as step:
            found = (*wrong, *crm.audit.verify(anchors=kept, progress=step))
        standing = crm.audit.standing()
    if face.json:
        face.print_json(found)
    else:
        unmatched = [discrepancy for discrepancy in found if discrepancy.record == "anchor"]
        rows = [discrepancy for discrepancy in found if discrepancy.record != "anchor"]
        face.print_rows(rows, DISCREPANCIES, empty=N_("All records match the audit."))
        for discrepancy in unmatched:
            values = {key: getattr(discrepancy, key) for key in _SHOWN}
            face.echo(face.say(_OF_ANCHORS[discrepancy.field], **values))
        if kept and not unmatched:
            face.echo(face.say(N_("The log matches {count} anchors."), count=len(kept)))
        _tell(face, standing)
    if found:
        raise click.exceptions.Exit(1)


#: What does not match an anchor, and what that means.
_OF_ANCHORS = {
    "anchor": N_("{anchor} is not an anchor, or is incomplete. Fetch another copy of it."),
    "key": N_("{anchor} is signed by the key {stored}, which is none of the public keys given. Name it with --key."),
    "signature": N_(
        "{anchor}: the signature does not fit the content. The file was changed; fetch another copy of it."
    ),
    "database": N_("{anchor} is of another database: {derived}. This one is {stored}."),
    "seal": N_(
        "{anchor} has seal {record_id}, and the log ends with seal {stored}: the end of the log was taken away, or an"
        " older backup was restored."
    ),
    "hash": N_("{anchor}: seal {record_id} has another hash in the log: what was sealed until then was written anew."),
}
_SHOWN = ("anchor", "record_id", "stored", "derived")


def _kept(folder: Path, keys: Sequence[Path]) -> tuple[list[Anchor], list[Discrepancy]]:
    """Return the anchors of a folder that count, and what is wrong with the others."""
    from crm.cli.admin.keys import require_folder
    from crm.exchange.anchors import read_folder, read_public, require_signatures

    require_signatures()
    require_folder(folder)
    return read_folder(folder, [read_public(key) for key in keys])


@verb(
    command,
    "seal",
    help=N_(
        "Seal the entries that are in no seal yet.\n\n"
        "The hash of the last seal covers the whole audit up to it. Keep it outside the database."
    ),
    examples=["crm audit seal"],
)
def seal(face: Face) -> None:
    """Seal."""
    with face.writing() as crm, working(face, N_("Sealing the audit")) as step:
        sealing = crm.audit.seal(progress=step)
    if face.json:
        face.print_json(sealing)
        return
    face.done(N_("{entries} entries were sealed."), entries=sealing.entries)
    if sealing.head is not None:
        face.echo(face.say(N_("Seal {seal}: {head}"), seal=sealing.number, head=sealing.head))


def _tell(face: Face, standing: StandingRow) -> None:
    """Print what the seals do not prove."""
    if standing.unsealed:
        since = standing.unsealed_since
        face.echo(face.say(N_("Not sealed yet: {count} entries since {since}."), count=standing.unsealed, since=since))
    if standing.taken_in:
        text = N_("{count} entries are older than the log, which proves them from {since} on.")
        face.echo(face.say(text, count=standing.taken_in, since=standing.begun_at))
    if standing.converted:
        text = N_("{count} entries were converted: their personal data is proven from {since} on.")
        face.echo(face.say(text, count=standing.converted, since=standing.converted_at))
    if standing.erased:
        text = N_("Erased: {count} persons; the audit no longer has their data.")
        face.echo(face.say(text, count=standing.erased))


def _passphrase_option(text: str) -> Decorator:
    return option("--passphrase-file", "secret", type=_FILE, metavar="FILE", help=text)


@verb(
    command,
    "anchor",
    help=N_(
        "Seal what is new, and write the signed head of the log into a folder.\n\n"
        "Keep the folder away from the database: on another machine, or on a medium that is written once."
    ),
    examples=["crm audit anchor --key anchors.key --anchors /media/anchors"],
)
@option("--key", type=_FILE, required=True, metavar="FILE", help=N_("The private key: crm audit key."))
@option("--anchors", type=_FILE, required=True, metavar="DIR", help=N_("The folder where the anchors are kept."))
@_passphrase_option(N_("A file with the passphrase of the key; default: you are asked on the terminal."))
def anchor(face: Face, *, key: Path, anchors: Path, secret: Path | None) -> None:
    """Anchor."""
    from datetime import UTC, datetime

    from crm.cli.admin.keys import opened, require_folder
    from crm.exchange.anchors import ANCHORS, anchor_file
    from crm.rules.audit.anchors import Anchor

    require_folder(anchors)
    signing = opened(face, key, secret)
    with face.writing() as crm:
        with working(face, N_("Sealing the audit")) as step:
            crm.audit.seal(progress=step)
        head = crm.audit.head()
    file = anchors / f"anchor-{head.seal:08}-{head.hash[:8]}{ANCHORS}"
    if file.exists():
        face.done(N_("Seal {seal} is anchored already: {file}"), seal=head.seal, file=str(file))
        return
    made = Anchor(head.seal, head.hash, head.database, head.entries, datetime.now(UTC))
    write_file(file, anchor_file(made, signing), force=False)
    face.done(N_("Seal {seal} is anchored: {file}"), seal=head.seal, file=str(file))


@verb(
    command,
    "key",
    help=N_(
        "Make the key that signs anchors, and beside it the public key that checks them, in FILE.pub.\n\n"
        "Keep the key away from the database, and a copy of the public key where the anchors are."
    ),
    examples=[
        "crm audit key --output anchors.key",
        "crm audit key --output anchors-2024.key --signed-by anchors.key --encrypt",
    ],
)
@option(
    "--output",
    "--out",
    "output",
    type=click.Path(path_type=Path, readable=False),
    required=True,
    metavar="FILE",
    help=N_("The file of the new key. It is never replaced."),
)
@option("--signed-by", "before", type=_FILE, metavar="FILE", help=N_("The previous key, which signs the new one."))
@option("--encrypt", is_flag=True, help=N_("Ask for a passphrase, and encrypt the key with it."))
@_passphrase_option(N_("A file with the passphrase that the new key is encrypted with."))
def key(face: Face, *, output: Path, before: Path | None, encrypt: bool, secret: Path | None) -> None:
    """Make a key."""
    from datetime import UTC, datetime

    from crm.cli.admin.keys import chosen, opened, public_beside
    from crm.exchange.anchors import make_key, private_file, public_file, require_signatures

    require_signatures()
    public = public_beside(output)
    made = make_key(datetime.now(UTC), None if before is None else opened(face, before, None))
    passphrase = chosen(face, secret, encrypt=encrypt)
    write_file(output, private_file(made, passphrase), force=False)
    write_file(public, public_file(made.public), force=False)
    face.done(
        N_("The key {key} is in {file}, its public key in {public}."),
        key=made.public.name,
        file=str(output),
        public=str(public),
    )
