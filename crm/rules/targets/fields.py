"""The fields of a target and of its terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, one_of, period, text
from crm.rules.targets.codes import Cadence, ScopeKind
from crm.values.identifiers import as_code
from crm.values.money import Money
from crm.values.period import Period
from crm.values.text import REASON, TITLE

#: The longest source and definition.
SOURCE, DEFINITION = 500, 1000


class TargetIdentity(TypedDict, total=False):
    """The fields of a target that never change."""

    code: Annotated[
        str, Field(N_("Code"), N_("A short name to type, such as fdi-2023."), as_code, metavar="CODE", column=0)
    ]
    period: Annotated[
        Period | int | str,
        Field(
            N_("Period"),
            N_("Such as 2023, 2023H1, 2023Q2 or 2023-05."),
            period,
            kept=("starts_on", "ends_on"),
            metavar="PERIOD",
        ),
    ]


class TargetFields(TargetIdentity, total=False):
    """All fields of a target."""

    reason: Annotated[str, Field(N_("Ended"), N_("The reason."), text(REASON), key="end_reason", column=5, least=8)]


class StatedTerms(TypedDict, total=False):
    """The terms that every target states."""

    title: Annotated[str, Field(N_("Target"), N_("Its name in Chinese."), text(TITLE))]
    measure: Annotated[str, Field(N_("Measure"), N_("The measure."), words="measure")]
    at_least: Annotated[int | str | Money, Field(N_("At least"), N_("The threshold."), key="base", metavar="THRESHOLD")]
    source: Annotated[str, Field(N_("Source"), N_("The source."), text(SOURCE))]


_FILTER = N_("A filter, such as industry=C or place=abroad; several values with commas; repeat for more.")


class Narrowed(TypedDict, total=False):
    """The terms that a target may state."""

    title_en: Annotated[str | None, Field(N_("English title"), N_("Its name in English."), text(TITLE))]
    filter: Annotated[Mapping[str, object] | None, Field(N_("Filters"), _FILTER, metavar="KEY=VALUE", many=True)]
    stretch: Annotated[int | str | Money | None, Field(N_("Stretch"), N_("The stretch target."), metavar="THRESHOLD")]
    scope: Annotated[
        ScopeKind | str | None,
        Field(
            N_("Scope"),
            N_("The city, each unit, or several units jointly."),
            one_of(ScopeKind),
            words="target scope",
        ),
    ]
    kinds: Annotated[
        Iterable[str] | None,
        Field(
            N_("Kinds of unit"),
            N_("A kind of unit it applies to; repeat for more."),
            words="unit kind",
            option="kind",
            many=True,
        ),
    ]
    cadence: Annotated[
        Cadence | str | None,
        Field(N_("Cadence"), N_("The cadence within the period."), one_of(Cadence), words="cadence"),
    ]
    of: Annotated[
        str | None,
        Field(
            N_("Share of"),
            N_("For a share: the measure it is a share of."),
            kept=("of_measure",),
            words="measure",
        ),
    ]
    of_filter: Annotated[
        Mapping[str, object] | None,
        Field(N_("Filters of the whole"), _FILTER, metavar="KEY=VALUE", many=True),
    ]
    baseline: Annotated[
        Period | int | str | None,
        Field(
            N_("Multiple of"),
            N_("For a multiple: the past period whose figure is multiplied."),
            period,
            kept=("baseline_from", "baseline_to"),
            metavar="PERIOD",
        ),
    ]
    note: Annotated[str | None, Field(N_("Definition"), N_("The definition, in a sentence."), text(DEFINITION))]


class TermsFields(StatedTerms, Narrowed, total=False):
    """All fields of the terms of a target, in one version."""

    reason: Annotated[str | None, Field(N_("Reason"), N_("The reason."), text(REASON), column=0, least=12)]


class TargetDetails(Narrowed, total=False):
    """What a target may state; units and baselines have rows of their own."""

    units: Annotated[
        Iterable[str] | None,
        Field(N_("Units"), N_("A unit it applies to; repeat for more."), option="unit", metavar="UNIT", many=True),
    ]
    baselines: Annotated[
        Mapping[str, object] | None,
        Field(
            N_("Baselines entered"),
            N_("For a multiple: a past figure that is not on record; repeat for more."),
            option="entered",
            metavar="UNIT=NUMBER",
            many=True,
        ),
    ]


class TargetChanges(StatedTerms, TargetDetails, total=False):
    """All terms of a target: what is corrected."""


class NewTarget(TargetIdentity, StatedTerms, TargetDetails, total=False):
    """All that is stated of a target, by the keys of a file and the names of arguments."""
