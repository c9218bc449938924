"""``crm staff``: the users and their roles."""

from __future__ import annotations

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.parameters import F
from crm.cli.kit.shared_verbs import attributes, list_verb, record_verb, write_verb
from crm.cli.kit.verbs import argument, leave_open_option, noun, option, reason_option, uid_option, verb, version_option
from crm.errors import N_, InvalidInput, problem
from crm.rules.places import PostingFields, StaffChanges, StaffFields

command = noun("staff")

_PERSON = {"metavar": "USER", "help": N_("User name, number or name of the person.")}


list_verb(
    command,
    "list",
    lambda crm: crm.staff.list,
    option("--archived", is_flag=True, help=N_("Include archived staff.")),
    help=N_("List the staff with role and place."),
    examples=["crm staff list", "crm staff list --archived"],
    columns="STAFF",
    empty=N_("There are no staff."),
    room=__package__,
)


@verb(
    command,
    "show",
    help=N_(
        "Show a member of staff, by default yourself, and who they are bound to.\n\n"
        "What proves who is acting now is shown for yourself alone."
    ),
    examples=["crm staff show", "crm staff show tokyo.desk"],
)
@argument("person", required=False, **_PERSON)
def show(face: Face, person: str | None) -> None:
    """Show."""
    from crm.cli.places import pages as place_pages

    with face.reading() as crm:
        card = crm.staff.show(person)
        at_hand = crm.at_hand if person is None else None
    face.print_card(card, place_pages.member)
    if at_hand is not None and not face.json:
        face.echo(face.say(N_("You are acting as {identity}."), identity=str(at_hand)))


write_verb(
    command,
    "add",
    lambda crm: crm.staff.add,
    field_argument(StaffFields, "username"),
    field_options(StaffFields, but={"username"}, whole=True),
    field_options(PostingFields),
    uid_option,
    help=N_("Add a member of staff to a station or a unit."),
    examples=[
        "crm staff add tokyo.desk --name 东京专员 --role ambassador --station tokyo",
        "crm staff add shen --name 沈 --role verifier --unit bureau",
    ],
    done=N_("{username} is added."),
    values=attributes("id", "uid", "username"),
)


record_verb(
    command,
    "move",
    lambda crm: crm.staff.move,
    field_options(StaffFields, but={"username", "name"}),
    field_options(PostingFields),
    reason_option(),
    help=N_("Give a member of staff another station, unit or role. Past meetings keep the old one."),
    examples=[
        "crm staff move tokyo.desk --station frankfurt",
        "crm staff move tokyo.desk --role manager --since 2023-03-01",
    ],
    record="person",
    named=_PERSON,
    done=N_("{username} is moved."),
    keys=("id", "username"),
)


record_verb(
    command,
    "archive",
    lambda crm: crm.staff.archive,
    reason_option(required=True),
    option("--to", metavar="USER", help=N_("Who takes over their open leads, follow-ups, requests and trips.")),
    leave_open_option,
    help=N_("Archive a member of staff who has left: their records stay, and they can no longer act."),
    examples=[
        "crm staff archive tokyo.desk --to bureau.manager --reason 调离",
        "crm staff archive shen --leave-open 待定承接人 --reason 退休",
    ],
    record="person",
    named=_PERSON,
    done=N_("{username} is archived."),
    keys=("id", "username"),
)


def _identity_options(function: F) -> F:
    """Declare the options that name an identity."""
    for flag, text in (
        ("--host", N_("Their name in the host program.")),
        ("--role", N_("Their role in PostgreSQL.")),
        ("--os", N_("Their user name in the operating system.")),
    ):
        function = option(flag, metavar="NAME", help=text)(function)
    return function


def _identity(os: str | None, role: str | None, host: str | None) -> tuple[str | None, str | None]:
    """Return the kind and the name of the one identity that was given."""
    identities = [(kind, name) for kind, name in (("os", os), ("role", role), ("host", host)) if name is not None]
    if len(identities) > 1:
        raise InvalidInput(
            problem(
                N_("Only one identity can be given at a time."),
                N_("Give one of --os, --role and --host."),
                field="name",
                code="one",
            )
        )
    return identities[0] if identities else (None, None)


@verb(
    command,
    "bind",
    help=N_(
        "Bind a member of staff to a proven identity.\n\n"
        "On a SQLite file that is the user of the operating system, on PostgreSQL the role of the session. Without an "
        "option, you are bound to your present identity. Each change records the identity; a policy with bound_since "
        "refuses others: docs/security.md."
    ),
    examples=[
        "crm staff bind bureau.admin",
        "crm staff bind tokyo.desk --os tokyodesk",
        "crm staff bind tokyo.desk --role tokyo_desk",
    ],
)
@argument("person", **_PERSON)
@_identity_options
def bind(face: Face, person: str, **options: str | None) -> None:
    """Bind."""
    with face.writing() as crm:
        bound = crm.staff.bind(person, *_identity(**options))
        username, identity = bound.staff.username, f"{bound.kind.value}:{bound.name}"
    face.done(N_("{username} is bound to {identity}."), username=username, identity=identity)


@verb(
    command,
    "unbind",
    help=N_("End a binding of a member of staff, or all of them. The record of it stays."),
    examples=["crm staff unbind tokyo.desk --os tokyodesk --reason 调离", "crm staff unbind tokyo.desk"],
)
@argument("person", **_PERSON)
@_identity_options
@reason_option()
def unbind(face: Face, person: str, reason: str | None, **options: str | None) -> None:
    """Unbind."""
    with face.writing() as crm:
        ended = crm.staff.unbind(person, *_identity(**options), reason=reason)
        username = ended[0].staff.username
        identities = [f"{binding.kind.value}:{binding.name}" for binding in ended]
    face.done(N_("{username} is no longer bound to {identities}."), username=username, identities=", ".join(identities))


record_verb(
    command,
    "restore",
    lambda crm: crm.staff.restore,
    field_options(StaffFields, but={"username", "name", "role"}),
    reason_option(required=True),
    help=N_("Bring back an archived member of staff, at their last place or at another one."),
    examples=[
        "crm staff restore tokyo.desk --reason 返岗",
        "crm staff restore tokyo.desk --unit bureau --reason 借调期满",
    ],
    record="person",
    named=_PERSON,
    done=N_("{username} is restored."),
    keys=("id", "username"),
)


record_verb(
    command,
    "edit",
    lambda crm: crm.staff.edit,
    field_options(StaffChanges),
    version_option,
    help=N_("Change the given fields. Move changes role and place."),
    examples=["crm staff edit tokyo.desk --name 东京专员"],
    record="person",
    named=_PERSON,
    done=N_("{username} is changed."),
    keys=("id", "username"),
    edits=True,
)
