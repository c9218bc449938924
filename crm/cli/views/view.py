"""``crm view``: the saved views of whoever acts."""

from __future__ import annotations

from crm.cli.kit.shared_verbs import attributes, list_verb, write_verb
from crm.cli.kit.verbs import argument, noun, option
from crm.errors import N_

command = noun("view")


list_verb(
    command,
    "list",
    lambda crm: crm.views.list,
    argument("method", metavar="LIST", required=False, help=N_("Of one list, such as leads.list.")),
    help=N_(
        "List your views.\n\nSave one: crm lead list --stage signed --save 周会. Use it: crm lead list --view 周会"
    ),
    examples=["crm view list", "crm view list leads.list"],
    columns="VIEWS",
    empty=N_("You have no views."),
    room=__package__,
)


write_verb(
    command,
    "remove",
    lambda crm: crm.views.remove,
    argument("name", metavar="VIEW", help=N_("The view, in any spelling.")),
    option("--list", "method", metavar="LIST", help=N_("The list, if several have a view of this name.")),
    help=N_("Remove a view of yours."),
    examples=["crm view remove 周会"],
    done=N_("The view {name} is removed."),
    values=attributes("id", "name"),
)
