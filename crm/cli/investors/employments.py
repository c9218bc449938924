"""The verbs of ``crm contact`` on where a person works."""

from __future__ import annotations

from collections.abc import Mapping

from crm.cli.kit.field_options import field_options
from crm.cli.kit.shared_verbs import attributes, distinct_option, write_verb
from crm.cli.kit.verbs import CORRECTED, Noun, argument, day_option, reason_option, uid_option, version_option
from crm.errors import N_
from crm.rules.investors.contacts import EmploymentChanges, EmploymentDetails, EmploymentEnd

_BEGAN = N_("The first day of the employment, where there were several; default: the present or last.")
_VALUES = attributes("version", id="contact_id", name="contact.name", investor="investor.name")


def join(command: Noun, contact: Mapping[str, object], investor: Mapping[str, object], distinct: str) -> None:
    """Add the verbs.

    Args:
        command: The noun.
        contact: What Click is told of the argument that is a contact.
        investor: Likewise of the investor.
        distinct: The help of the option that says why somebody is another person.
    """
    both = (argument("contact", **contact), argument("investor", **investor))

    write_verb(
        command,
        "employ",
        lambda crm: crm.contacts.employ,
        *both,
        field_options(EmploymentDetails),
        distinct_option(distinct),
        uid_option,
        help=N_("Record that a person works at an investor from a day, in addition to other posts."),
        examples=["crm contact employ 田中 三井物产 --title 顾问 --since 2023-04-01"],
        done=N_("Contact {id}, {name}, works at {investor}."),
        values=_VALUES,
    )

    write_verb(
        command,
        "leave",
        lambda crm: crm.contacts.leave,
        *both,
        field_options(EmploymentEnd, whole=True),
        help=N_("Record a person's last day at an investor."),
        examples=["crm contact leave 田中 丸红 --until 2023-03-31"],
        done=N_("Contact {id}, {name}, has left {investor}."),
        values=_VALUES,
    )

    write_verb(
        command,
        "edit-employment",
        lambda crm: crm.contacts.edit_employment,
        *both,
        field_options(EmploymentChanges),
        day_option("--began", help=_BEGAN),
        reason_option(help=CORRECTED),
        version_option,
        help=N_(
            "Correct an employment: title, first and last day; what is not given stays, an empty text clears.\n\nYou "
            "may correct what you recorded yourself for some days, by default seven; a manager corrects everything, "
            "with a reason."
        ),
        examples=["crm contact edit-employment 田中 丸红 --title 部长 --since 2022-04-01"],
        done=N_("The employment of contact {id}, {name}, at {investor} is corrected."),
        values=_VALUES,
        edits=True,
    )

    write_verb(
        command,
        "withdraw-employment",
        lambda crm: crm.contacts.withdraw_employment,
        *both,
        day_option("--began", help=_BEGAN),
        reason_option(help=CORRECTED),
        version_option,
        help=N_("Withdraw an employment that should not have been recorded; it stays readable."),
        examples=["crm contact withdraw-employment 田中 三井物产 --reason 同名不同人"],
        done=N_("The employment of contact {id}, {name}, at {investor} is withdrawn."),
        values=_VALUES,
    )

    write_verb(
        command,
        "restore-employment",
        lambda crm: crm.contacts.restore_employment,
        *both,
        day_option("--began", help=N_("The first day of the employment; default: the one that was withdrawn last.")),
        distinct_option(distinct),
        reason_option(help=CORRECTED),
        version_option,
        help=N_("Restore a withdrawn employment."),
        examples=["crm contact restore-employment 田中 三井物产"],
        done=N_("The employment of contact {id}, {name}, at {investor} is restored."),
        values=_VALUES,
    )
