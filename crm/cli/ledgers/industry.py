"""``crm industry``: GB/T 4754, from sections to classes."""

from __future__ import annotations

from pathlib import Path

from crm.cli.kit.face import Face
from crm.cli.kit.progress import working
from crm.cli.kit.shared_verbs import list_verb
from crm.cli.kit.verbs import argument, encoding_option, noun, option, verb
from crm.errors import N_

command = noun("industry")


@verb(
    command,
    "load",
    help=N_(
        "Load groups and classes from a file, completely or not at all.\n\nThe header has code and name "
        "(代码, 名称), and optionally name_en. After that, a code of a division with a list must be on the "
        "list."
    ),
    examples=["crm industry load GBT4754-2017.csv"],
)
@argument("file", metavar="FILE", help=N_("A CSV file, in any usual encoding."))
@encoding_option
def load(face: Face, file: str, encoding: str | None) -> None:
    """Load."""
    from crm.exchange.industries import read
    from crm.exchange.texts import read_bytes

    with face.writing() as crm, working(face, N_("Loading industries")):
        found = crm.industries.load(face.once(file, lambda: read(read_bytes(Path(file)), encoding=encoding)))
    face.done(
        N_("{added} groups and classes are added, {known} were already loaded."), added=found.added, known=found.known
    )


list_verb(
    command,
    "list",
    lambda crm: crm.industries.list,
    argument("within", metavar="CODE", required=False, help=N_("Section, division or group, such as C or C36.")),
    option("--text", metavar="TEXT", help=N_("A part of the name.")),
    help=N_("List industries, of a section, a division or a group, or by name."),
    examples=["crm industry list C", "crm industry list --text 汽车"],
    columns="INDUSTRIES",
    empty=N_("No industry matches."),
    room=__package__,
)


list_verb(
    command,
    "show",
    lambda crm: crm.industries.show,
    argument("code", metavar="CODE", help=N_("Section, division, group or class.")),
    help=N_("Show an industry with its division and section."),
    examples=["crm industry show C3670"],
    columns="INDUSTRIES",
    empty=N_("No industry matches."),
    room=__package__,
)
