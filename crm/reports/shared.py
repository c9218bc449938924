"""What several reports say: a stage in words, and that leads are hidden."""

from __future__ import annotations

from crm.errors import N_
from crm.reports.sheet import LeftOut
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.stages import DEFAULT, Stage
from crm.values.sentences import Coded, Named, Words, said


def stage_words(stage: Stage) -> Words:
    """Return the word for a stage; a stage of another city has its own label."""
    known = {known_stage.code: known_stage.label for known_stage in DEFAULT.stages}
    if known.get(stage.code) == stage.label and not stage.label_zh:
        return Coded("stage", stage.code)
    return Named(stage.label_zh or stage.label, stage.label, stage.code)


def hidden(actor: Actor | None) -> tuple[LeftOut, ...]:
    """Return the note of every report for those who may not see all leads, without a number, which would disclose."""
    if scope(actor, Right.CONFIDENTIAL_READ) is Scope.ALL:
        return ()
    return (LeftOut(said(N_("Confidential leads that you may not see."))),)
