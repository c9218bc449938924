"""``crm lead``: the moves through the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from crm.cli.kit.choices import Day, Word
from crm.cli.kit.parameters import Decorator
from crm.cli.kit.shared_verbs import write_verb
from crm.cli.kit.verbs import CORRECTED, Noun, argument, day_option, option, reason_option, uid_option, version_option
from crm.errors import N_

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.models import CarriedOver, Lead, Redate, Transition

T = TypeVar("T")
_LEAD = {"metavar": "LEAD", "help": N_("Number, uid, or any unique part of its title or investor.")}


def _move_verb(
    command: Noun,
    name: str,
    move: Callable[[CRM], Callable[..., Transition]],
    *options: Decorator,
    help: str,  # noqa: A002 - as Click calls it
    examples: Sequence[str],
) -> None:
    """Give the noun a move: a verb that prints the new stage and status. Every move has a day, a version and a uid."""
    write_verb(
        command,
        name,
        lambda crm: partial(_moved, crm, move(crm)),
        argument("lead", **_LEAD),
        *options,
        day_option("--on", help=N_("The day of the move; default: today.")),
        version_option,
        uid_option,
        help=help,
        examples=examples,
        done=N_("Lead {id} is at {stage}, {status}: {title}"),
        values=_reached,
    )


def _moved(crm: CRM, move: Callable[..., T], ref: str, /, *arguments: object, **options: object) -> tuple[Lead, T]:
    """Move a lead, and return it with the move."""
    lead = crm.leads.get(ref)
    return lead, move(lead, *arguments, **options)


def _reached(moved: tuple[Lead, Transition]) -> dict[str, object]:
    """Return the stage and status that a lead has reached."""
    from crm.values.sentences import Coded

    lead, step = moved
    return {
        "id": lead.id,
        "title": lead.title,
        "kind": step.kind.value,
        "number": step.number,
        "uid": step.uid,
        "stage": Coded("stage", step.to_stage),
        "status": Coded("status", step.to_status.value),
        "cycle": step.cycle,
        "version": lead.version,
    }


def _redated(moved: tuple[Lead, Redate]) -> dict[str, object]:
    """Return the days of a move, before and after."""
    lead, made = moved
    return {
        "id": lead.id,
        "title": lead.title,
        "uid": made.uid,
        "day": made.occurred_on,
        "before": made.counted_on,
        "version": lead.version,
    }


def _settled(moved: tuple[Lead, CarriedOver]) -> dict[str, object]:
    """Return the stage of a lead that was settled, and its days."""
    from crm.values.sentences import Coded

    lead, carried = moved
    return {
        "id": lead.id,
        "title": lead.title,
        "uid": lead.uid,
        "stage": Coded("stage", lead.stage),
        "entered_on": lead.entered_on,
        "settled_at": carried.settled_at,
        "version": lead.version,
    }


def join(command: Noun) -> None:
    """Give the noun these verbs."""
    _move_verb(
        command,
        "advance",
        lambda crm: crm.leads.advance,
        option("--to", type=Word("stage"), help=N_("The stage; default: the next.")),
        reason_option(help=N_("The reason; required to skip a stage.")),
        help=N_(
            "Advance a lead: one stage, or more with a reason.\n\nAll gates of all stages on the way must "
            "be met; everything missing is listed."
        ),
        examples=[
            "crm lead advance 1",
            "crm lead advance 1 --to negotiating --on 2023-02-08",
            "crm lead advance 1 --to registered --reason 直接注册",
        ],
    )

    _move_verb(
        command,
        "back",
        lambda crm: crm.leads.back,
        option("--to", type=Word("stage"), required=True, help=N_("The stage.")),
        reason_option(required=True),
        help=N_("Move a lead back to a lower stage."),
        examples=["crm lead back 1 --to negotiating --reason 协议解除"],
    )

    _move_verb(
        command,
        "hold",
        lambda crm: crm.leads.hold,
        reason_option(required=True),
        day_option("--review", required=True, help=N_("The day of review.")),
        help=N_("Put a lead on hold until a day of review."),
        examples=["crm lead hold 1 --reason 总部换届 --review 2023-06-01"],
    )

    _move_verb(
        command,
        "resume",
        lambda crm: crm.leads.resume,
        reason_option(),
        help=N_("Resume a lead on hold."),
        examples=["crm lead resume 1"],
    )

    _move_verb(
        command,
        "lose",
        lambda crm: crm.leads.lose,
        reason_option(required=True),
        option("--competitor", metavar="PLACE", help=N_("The competing place that won it.")),
        help=N_("Record that the investor went elsewhere; only before landing."),
        examples=["crm lead lose 1 --reason 地价 --competitor 苏州"],
    )

    _move_verb(
        command,
        "abandon",
        lambda crm: crm.leads.abandon,
        reason_option(required=True),
        help=N_("Record that we abandon a lead; only before landing."),
        examples=["crm lead abandon 1 --reason 不符合产业方向"],
    )

    _move_verb(
        command,
        "reopen",
        lambda crm: crm.leads.reopen,
        reason_option(required=True),
        option("--to", type=Word("stage"), help=N_("The stage; default: the highest allowed.")),
        help=N_("Reopen a lost, abandoned or exited lead in its next cycle. It remains the same lead."),
        examples=["crm lead reopen 1 --reason 重新接洽", "crm lead reopen 1 --to contact --reason 重新接洽"],
    )

    _move_verb(
        command,
        "exit",
        lambda crm: crm.leads.exit,
        reason_option(required=True),
        help=N_("Record that a landed enterprise has left."),
        examples=["crm lead exit 1 --reason 企业注销"],
    )

    write_verb(
        command,
        "settle",
        lambda crm: partial(_moved, crm, crm.leads.settle),
        argument("lead", **_LEAD),
        version_option,
        help=N_(
            "Settle a lead that was carried over, so that it counts.\n\nAll gates up to its stage must be met; "
            "everything "
            "missing is listed. Its moves then count on the days of its documents; published figures show a "
            "restatement."
        ),
        examples=["crm lead settle 1"],
        done=N_("Lead {id} is settled at {stage} and counts: {title}"),
        values=_settled,
    )

    write_verb(
        command,
        "redate",
        lambda crm: partial(_moved, crm, crm.leads.redate),
        argument("lead", **_LEAD),
        argument("on", metavar="DAY", type=Day(), help=N_("The day it happened.")),
        option("--move", type=int, metavar="N", help=N_("The number of the move in the history; default: the last.")),
        reason_option(help=CORRECTED),
        version_option,
        uid_option,
        help=N_(
            "Correct the day of a move; by default of the last.\n\nMove 1 is the opening: its day is the day the lead "
            "was received. Whoever opened the lead corrects it for some days, by default seven; every other day is "
            "corrected by a manager, with a reason. The move must have been possible that day."
        ),
        examples=[
            "crm lead redate 1 2023-02-07 --reason 协议日期录错",
            "crm lead redate 1 2023-01-30 --move 1 --reason 来函日期",
        ],
        done=N_("The move of lead {id} counts on {day}, no longer on {before}: {title}"),
        values=_redated,
    )
