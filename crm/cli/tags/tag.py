"""``crm tag``: which there are, how often each is used; renamed and merged."""

from __future__ import annotations

from crm.cli.kit.shared_verbs import attributes, list_verb, write_verb
from crm.cli.kit.verbs import argument, noun, reason_option, version_option
from crm.errors import N_

command = noun("tag")

_TAG = argument("tag", metavar="TAG", help=N_("The tag, in any spelling."))


list_verb(
    command,
    "list",
    lambda crm: crm.tags.list,
    argument("text", metavar="TEXT", required=False, help=N_("A part of the name.")),
    help=N_(
        "List tags, with the leads and the investors that have each.\n\nPut them on: crm lead tag, crm investor tag"
    ),
    examples=["crm tag list", "crm tag list 周"],
    columns="TAGS",
    empty=N_("There are no tags."),
    room=__package__,
)


write_verb(
    command,
    "rename",
    lambda crm: crm.tags.rename,
    _TAG,
    argument("name", metavar="NAME", help=N_("The new spelling.")),
    version_option,
    help=N_("Rename a tag; its records keep it."),
    examples=["crm tag rename 周会 周例会"],
    done=N_("The tag is now {name}."),
    values=attributes("id", "name", "version"),
)


write_verb(
    command,
    "merge",
    lambda crm: crm.tags.merge,
    _TAG,
    argument("into", metavar="INTO", help=N_("The tag that stays.")),
    reason_option(),
    help=N_("Merge a tag into another: its records get the other tag.\n\nUndo it: crm tag split"),
    examples=["crm tag merge 例会 周会"],
    done=N_("It is merged into {name}."),
    values=attributes("id", "name", "version"),
)


write_verb(
    command,
    "split",
    lambda crm: crm.tags.split,
    _TAG,
    reason_option(),
    help=N_("Undo the merge of a tag."),
    examples=["crm tag split 例会"],
    done=N_("{name} is a tag of its own again."),
    values=attributes("id", "name", "version"),
)
