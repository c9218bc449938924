"""``crm referral``: referrals of leads, and the tree of referrers (以商招商)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from crm.cli.kit.choices import Word, pairs
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_options
from crm.cli.kit.files import file_options, form_of, give, obstacles
from crm.cli.kit.shared_verbs import attributes, list_verb, record_verb, write_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    argument,
    noun,
    option,
    period_argument,
    reason_option,
    uid_option,
    verb,
    version_option,
    withdrawn_option,
)
from crm.errors import N_, InvalidInput
from crm.rules.referrals import ReferralChanges, ReferralConfirmation, ReferralDetails

if TYPE_CHECKING:
    from crm.models import Referral

command = noun("referral")

_LEAD = {"metavar": "LEAD", "help": N_("Number, uid, or any unique part of its title or investor.")}
_REFERRAL = {"metavar": "REFERRAL", "help": N_("Number or uid of the referral; crm referral list shows them.")}
_ENDINGS = {"txt": "tree", "dot": "dot", "gv": "dot", "mmd": "mermaid", "mermaid": "mermaid", "svg": "svg"}
_PERSON = {"is_flag": True, "help": N_("The name is a contact's, not an organisation's.")}


def _recorded(referral: Referral) -> dict[str, object]:
    """Return what is printed of a new referral."""
    from crm.values.shares import percent

    values = attributes("id", "uid", "lead_id")(referral)
    return {**values, "credit": percent(referral.points), "until": referral.expires_on}


write_verb(
    command,
    "add",
    lambda crm: crm.referrals.add,
    argument("lead", **_LEAD),
    argument("referrer", metavar="REFERRER", help=N_("The referring organisation; or a contact, with --person.")),
    option("--person", **_PERSON),
    field_options(ReferralDetails, strength={"default": "medium", "show_default": True}),
    uid_option,
    help=N_(
        "Record who referred a lead, before it is signed.\n\nSeveral referrers share the credit, together "
        "at most 100 %; the first gets all of it unless a share is given."
    ),
    examples=[
        "crm referral add 12 高力资本 --introduced 2023-02-09 --strength strong",
        "crm referral add 12 济南同乡会 --channel chamber --credit 30",
    ],
    done=N_("Referral {id} is recorded for lead {lead_id}: {credit} of the credit, if the lead is signed by {until}."),
    values=_recorded,
)


write_verb(
    command,
    "confirm",
    lambda crm: crm.referrals.confirm,
    argument("referral", **_REFERRAL),
    argument("contact", metavar="CONTACT", help=N_("The contact of the referred investor who confirmed it.")),
    field_options(ReferralConfirmation, but={"contact"}),
    version_option,
    help=N_("Record that the referred party confirmed a referral; not for the person who recorded it."),
    examples=["crm referral confirm 3 总经理 --on 2023-02-20"],
    done=N_("Referral {id} is confirmed."),
    values=attributes("id", "uid"),
)


record_verb(
    command,
    "edit",
    lambda crm: crm.referrals.edit,
    field_options(
        ReferralChanges,
        channel={"help": N_("The channel.")},
        introduced={"help": N_("The day of the introduction; the last day of the credit follows it.")},
    ),
    reason_option(help=CORRECTED),
    version_option,
    help=N_(
        "Correct a referral; what is not given stays. Its share is changed with crm referral share.\n\nYou may correct "
        "what you recorded yourself for some days, by default seven; a manager corrects everything, with a reason."
    ),
    examples=["crm referral edit 3 --introduced 2023-02-08 --channel chamber"],
    record="referral",
    named=_REFERRAL,
    done=N_("Referral {id} is corrected."),
    edits=True,
)


record_verb(
    command,
    "decline",
    lambda crm: crm.referrals.decline,
    reason_option(required=True),
    version_option,
    help=N_("Record that the referred party denies a referral; its credit is free again."),
    examples=["crm referral decline 3 --reason 对方称系自行接洽"],
    record="referral",
    named=_REFERRAL,
    done=N_("Referral {id} is declined."),
    keys=("id", "uid"),
)


record_verb(
    command,
    "withdraw",
    lambda crm: crm.referrals.withdraw,
    reason_option(required=True),
    version_option,
    help=N_("Withdraw a referral; it stays readable, and its credit is free again."),
    examples=["crm referral withdraw 3 --reason 登记有误"],
    record="referral",
    named=_REFERRAL,
    done=N_("Referral {id} is withdrawn; to bring it back: crm referral restore {id}"),
    keys=("id", "uid"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.referrals.restore,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Restore a withdrawn referral with its share; the referred party confirms it anew."),
    examples=["crm referral restore 3 --reason 误撤"],
    record="referral",
    named=_REFERRAL,
    done=N_("Referral {id} is restored."),
)


@verb(
    command,
    "share",
    help=N_("Change the shares of all referrals of a lead, together at most 100 %."),
    examples=["crm referral share 12 3=60 4=40 --reason 双方商定"],
)
@argument("lead", **_LEAD)
@argument(
    "shares", metavar="REFERRAL=PERCENT …", nargs=-1, required=True, help=N_("The share of each active referral.")
)
@reason_option(required=True)
def share(face: Face, lead: str, shares: tuple[str, ...], reason: str) -> None:
    """Share."""
    from crm.cli.referrals.pages import REFERRALS

    with face.writing() as crm:
        rows = crm.referrals.share(lead, pairs(shares), reason=reason)
    face.print_rows(rows, REFERRALS, empty=N_("No referrals."))


list_verb(
    command,
    "list",
    lambda crm: crm.referrals.list,
    option("--lead", metavar="LEAD", help=N_("Filter by lead.")),
    option("--referrer", metavar="INVESTOR", help=N_("Filter by referrer.")),
    option("--channel", type=Word("channel"), help=N_("Filter by channel.")),
    withdrawn_option,
    help=N_("List referrals of the leads you may see, in the order of their introduction."),
    examples=["crm referral list", "crm referral list --lead 12", "crm referral list --referrer 高力资本"],
    columns="REFERRALS",
    empty=N_("No referrals."),
    room=__package__,
)


@verb(
    command,
    "tree",
    help=N_("Show who referred whom around an investor, to any depth, with stages and capital."),
    examples=[
        "crm referral tree 高力资本",
        "crm referral tree 高力资本 --direction down --format mermaid",
        "crm referral tree 高力资本 --output tree.svg",
    ],
)
@argument("party", metavar="INVESTOR", help=N_("The investor in the middle; or a contact, with --person."))
@option("--person", **_PERSON)
@option(
    "--direction",
    type=click.Choice(["down", "up", "both"]),
    default="both",
    show_default=True,
    help=N_("The direction: down to those it referred, up to its referrers, or both."),
)
@option(
    "--format",
    "form_option",
    type=click.Choice(["tree", "dot", "mermaid", "svg"]),
    help=N_("The format; default: by the file name, or a tree. svg needs the extra pictures."),
)
@file_options
def tree(
    face: Face,
    party: str,
    *,
    person: bool,
    direction: Literal["down", "up", "both"],
    form_option: str | None,
    output: Path | None,
    force: bool,
) -> None:
    """Draw the tree."""
    from crm.cli.referrals import trees as referral_trees

    form, wrong = form_of(form_option, output, _ENDINGS, otherwise="tree")
    if wrong := [*wrong, *obstacles(output, force=force)]:
        raise InvalidInput(*wrong)
    with face.reading() as crm:
        found = crm.referrals.tree(party, person=person, direction=direction)
    if form == "tree" and output is None:
        face.print_card(found, referral_trees.draw)
        return
    text = referral_trees.picture(face, found, form)
    if output is None:
        face.pass_on(text)
        return
    give(face, N_("The picture is written to {file}."), output, text.encode(), force=force)


list_verb(
    command,
    "credit",
    lambda crm: crm.referrals.credit,
    period_argument(),
    help=N_(
        "Rank referrers by the credit of a period.\n\nCapital counts by share, for confirmed referrals; "
        "indirect referrals are shown but not counted."
    ),
    examples=["crm referral credit 2023", "crm referral credit 2023 --limit 10 --json"],
    columns="CREDIT",
    empty=N_("No lead was referred in this period."),
    room=__package__,
)
