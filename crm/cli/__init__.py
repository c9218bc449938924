"""The command line: a noun and a verb. No database code is imported before a verb runs."""

from crm.cli.program import Program
from crm.errors import N_

__all__ = ["main"]

main = Program(
    "crm",
    help=N_(
        "An investor CRM: investors, leads, meetings, trips and capital, from first contact to "
        "landed.\n\nA command is a noun and a verb: crm lead board. Name an investor or a lead by its "
        "number, its uid, or any unique part of a name. Database, tenant, user, policy and language can "
        "also be set in crm.toml."
    ),
    examples=(
        "crm init",
        "crm lead board",
        'crm visit log 丸红 --contact 田中 --note "谈到二期厂房"',
        "crm --lang en lead show 1",
    ),
    no_args_is_help=True,
)
