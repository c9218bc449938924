"""Verbs that nouns have in common: showing a card, and changing one record and saying so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Decorator, Noun, argument, changes, verb

if TYPE_CHECKING:
    from crm.crm import CRM


def show_verb(
    group: Noun,
    record: str,
    read: Callable[[CRM, str], object],
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
        read: Returns the card of the record that was named.
        help: What it shows.
        examples: Its examples.
        named: What Click is told of the argument.
        room: The package with the pages, ``__package__`` of the caller; they are loaded when the verb is called.
    """

    @verb(group, "show", help=help, examples=examples)
    @argument(record, **named)
    def show(face: Face, **arguments: str) -> None:
        """Show."""
        with face.reading() as crm:
            card = read(crm, arguments[record])
        face.print_card(card, getattr(import_module(f"{room}.pages"), record))


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
    """Give a noun a verb that changes one record.

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

    def change(face: Face, **given: object) -> None:
        """Change."""
        ref = given.pop(record)
        if edits:
            beside: dict[str, object] = {key: given.pop(key) for key in ("version", "reason") if key in given}
            given = {**beside, **changes(**given)}
        with face.writing() as crm:
            changed = act(crm)(ref, **given)
            values = {key: getattr(changed, key) for key in keys}
        face.done(done, **values)

    for declare in reversed(options):
        change = declare(change)
    verb(group, name, help=help, examples=examples)(argument(record, **named)(change))
