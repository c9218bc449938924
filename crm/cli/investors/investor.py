"""``crm investor``: organisations and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crm.cli.investors import groups, identifiers, merges
from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_options
from crm.cli.kit.filing import filing_options
from crm.cli.kit.progress import working
from crm.cli.kit.prompts import confirm, on_terminal
from crm.cli.kit.shared_verbs import (
    attributes,
    distinct_option,
    list_verb,
    record_verb,
    show_verb,
    tag_verb,
    write_verb,
)
from crm.cli.kit.verbs import argument, noun, option, reason_option, uid_option, verb, version_option
from crm.cli.printing.widths import printable
from crm.errors import N_
from crm.rules.investors.fields import InvestorFields
from crm.rules.investors.filters import InvestorFilters
from crm.rules.tags import Tagged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.crm import CRM
    from crm.reads.investors.likeness_rows import LikelyRow

command = noun("investor")

_INVESTOR = {
    "metavar": "INVESTOR",
    "help": N_("Number, uid, identifier, a name, or a unique part of one: two characters, or the beginning of a word."),
}


@verb(
    command,
    "add",
    help=N_("Add an investor with its names."),
    examples=[
        'crm investor add 丸红株式会社 --country JP --alias "Marubeni Corporation"',
        "crm investor add 示例商事株式会社 --country JP --identifier jp_cn:5835678256246",
        "crm investor add 香港贸发局 --country HK --kind agency",
        'crm investor add 高新发展 --country CN --distinct "另一城市的同名企业"',
    ],
)
@argument("name", metavar="NAME", help=N_("The displayed name."))
@field_options(
    InvestorFields, but={"name"}, country={"required": True}, kind={"default": "enterprise", "show_default": True}
)
@option("--language", metavar="LANGUAGE", help=N_("The language of the name; default: by its script."))
@option("--alias", "aliases", metavar="TEXT", multiple=True, help=N_("Another name; repeat for more."))
@option(
    "--identifier",
    "identifiers",
    metavar="SCHEME:NUMBER",
    multiple=True,
    help=N_(
        "A number that a register assigned to it, such as uscc:91…; repeat for more. Schemes: crm investor schemes"
    ),
)
@field_options(Tagged)
@distinct_option(N_("Why it is a different company, if the name is already on record."))
@uid_option
def add(face: Face, name: str, **options: Any) -> None:
    """Add."""
    with face.writing() as crm:
        if options["uid"] is None and options["distinct"] is None:
            options["distinct"] = _alike(face, crm, name, options["aliases"], options["identifiers"])
        investor = crm.investors.add(name, **options)
        number, uid, name = investor.id, investor.uid, investor.name
    face.done(N_("Investor {id} is added: {name}"), id=number, uid=uid, name=name)


def _alike(face: Face, crm: CRM, name: str, aliases: tuple[str, ...], identifiers: tuple[str, ...]) -> str | None:
    """List likely duplicates; on a terminal ask for the reason why it is a different company, and return it."""
    rows = crm.investors.likely(name, aliases=aliases, identifiers=identifiers)
    asks = on_terminal() and not face.json
    alike = [row for row in rows if asks or row.reason != "key"]
    if not alike or face.json:
        return None
    return face.once(repr(alike), lambda: _reason_of(face, alike, asks=asks))


def _reason_of(face: Face, alike: Sequence[LikelyRow], *, asks: bool) -> str | None:
    from crm.cli.investors.pages import reason

    click.echo(face.say(N_("It may already be on record:")), err=True)
    for row in alike:
        line = face.say(
            N_("  {id}  {name} ({why}, {score})"), id=row.id, name=row.matching, why=reason(face, row), score=row.score
        )
        click.echo(printable(line), err=True)
    if not asks:
        return None
    if any(row.reason == "key" for row in alike):
        return str(click.prompt(face.say(N_("Why is it a different company")), err=True))
    confirm(face, N_("Add it anyway?"), yes=False)
    return None


@verb(
    command,
    "duplicates",
    help=N_(
        "List the pairs of investors that may be the same company.\n\nPairs that share an identifier with "
        "a project company come first, then those with the same name, with another legal form, and with "
        "similar names; last those with different identifiers. Nothing is merged; declare a pair "
        "distinct with: crm investor distinct"
    ),
    examples=["crm investor duplicates", "crm investor duplicates --reason near --min-score 90 --limit 20"],
)
@option("--reason", type=Word("likeness"), help=N_("Filter by reason."))
@option(
    "--min-score",
    type=click.IntRange(0, 100),
    default=0,
    metavar="N",
    help=N_("The minimum score; 100 is the same name."),
)
@option("--limit", type=click.IntRange(min=1), metavar="N", help=N_("The maximum number."))
@filing_options
def duplicates(face: Face, reason: str | None, min_score: int, limit: int | None) -> None:
    """List pairs."""
    from crm.cli.investors.pages import DUPLICATES

    with face.reading() as crm, working(face, N_("Comparing names")):
        rows = crm.investors.duplicates(reason=reason, min_score=min_score, limit=limit)
    face.print_rows(rows, DUPLICATES, empty=N_("There are no likely duplicates."))


write_verb(
    command,
    "distinct",
    lambda crm: crm.investors.distinct,
    argument("investor", **_INVESTOR),
    argument("other", metavar="OTHER", help=N_("The other investor.")),
    reason_option(required=True),
    uid_option,
    help=N_("Record that two similar investors are different companies."),
    examples=["crm investor distinct 3 8 --reason 两家城市的同名企业"],
    done=N_("Investors {one} and {other} are declared distinct: {reason}"),
    values=attributes(one="one_id", other="other_id", uid="uid", reason="reason"),
)


@verb(
    command,
    "find",
    help=N_(
        "Find investors by any of their names: two neighbouring Chinese, Japanese or Korean characters, "
        "or the beginning of a word; or by an identifier.\n\nEqual names come first, then names with this "
        "beginning, then the rest. The legal form may differ."
    ),
    examples=["crm investor find 丸红", "crm investor find marub", "crm investor find 5-8356-7825-6246"],
)
@argument("text", metavar="TEXT", help=N_("Two Chinese characters are enough."))
@option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help=N_("The maximum number.")
)
@filing_options
def find(face: Face, text: str, limit: int) -> None:
    """Find."""
    from crm.cli.investors.pages import FOUND, INVESTORS

    with face.reading() as crm:
        rows = crm.investors.find(text, limit=limit)
    face.print_rows(
        rows,
        FOUND if any(row.matching for row in rows) else INVESTORS,
        empty=N_("No investor has this name or identifier."),
    )


show_verb(
    command,
    "investor",
    lambda crm: crm.investors.show,
    help=N_("Show an investor: names, identifiers, contacts, leads, latest meetings."),
    examples=["crm investor show 丸红", "crm investor show jp_cn:5835678256246"],
    named=_INVESTOR,
    room=__package__,
)


list_verb(
    command,
    "list",
    lambda crm: crm.investors.list,
    field_options(InvestorFilters),
    option("--archived", is_flag=True, help=N_("Include archived ones.")),
    help=N_("List investors."),
    examples=["crm investor list --country JP", "crm investor list --kind fund --archived"],
    columns="INVESTORS",
    empty=N_("There are no investors."),
    room=__package__,
)


@verb(
    command,
    "alias",
    help=N_("Add a name to an investor."),
    examples=['crm investor alias 丸红 "Marubeni" --kind short'],
)
@argument("investor", **_INVESTOR)
@argument("name", metavar="NAME", help=N_("The other name."))
@option("--language", metavar="LANGUAGE", help=N_("The language of the name; default: by its script."))
@option("--kind", type=Word("name kind"), default="trading", show_default=True, help=N_("The kind of name."))
@uid_option
def alias(face: Face, investor: str, name: str, **options: Any) -> None:
    """Add a name."""
    with face.writing() as crm:
        whose = crm.investors.get(investor)
        added = crm.investors.alias(whose, name, **options)
        number, uid, text, owner = whose.id, added.uid, added.text, whose.name
    face.done(
        N_("The name {name} is added to investor {id}, {investor}."), id=number, uid=uid, name=text, investor=owner
    )


record_verb(
    command,
    "edit",
    lambda crm: crm.investors.edit,
    field_options(InvestorFields),
    version_option,
    help=N_("Change the given fields; an empty text clears a field."),
    examples=["crm investor edit 丸红 --kind enterprise", 'crm investor edit 3 --note ""'],
    record="investor",
    named=_INVESTOR,
    done=N_("Investor {id} is changed: {name}"),
    keys=("id", "name", "version"),
    edits=True,
)


record_verb(
    command,
    "archive",
    lambda crm: crm.investors.archive,
    reason_option(required=True),
    help=N_("Archive an investor: its records stay; new leads, meetings and changes are refused."),
    examples=["crm investor archive 3 --reason 已注销"],
    record="investor",
    named=_INVESTOR,
    done=N_("Investor {id} is archived: {name}"),
    keys=("id", "name"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.investors.restore,
    reason_option(required=True),
    distinct_option(N_("Why it is another company than the one that has its name now.")),
    help=N_("Bring an archived investor back, with its names, identifiers and contacts."),
    examples=["crm investor restore 3 --reason 重新来访", "crm investor restore 丸红 --reason 重新来访"],
    record="investor",
    named=_INVESTOR,
    done=N_("Investor {id} is restored: {name}"),
    keys=("id", "name"),
)


tag_verb(
    command, "investor", lambda crm: crm.investors.tag, _INVESTOR, done=N_("The tags of investor {id} are changed.")
)


identifiers.join(command, **_INVESTOR)
merges.join(command, person=False)
groups.join(command)
