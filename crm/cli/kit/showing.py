"""The verb ``show``, which all nouns with a card have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Noun, argument, verb

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
