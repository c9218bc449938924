"""Verbs that nouns have in common: a card, a list, a change of one record.

Each calls one verb of the library: the arguments of the line are passed to it by position, the options by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

import click
from click.core import ParameterSource

from crm.cli.kit.choices import TYPED
from crm.cli.kit.face import Face
from crm.cli.kit.filing import Filing, filing_options
from crm.cli.kit.parameters import Decorator, F
from crm.cli.kit.verbs import Noun, argument, changes, declare_verb, option, version_option
from crm.cli.printing.methods import method_of
from crm.errors import N_
from crm.rules.kernel.views import SHARED, VIEWED

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.reads.kernel.listing import Page

T = TypeVar("T")

#: The options of every list, in their order.
PAGING: tuple[Decorator, ...] = (
    option(
        "--limit",
        type=click.IntRange(min=0),
        metavar="N",
        help=N_("The maximum number; 0: all. Default: on a terminal 50, else all."),
    ),
    option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help=N_("The number of rows to skip.")),
    option("--count", is_flag=True, help=N_("Print only the number of rows.")),
    filing_options,
)


#: What says which part of a list is printed, and is no part of a view.
_PARTS = frozenset({"limit", "offset", "count", "save", "view", "closed"})
#: The options of a list of which views are saved.
VIEWING: tuple[Decorator, ...] = (
    option("--view", metavar="VIEW", help=N_("Use the filters of a saved view; options on the line override them.")),
    option("--save", metavar="NAME", help=N_("Save filters, order and columns under a name.")),
)


def paging_options(function: F) -> F:
    """Declare :data:`PAGING` for a verb that is written out."""
    return reduce(lambda made, declare: declare(made), reversed(PAGING), function)


def viewing_options(function: F) -> F:
    """Declare :data:`VIEWING` for a verb that is written out, which calls :func:`with_view`."""
    return reduce(lambda made, declare: declare(made), reversed(VIEWING), function)


def show_verb(
    group: Noun,
    record: str,
    read: Callable[[CRM], Callable[..., object]],
    *,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    named: Mapping[str, object],
    room: str | None,
) -> None:
    """Give a noun the verb ``show``.

    Args:
        group: The noun.
        record: The name of the argument, and of the function in the pages of the room that draws the card.
        read: Returns the verb of the library, which returns the card of the record that was named.
        help: What it shows.
        examples: Its examples.
        named: What Click is told of the argument.
        room: The package with the pages, ``__package__`` of the caller; they are loaded when the verb is called.
    """
    card_verb(group, "show", read, argument(record, **named), help=help, examples=examples, page=record, room=room)


def card_verb(
    group: Noun,
    name: str,
    read: Callable[[CRM], Callable[..., object]],
    *params: Decorator,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    page: str,
    room: str | None,
) -> None:
    """Give a noun a verb that prints one card.

    Args:
        group: The noun.
        name: The verb.
        read: Returns the verb of the library, which returns the card.
        *params: The arguments and options, in their order.
        help: What it shows.
        examples: Its examples.
        page: The function in the pages of the room that draws the card.
        room: The package with the pages, ``__package__`` of the caller; they are loaded when the verb is called.
    """

    def show(face: Face, **options: object) -> None:
        """Show."""
        if "view" in options:
            options = with_view(face, options)
        with face.reading() as crm:
            card = read(crm)(*_arguments(options), **options)
        face.print_card(card, getattr(import_module(f"{room}.pages"), page))

    declare_verb(group, name, show, params, help=help, examples=examples)


def list_verb(
    group: Noun,
    name: str,
    read: Callable[[CRM], Callable[..., Page[object]]],
    *params: Decorator,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    columns: str,
    empty: str,
    room: str | None,
) -> None:
    """Give a noun a verb that prints a list.

    Args:
        group: The noun.
        name: The verb.
        read: Returns the verb of the library that lists.
        *params: The arguments and options, in their order; those that say which part is printed follow.
        help: What it lists.
        examples: Its examples.
        columns: The name of the columns in the pages of the room.
        empty: The sentence that is printed if there are no rows.
        room: The package with the pages, ``__package__`` of the caller; they are loaded when the verb is called.
    """
    method = method_of(group.name or "", name) or ""
    viewed = SHARED.get(method, method) in VIEWED

    def list_(face: Face, **options: object) -> None:
        """List."""
        shown = getattr(import_module(f"{room}.pages"), columns)
        if "view" in options:
            options = with_view(face, options)
        arguments = _arguments(options)
        with face.reading() as crm:
            face.print_list(crm, read(crm), arguments, options, shown, empty=empty)

    more = (*params, *VIEWING, *PAGING) if viewed else (*params, *PAGING)
    declare_verb(group, name, list_, more, help=help, examples=examples)


def write_verb(
    group: Noun,
    name: str,
    act: Callable[[CRM], Callable[..., T]],
    *params: Decorator,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    done: str,
    values: Callable[[T], Mapping[str, object]],
    edits: bool = False,
) -> None:
    """Give a noun a verb that writes one record.

    Args:
        group: The noun.
        name: The verb.
        act: Returns the verb of the library, which returns the record.
        *params: The arguments and options, in their order.
        help: What it does.
        examples: Its examples.
        done: The sentence that is printed then.
        values: Returns what the sentence and the JSON have of the record; see :func:`attributes`.
        edits: Whether the options are fields: what is not given stays, and an empty text clears.
    """

    def write(face: Face, **options: object) -> None:
        """Write."""
        from crm.cli.kit.prompts import told_apart

        arguments = _arguments(options)
        if edits:
            kept = ("version", "reason", "distinct")
            beside: dict[str, object] = {key: options.pop(key) for key in kept if key in options}
            options = {**beside, **changes(**options)}
        why = options.pop("distinct", None)

        def save(apart: str | None) -> Mapping[str, object]:
            distinct = {} if apart is None else {"distinct": apart}
            with face.writing() as crm:
                return values(act(crm)(*arguments, **options, **distinct))

        face.done(done, **told_apart(face, None if why is None else str(why), save))

    declare_verb(group, name, write, params, help=help, examples=examples)


def distinct_option(text: str) -> Decorator:
    """Declare the option for the reason why a record is not a duplicate."""
    return option("--distinct", metavar="WHY", help=text)


def record_verb(
    group: Noun,
    name: str,
    act: Callable[[CRM], Callable[..., object]],
    *options: Decorator,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
    record: str,
    named: Mapping[str, object],
    done: str,
    keys: Sequence[str] = ("id", "uid", "version"),
    edits: bool = False,
) -> None:
    """Give a noun a verb that changes one record, its only argument; see :func:`write_verb`.

    Args:
        group: The noun.
        name: The verb.
        act: Returns the verb of the library, which takes the record and the values of the options, and returns the
            record.
        *options: The options, in their order.
        help: What it does.
        examples: Its examples.
        record: The name of the argument.
        named: What Click is told of the argument.
        done: The sentence that is printed then.
        keys: The attributes of the record that the sentence and the JSON have.
        edits: Whether the options are fields: what is not given stays, and an empty text clears.
    """
    declared = (argument(record, **named), *options)
    values = attributes(*keys)
    write_verb(group, name, act, *declared, help=help, examples=examples, done=done, values=values, edits=edits)


def tag_verb(
    group: Noun, record: str, act: Callable[[CRM], Callable[..., object]], named: Mapping[str, object], *, done: str
) -> None:
    """Give a noun the verb ``tag``.

    Args:
        group: The noun.
        record: The name of the argument.
        act: Returns the verb of the library, which returns the record.
        named: What Click is told of the argument.
        done: The sentence that is printed then.
    """
    write_verb(
        group,
        "tag",
        act,
        argument(record, **named),
        argument("tags", metavar="[TAG]…", nargs=-1, help=N_("Any words; a new word becomes a tag.")),
        option("--remove", metavar="TAG", multiple=True, help=N_("A tag to take off; repeat for more.")),
        version_option,
        help=N_("Put tags on, or take them off.\n\nSpellings that differ in width or case are one tag: crm tag list"),
        examples=[f"crm {record} tag 1 周会 重点", f"crm {record} tag 1 --remove 周会"],
        done=done,
        values=attributes("id", "version"),
    )


def with_view(face: Face, options: Mapping[str, object]) -> dict[str, object]:
    """Return the options of a list with those of the view that was named; save them if that was asked for.

    Raises:
        CRMError: There is no such view, or the list does not take what it holds or what is to be saved.
    """
    ctx = click.get_current_context()
    narrowed = {**options}
    view, name = narrowed.pop("view", None), narrowed.pop("save", None)
    if view is None and name is None:
        return narrowed
    noun = "" if ctx.parent is None else ctx.parent.info_name or ""
    method = method_of(noun, ctx.info_name) or ""
    typed = {
        param.name: ctx.meta.get(TYPED, {}).get(param.name, narrowed[param.name])
        for param in ctx.command.params
        if param.name in narrowed
        and param.name not in _PARTS
        and ctx.get_parameter_source(param.name) is not ParameterSource.DEFAULT
        and narrowed[param.name] not in (None, ())
    }
    if view is not None:
        with face.reading() as crm:
            kept = crm.views.get(method, str(view))
        saved = {key: value for key, value in kept.arguments.items() if key in narrowed and key not in typed}
        params = {param.name: param for param in ctx.command.params}
        narrowed |= {key: params[key].type_cast_value(ctx, value) for key, value in saved.items()}
        if kept.columns and isinstance(face.files, Filing):
            face.files.given["columns"] = face.files.given.get("columns") or ",".join(kept.columns)
        raw = {row: value for row, value in kept.arguments.items() if row not in typed}
        typed = {**raw, **typed}
    if name is not None:
        columns = face.files.names if isinstance(face.files, Filing) else ()
        with face.writing() as crm:
            saved_view = crm.views.save(method, str(name), typed, columns=columns)
            called = saved_view.name
        face.echo(face.say(N_("The view is saved. Use it: --view {name}"), name=called), err=True)
    return narrowed


def attributes(*names: str, **renamed: str) -> Callable[[object], dict[str, object]]:
    """Return a function that reads attributes of a record.

    Args:
        *names: Attributes that keep their names.
        **renamed: By another name, an attribute or the path to one, such as ``code="trip.code"``.
    """
    paths = {**{name: name for name in names}, **renamed}
    return lambda record: {name: attrgetter(path)(record) for name, path in paths.items()}


def _arguments(options: dict[str, object]) -> list[object]:
    """Take the arguments of the line out of what was given, in their order."""
    params = click.get_current_context().command.params
    return [options.pop(param.name or "") for param in params if isinstance(param, click.Argument)]
