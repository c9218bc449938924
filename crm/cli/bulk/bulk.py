"""``crm bulk``: the same verb for several leads, previewed first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.choices import Word, pairs
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_options
from crm.cli.kit.filing import filing_options
from crm.cli.kit.parameters import Decorator
from crm.cli.kit.verbs import argument, changes, day_option, declare_verb, noun, option, reason_option
from crm.errors import N_, InvalidInput, problem
from crm.rules.kernel.fields import declared
from crm.rules.leads.fields import LeadHands
from crm.rules.leads.filters import LeadFilters

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.services.bulk.outcomes import Bulk

command = noun("bulk")
#: The first cell of a line.
_CELL = re.compile(r"[^,;\t]+")
#: The options that say which leads, and whether they are written.
_SELECTING: tuple[Decorator, ...] = (
    argument("leads", metavar="[LEAD]…", nargs=-1, help=N_("Numbers, uids, or unique parts of title or investor.")),
    option(
        "--where",
        metavar="FILTER=VALUE",
        multiple=True,
        help=N_("Leads by the filters of crm lead list, such as stage=signed; repeat for more: all of them hold."),
    ),
    option("--view", metavar="VIEW", help=N_("The leads of a saved view.")),
    option(
        "--file",
        type=click.File("rb"),
        metavar="FILE",
        help=N_("The leads of a file, one in the first cell of each line, or JSON of crm lead list; -: the input."),
    ),
)
_WRITING: tuple[Decorator, ...] = (
    option("--those-that-may", is_flag=True, help=N_("Leave out those that are refused; default: all or none.")),
    option("--apply", is_flag=True, help=N_("Write; default: only show the result for each lead.")),
    option(
        "--previewed",
        "token",
        metavar="TOKEN",
        help=N_("Write only if the result is still that of the preview with this token."),
    ),
    filing_options,
)


def _bulk_verb(
    name: str,
    act: Callable[[CRM], Callable[..., Bulk]],
    *options: Decorator,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    edits: bool = False,
) -> None:
    """Give the noun a verb on several leads."""

    def run(face: Face, **given: Any) -> None:
        """Preview, or write."""
        selection = _selected(face, given)
        only, token = given.pop("those_that_may"), given.pop("token")
        apply = given.pop("apply") or token is not None
        asked = changes(**given) if edits else given
        with face.writing() as crm:
            done = act(crm)(selection, **asked, those_that_may=only, preview=not apply, token=token)
        _show(face, done, apply=apply)

    declare_verb(command, name, run, (*_SELECTING, *options, *_WRITING), help=help, examples=examples)


def _show(face: Face, done: Bulk, *, apply: bool) -> None:
    """Print what becomes of each lead, and how many there are of both kinds."""
    from crm.cli.bulk.pages import OUTCOMES

    if face.json:
        face.print_json(done)
        return
    face.print_rows([*done.done, *done.refused], OUTCOMES, empty=N_("No leads."))
    if apply:
        text = N_("Written: {done} leads. Left out: {refused}.")
    elif done.refused:
        text = N_(
            "{done} leads can be written, {refused} are refused; nothing was written. To write the former: "
            "--those-that-may --previewed {token}"
        )
    else:
        text = N_("{done} leads can be written; nothing was written. To write them: --previewed {token}")
    face.echo(face.say(text, done=len(done.done), refused=len(done.refused), token=done.token))


def _selected(face: Face, given: dict[str, Any]) -> object:
    """Remove the selection of leads from the options: references, or filters.

    Raises:
        InvalidInput: Neither, or both; a filter that is none; a file that cannot be read.
    """
    named, where, view, file = (given.pop(name) for name in ("leads", "where", "view", "file"))
    if (named or file) and (where or view):
        raise InvalidInput(
            problem(
                N_("Leads are both named and filtered."),
                N_("Name them, or give filters: --where, --view."),
                field="leads",
                code="both",
            )
        )
    if not (where or view):
        return [*named, *_listed(face, file)]
    filters = _filters(pairs(where))
    if view is not None:
        with face.reading() as crm:
            kept = crm.views.get("leads.list", view).arguments
        filters = {**{name: value for name, value in kept.items() if name in declared(LeadFilters)}, **filters}
    return filters


def _filters(typed: Mapping[str, str]) -> dict[str, object]:
    """Return filters as they are passed: several tags are separated by a plus sign."""
    known = declared(LeadFilters)
    unknown = [name for name in typed if name.replace("-", "_") not in known]
    if unknown:
        raise InvalidInput(
            problem(
                N_("There are no such filters: {names}."),
                N_("Choose among: {known}."),
                field="where",
                code="unknown",
                names=", ".join(unknown),
                known=", ".join(known),
            )
        )
    found: dict[str, object] = {}
    for typed_name, value in typed.items():
        name = typed_name.replace("-", "_")
        field = known[name]
        if field.many:
            found[name] = value.split("+")
        elif field.flag:
            found[name] = click.BOOL.convert(value, None, None)
        elif field.words and len(field.kept) == 1:
            found[name] = Word(field.words).convert(value, None, click.get_current_context())
        else:
            found[name] = value
    return found


def _listed(face: Face, file: Any) -> Iterable[object]:
    """Return the leads of a file: a number, a uid or a name in the first cell of each line, or JSON with ids."""
    if file is None:
        return ()
    from crm.exchange.texts import decoded

    text = face.once(("leads", str(Path(file.name))), lambda: decoded(file.read()))
    if text.lstrip().startswith("["):
        try:
            return [row["id"] if isinstance(row, dict) else row for row in json.loads(text)]
        except (ValueError, KeyError) as error:
            raise InvalidInput(
                problem(
                    N_("The file has no leads."),
                    N_("Write their numbers, one on each line, or pass on: crm lead list --json"),
                    field="file",
                    code="json",
                )
            ) from error
    cells = [cell[0].strip(' "\ufeff') for line in text.splitlines() if (cell := _CELL.match(line.strip()))]
    # What a table has above its first number is its heading.
    return cells[1:] if cells[:1] and cells[0].casefold() in {"id", "no.", "编号", "number", "uid"} else cells


_bulk_verb(
    "advance",
    lambda crm: crm.bulk.advance,
    option("--to", type=Word("stage"), help=N_("The stage; default: the next of each.")),
    reason_option(help=N_("The reason; required to skip a stage.")),
    day_option("--on", help=N_("The day of the move; default: today.")),
    help=N_("Advance leads through their gates, all of them or none.\n\nWithout --apply nothing is written."),
    examples=["crm bulk advance 1 2 --to negotiating", "crm bulk advance --where stage=contact --those-that-may"],
)
_bulk_verb(
    "hold",
    lambda crm: crm.bulk.hold,
    reason_option(required=True),
    day_option("--review", required=True, help=N_("The day on which to look at them again.")),
    day_option("--on", help=N_("The day of the move; default: today.")),
    help=N_("Put leads on hold until a day of review."),
    examples=["crm bulk hold 1 2 --reason 等待规划批复 --review 2030-06-01"],
)
_bulk_verb(
    "lose",
    lambda crm: crm.bulk.lose,
    reason_option(required=True),
    option("--competitor", metavar="TEXT", help=N_("The place where the investors went.")),
    day_option("--on", help=N_("The day of the move; default: today.")),
    help=N_("Record that investors went elsewhere."),
    examples=["crm bulk lose 1 2 --reason 总部取消投资计划"],
)
_bulk_verb(
    "handover",
    lambda crm: crm.bulk.handover,
    field_options(LeadHands),
    reason_option(),
    help=N_("Hand leads over to another owner, unit or station."),
    examples=[
        "crm bulk handover 1 2 --unit bureau --reason 分工调整",
        "crm bulk handover --where owner=gaoxin.desk --owner bureau.manager",
    ],
    edits=True,
)
_bulk_verb(
    "tag",
    lambda crm: crm.bulk.tag,
    option("--tag", "tags", metavar="TAG", multiple=True, help=N_("A tag to put on; repeat for more.")),
    option("--remove", metavar="TAG", multiple=True, help=N_("A tag to take off; repeat for more.")),
    help=N_("Put tags on leads, or take them off."),
    examples=["crm bulk tag 1 2 --tag 周会", "crm bulk tag --where stage=contact --tag 重点"],
)
