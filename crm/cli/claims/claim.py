"""``crm claim``: claims of units to leads (首谈), and the pool of unclaimed leads (公海)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from crm.cli.kit.choices import Word, pairs
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import MINE, field_options
from crm.cli.kit.filing import filing_options
from crm.cli.kit.shared_verbs import (
    attributes,
    list_verb,
    paging_options,
    record_verb,
    viewing_options,
    with_view,
    write_verb,
)
from crm.cli.kit.verbs import CORRECTED, argument, noun, option, reason_option, uid_option, verb, version_option
from crm.errors import N_
from crm.rules.claims import ClaimDetails
from crm.rules.kernel.fields import declared
from crm.rules.leads.filters import LeadFilters

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.models import Claim
    from crm.reads.claims.rows import ClaimRow

command = noun("claim")

_LEAD = {"metavar": "LEAD", "help": N_("Number, uid, or any unique part of its title or investor.")}


def _protected(row: ClaimRow) -> dict[str, object]:
    """Return what is printed of a renewed claim; the last day depends on meetings and moves too, so it is read."""
    return attributes("id", "uid", unit="unit_name", lead_id="lead_id", until="protected_until")(row)


def _continue(face: Face, act: Callable[[CRM], Claim]) -> None:
    """Give a claim to one unit, and print the unit and the shares."""
    from crm.values.shares import WHOLE, percent

    with face.writing() as crm:
        claim = act(crm)
        values = attributes("id", "uid", unit="unit.name", lead_id="lead_id")(claim)
        points = {share.unit.code: share.points for share in sorted(claim.shares, key=lambda share: -share.points)}
        shares = [f"{unit} {percent(part)}" for unit, part in (points or {claim.unit.code: WHOLE}).items()]
    face.done(N_("{unit} continues with lead {lead_id}: {shares}."), **values, shares=face.language.listed(shares))


@verb(
    command,
    "file",
    help=N_(
        "File a unit's claim on a lead, as of now.\n\nThe server's time decides. A second claim within the "
        "policy's window contests the first, and an admin decides."
    ),
    examples=["crm claim file 1", 'crm claim file 丸红 --unit lixia --note "首次洽谈纪要 2023-02-08"'],
)
@argument("lead", **_LEAD)
@field_options(ClaimDetails)
@uid_option
def file(face: Face, lead: str, *, unit: str | None, note: str | None, uid: str | None) -> None:
    """File."""
    from crm.values.moments import bureau_day

    with face.writing() as crm:
        claim = crm.claims.file(lead, unit=unit, note=note, uid=uid)
        values = attributes("id", "uid", unit="unit.name", lead_id="lead_id")(claim)
        since = claim.held_since
        until = None if since is None else crm.policy.claims.protected_until(bureau_day(since))
    text = (
        N_("Claim {id}: {unit} claims lead {lead_id}, which is contested; an admin decides.")
        if since is None
        else N_("Claim {id}: {unit} holds lead {lead_id} until {until}; progress extends it.")
    )
    face.done(text, **values, until=until)


record_verb(
    command,
    "edit",
    lambda crm: crm.claims.edit,
    field_options(ClaimDetails, but={"unit"}, note={"required": True, "help": N_("Supporting facts; empty clears.")}),
    reason_option(help=CORRECTED),
    version_option,
    help=N_(
        "Correct the note of a valid claim.\n\n"
        "Its unit and its time cannot be changed: release it, and let the other unit file its own."
    ),
    examples=["crm claim edit 3 --note 首次洽谈纪要2023-02-09"],
    record="claim",
    named={"metavar": "CLAIM", "help": N_("Number or uid of the claim; crm claim list shows them.")},
    done=N_("Claim {id} is corrected."),
    edits=True,
)


list_verb(
    command,
    "list",
    lambda crm: crm.claims.list,
    option("--lead", metavar="LEAD", help=N_("Filter by lead.")),
    option("--unit", metavar="UNIT", help=N_("Filter by unit.")),
    option("--state", type=Word("claim"), help=N_("Filter by state.")),
    option(
        "--lapsing",
        "lapsing_within",
        type=click.IntRange(min=0),
        metavar="DAYS",
        help=N_("Only claims that lapse within so many days without progress."),
    ),
    help=N_("List claims on the leads you may see, latest first."),
    examples=["crm claim list", "crm claim list --unit lixia --lapsing 14", "crm claim list --state contested"],
    columns="CLAIMS",
    empty=N_("No claims."),
    room=__package__,
)


@verb(
    command,
    "pool",
    help=N_("List the leads in the pipeline that no unit holds, longest in the pool first."),
    examples=["crm claim pool", "crm claim pool --industry C36 --country DE --limit 20"],
)
@field_options(LeadFilters, mine=MINE)
@viewing_options
@paging_options
def pool(face: Face, **options: object) -> None:
    """List the pool."""
    from crm.cli.claims.pages import POOL

    options = with_view(face, options)
    narrowed = any(options[name] not in (None, (), False) for name in declared(LeadFilters))
    empty = (
        N_("No lead in the pool matches.")
        if narrowed
        else N_("The pool is empty: every lead in the pipeline is claimed.")
    )
    with face.reading() as crm:
        face.print_list(crm, crm.claims.pool, (), options, POOL, empty=empty)


@verb(
    command,
    "rule",
    help=N_("Decide on a contested lead: the shares, and the unit that continues with it."),
    examples=[
        "crm claim rule 1 lixia=100 --reason 首谈在先",
        "crm claim rule 1 lixia=60 gaoxin=40 --holder gaoxin --reason 双方均有实质推进",
    ],
)
@argument("lead", **_LEAD)
@argument("shares", metavar="UNIT=PERCENT …", nargs=-1, required=True, help=N_("Shares of the contesting units."))
@option(
    "--holder",
    metavar="UNIT",
    help=N_("The unit that continues with the lead; default: the one with the largest share."),
)
@reason_option(required=True)
@uid_option
def rule(face: Face, lead: str, shares: tuple[str, ...], *, holder: str | None, reason: str, uid: str | None) -> None:
    """Decide a contest."""
    _continue(face, lambda crm: crm.claims.rule(lead, pairs(shares), holder=holder, reason=reason, uid=uid))


write_verb(
    command,
    "renew",
    lambda crm: lambda lead, **options: crm.claims.show(crm.claims.renew(lead, **options)),
    argument("lead", **_LEAD),
    reason_option(),
    uid_option,
    help=N_("Renew the claim on a lead: its days of protection restart today."),
    examples=["crm claim renew 1 --reason 对方董事会四月再议"],
    done=N_("Claim {id} is renewed: {unit} holds lead {lead_id} until {until}."),
    values=_protected,
)


@verb(
    command,
    "transfer",
    help=N_("Transfer the claim on a lead to another unit; the old one may keep a share of the credit."),
    examples=["crm claim transfer 1 --to gaoxin --keep 30 --reason 项目落户高新区"],
)
@argument("lead", **_LEAD)
@option("--to", metavar="UNIT", required=True, help=N_("The unit that continues with the lead."))
@option("--keep", metavar="PERCENT", default="0", help=N_("The share that the old unit keeps; default: none."))
@reason_option(required=True)
@uid_option
def transfer(face: Face, lead: str, *, to: str, keep: str, reason: str, uid: str | None) -> None:
    """Transfer."""
    _continue(face, lambda crm: crm.claims.transfer(lead, to=to, keep=keep, reason=reason, uid=uid))


@verb(
    command,
    "release",
    help=N_(
        "Release the claim on a lead; the lead goes back to the pool.\n\nIn a contest a unit withdraws its "
        "own claim; if one claim remains, it becomes active without a decision."
    ),
    examples=["crm claim release 1 --reason 无合适用地", "crm claim release 1 --unit lixia --reason 两区商定"],
)
@argument("lead", **_LEAD)
@option(
    "--unit", metavar="UNIT", help=N_("The unit whose claim it is; default: the holder, or your unit in a contest.")
)
@reason_option(required=True)
@uid_option
def release(face: Face, lead: str, *, unit: str | None, reason: str, uid: str | None) -> None:
    """Release."""
    with face.writing() as crm:
        claim = crm.claims.release(lead, unit=unit, reason=reason, uid=uid)
        number, key, lead_id = claim.id, claim.uid, claim.lead_id
        rows = [row for row in crm.claims.list(lead=lead_id) if row.state in {"active", "contested"}]
    units = [row.unit_name for row in reversed(rows)]
    text = N_("Claim {id} is released; lead {lead_id} is in the pool.")
    if len(rows) == 1:
        text = N_("Claim {id} is withdrawn; {units} holds lead {lead_id} until {until}.")
    elif rows:
        text = N_("Claim {id} is withdrawn; {units} contest lead {lead_id}, and an admin decides.")
    until = rows[0].protected_until if rows else None
    face.done(text, id=number, uid=key, lead_id=lead_id, units=face.language.listed(units), until=until)


@verb(
    command,
    "history",
    help=N_("Show every step of every claim on a lead."),
    examples=["crm claim history 1"],
)
@argument("lead", **_LEAD)
@filing_options
def history(face: Face, lead: str) -> None:
    """Show the history."""
    from crm.cli.claims.pages import CLAIM_STEPS
    from crm.cli.printing.fields import named

    with face.reading() as crm:
        found = crm.leads.get(lead)
        rows = crm.claims.history(found)
        title = named("lead", found.id, found.title)
    face.print_rows(rows, CLAIM_STEPS, title=title, empty=N_("No claims."))
