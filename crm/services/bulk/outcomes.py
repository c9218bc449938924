"""What a bulk verb does to each of its leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from crm.errors import N_, Conflict, Problem, Refused, problem
from crm.models import Lead
from crm.rules.kernel.checks import capped
from crm.values.identifiers import digest


@frozen(kw_only=True)
class Outcome:
    """The result for one lead.

    Attributes:
        id: The number of the lead.
        title: Its title.
        changes: What changes, each with what it is and what it becomes.
        problems: What the verb refuses it for; none: it may.
    """

    id: int
    title: str
    changes: Mapping[str, Sequence[Any]] = field(factory=dict)
    problems: tuple[Problem, ...] = ()


@frozen(kw_only=True)
class Bulk:
    """What a bulk verb did, or would do.

    Attributes:
        written: Whether it was written; not where it was previewed, and not where no lead may.
        done: The leads that may, in order.
        refused: The others, each with the reasons.
        token: What the verb takes to write just this, and nothing if something has changed since.
    """

    written: bool
    done: tuple[Outcome, ...]
    refused: tuple[Outcome, ...]
    token: str


def judged(
    lead: Lead, title: str, judge: Callable[[Lead], Mapping[str, Sequence[Any]]]
) -> tuple[Outcome, type[Refused] | None]:
    """Return what becomes of a lead by what *judge* returns or refuses, and the kind of the refusal."""
    try:
        return Outcome(id=lead.id, title=title, changes=judge(lead)), None
    except Refused as refusal:
        return Outcome(id=lead.id, title=title, problems=refusal.problems), type(refusal)


def token_of(leads: Iterable[Lead], found: Iterable[tuple[Outcome, type[Refused] | None]]) -> str:
    """Return the token of these leads, their versions, and the result for each."""
    becomes = [[outcome.changes, [flaw.code for flaw in outcome.problems]] for outcome, _ in found]
    return digest({"leads": [[lead.id, lead.version] for lead in leads], "becomes": becomes})[:16]


def ensure_all_may(refused: Sequence[Outcome], kinds: Collection[type[Refused]]) -> None:
    """Refuse everything because of some, all of them named with their reasons.

    Args:
        refused: Those.
        kinds: The kinds of their refusals.

    Raises:
        Refused: There are some: the refusal of the single verb, or a Conflict where they are of several kinds.
    """
    if not refused:
        return
    wrong = [
        problem(
            N_("Lead {id} {title}: {why}"),
            N_("Leave it out, correct it, or write only those not refused: --those-that-may"),
            field="leads",
            code=flaw.code,
            id=one.id,
            title=one.title,
            why=flaw,
        )
        for one in refused
        for flaw in one.problems
    ]
    kind = next(iter(kinds)) if len(kinds) == 1 else Conflict
    raise kind(*capped(wrong, "leads"))
