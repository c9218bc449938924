"""``crm lead``: the moves through the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crm.cli.kit.choices import Day, Word
from crm.cli.kit.face import Face
from crm.cli.kit.verbs import (
    CORRECTED,
    F,
    Noun,
    argument,
    day_option,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
)
from crm.errors import N_

if TYPE_CHECKING:
    from datetime import date

    from crm.crm import CRM
    from crm.models import Lead, Transition

_LEAD = {"metavar": "LEAD", "help": N_("Number, uid, or any unique part of its title or investor.")}
_STANDS = N_("Lead {id} is at {stage}, {status}: {title}")


def _dated(function: F) -> F:
    """Declare the options of every move: day, version, uid."""
    on = day_option("--on", help=N_("The day of the move; default: today."))
    return on(version_option(uid_option(function)))


def _move(face: Face, lead: str, move: Callable[[CRM, Lead], Transition]) -> None:
    """Make a move, and print the new stage and status."""
    from crm.cli.printing.formatting import Coded

    with face.writing() as crm:
        found = crm.leads.get(lead)
        step = move(crm, found)
        values = {
            "id": found.id,
            "title": found.title,
            "kind": step.kind.value,
            "number": step.number,
            "uid": step.uid,
            "stage": Coded("stage", step.to_stage),
            "status": Coded("status", step.to_status.value),
            "cycle": step.cycle,
            "version": found.version,
        }
    face.done(_STANDS, **values)


def join(command: Noun) -> None:
    """Give the noun these verbs."""

    @verb(
        command,
        "advance",
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
    @argument("lead", **_LEAD)
    @option("--to", type=Word("stage"), help=N_("The stage; default: the next."))
    @reason_option(help=N_("The reason; required to skip a stage."))
    @_dated
    def advance(face: Face, lead: str, **options: Any) -> None:
        """Advance."""
        _move(face, lead, lambda crm, found: crm.leads.advance(found, **options))

    @verb(
        command,
        "back",
        help=N_("Move a lead back to a lower stage."),
        examples=["crm lead back 1 --to negotiating --reason 协议解除"],
    )
    @argument("lead", **_LEAD)
    @option("--to", type=Word("stage"), required=True, help=N_("The stage."))
    @reason_option(required=True)
    @_dated
    def back(face: Face, lead: str, to: str, **options: Any) -> None:
        """Move back."""
        _move(face, lead, lambda crm, found: crm.leads.back(found, to, **options))

    @verb(
        command,
        "hold",
        help=N_("Put a lead on hold until a day of review."),
        examples=["crm lead hold 1 --reason 总部换届 --review 2023-06-01"],
    )
    @argument("lead", **_LEAD)
    @reason_option(required=True)
    @day_option("--review", required=True, help=N_("The day of review."))
    @_dated
    def hold(face: Face, lead: str, **options: Any) -> None:
        """Hold."""
        _move(face, lead, lambda crm, found: crm.leads.hold(found, **options))

    @verb(command, "resume", help=N_("Resume a lead on hold."), examples=["crm lead resume 1"])
    @argument("lead", **_LEAD)
    @reason_option()
    @_dated
    def resume(face: Face, lead: str, **options: Any) -> None:
        """Resume."""
        _move(face, lead, lambda crm, found: crm.leads.resume(found, **options))

    @verb(
        command,
        "lose",
        help=N_("Record that the investor went elsewhere; only before landing."),
        examples=["crm lead lose 1 --reason 地价 --competitor 苏州"],
    )
    @argument("lead", **_LEAD)
    @reason_option(required=True)
    @option("--competitor", metavar="PLACE", help=N_("The competing place that won it."))
    @_dated
    def lose(face: Face, lead: str, **options: Any) -> None:
        """Lose."""
        _move(face, lead, lambda crm, found: crm.leads.lose(found, **options))

    @verb(
        command,
        "abandon",
        help=N_("Record that we abandon a lead; only before landing."),
        examples=["crm lead abandon 1 --reason 不符合产业方向"],
    )
    @argument("lead", **_LEAD)
    @reason_option(required=True)
    @_dated
    def abandon(face: Face, lead: str, **options: Any) -> None:
        """Abandon."""
        _move(face, lead, lambda crm, found: crm.leads.abandon(found, **options))

    @verb(
        command,
        "reopen",
        help=N_("Reopen a lost, abandoned or exited lead in its next cycle. It remains the same lead."),
        examples=["crm lead reopen 1 --reason 重新接洽", "crm lead reopen 1 --to contact --reason 重新接洽"],
    )
    @argument("lead", **_LEAD)
    @reason_option(required=True)
    @option("--to", type=Word("stage"), help=N_("The stage; default: the highest allowed."))
    @_dated
    def reopen(face: Face, lead: str, **options: Any) -> None:
        """Reopen."""
        _move(face, lead, lambda crm, found: crm.leads.reopen(found, **options))

    @verb(
        command,
        "exit",
        help=N_("Record that a landed enterprise has left."),
        examples=["crm lead exit 1 --reason 企业注销"],
    )
    @argument("lead", **_LEAD)
    @reason_option(required=True)
    @_dated
    def exit_(face: Face, lead: str, **options: Any) -> None:
        """Exit."""
        _move(face, lead, lambda crm, found: crm.leads.exit(found, **options))

    @verb(
        command,
        "redate",
        help=N_(
            "Correct the day of a move; by default of the last.\n\nMove 1 is the opening: its day is the day the lead was "
            "received. Whoever opened the lead corrects it for some days, by default seven; every other day is corrected "
            "by a manager, with a reason. The move must have been possible that day."
        ),
        examples=[
            "crm lead redate 1 2023-02-07 --reason 协议日期录错",
            "crm lead redate 1 2023-01-30 --move 1 --reason 来函日期",
        ],
    )
    @argument("lead", **_LEAD)
    @argument("on", metavar="DAY", type=Day(), help=N_("The day it happened."))
    @option("--move", type=int, metavar="N", help=N_("The number of the move in the history; default: the last."))
    @reason_option(help=CORRECTED)
    @version_option
    @uid_option
    def redate(face: Face, lead: str, on: date, **options: Any) -> None:
        """Correct a day."""
        with face.writing() as crm:
            found = crm.leads.get(lead)
            made = crm.leads.redate(found, on, **options)
            values = {
                "id": found.id,
                "title": found.title,
                "uid": made.uid,
                "day": made.occurred_on,
                "before": made.counted_on,
                "version": found.version,
            }
        face.done(N_("The move of lead {id} counts on {day}, no longer on {before}: {title}"), **values)
