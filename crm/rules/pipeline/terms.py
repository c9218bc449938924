"""The terms of a pipeline: whether a lead moves, by which moves, through which stages, and what a stage lacks."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from crm.errors import Problem, problem


class Status(StrEnum):
    """Whether a lead moves."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    LOST = "lost"
    ABANDONED = "abandoned"
    EXITED = "exited"


#: Statuses of leads that are still in the pipeline.
OPEN = (Status.ACTIVE, Status.ON_HOLD)


class MoveKind(StrEnum):
    """The verbs that move a lead; each leaves one transition."""

    OPEN = "open"
    ADVANCE = "advance"
    BACK = "back"
    HOLD = "hold"
    RESUME = "resume"
    LOSE = "lose"
    ABANDON = "abandon"
    REOPEN = "reopen"
    EXIT = "exit"


@frozen
class Stage:
    """One stage of the pipeline.

    Attributes:
        code: The word in code, tables and files.
        label: The English label, the key of the message catalogues.
        gates: Names from :data:`crm.rules.pipeline.facts.GATES`; all must be met to enter.
        stale_days: After so many days without a move the lead is stale; None: never.
        label_zh: The Chinese label of a stage that the catalogues do not know.
    """

    code: str
    label: str
    gates: tuple[str, ...]
    stale_days: int | None = None
    label_zh: str = ""


@frozen
class Missing:
    """One gate that is not met.

    Attributes:
        stage: The code of the stage that asks for it.
        gate: Its name.
        text: What is missing, in English.
        way_out: What to do about it, in English.
    """

    stage: str
    gate: str
    text: str
    way_out: str

    @property
    def problem(self) -> Problem:
        """The same as a problem of an error."""
        return problem(self.text, self.way_out, field=self.gate, code=self.gate, stage=self.stage)
