"""Contradictions of a target, within itself and with the policy, all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from crm.errors import N_, Problem, problem
from crm.rules.targets.codes import Cadence, ScopeKind, ThresholdKind
from crm.rules.targets.terms import MEASURES, TOGETHER, WHOLE, Filter, Measure, Terms
from crm.values.identifiers import COUNTRIES
from crm.values.period import Period

#: The words that a filter of one word may be.
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "capital": ("foreign", "domestic"),
    "place": ("home", "abroad"),
    "led_by": ("first", "city"),
}


def problems(terms: Terms, period: Period, *, groups: Collection[str], stages: Collection[str]) -> tuple[Problem, ...]:
    """Return all contradictions of a target, within itself and with the policy.

    Args:
        terms: What it asks; its measure is known.
        period: When.
        groups: The groups of countries of the policy.
        stages: The stages of the pipeline.
    """
    return (
        *_scope_problems(terms, stages),
        *_threshold_problems(terms),
        *_cadence_problems(terms, period),
        *_filter_problems(MEASURES[terms.measure], terms.filter, "filter", groups, stages),
        *(
            _filter_problems(MEASURES[terms.of], terms.of_filter, "of_filter", groups, stages)
            if terms.of is not None and terms.of in MEASURES
            else ()
        ),
    )


def _wrong(text: str, way_out: str, field: str, code: str, /, **values: Any) -> Problem:
    return problem(text, way_out, field=field, code=code, **values)


def _scope_problems(terms: Terms, stages: Collection[str]) -> list[Problem]:
    named = bool(terms.kinds or terms.units)
    found = []
    if (terms.scope is ScopeKind.CITY) == named:
        found.append(
            _wrong(
                N_("A target of the city must not name units.")
                if named
                else N_("A target for each unit, or for several jointly, must name units or kinds."),
                N_('Write scope = "each" or "jointly" with kinds or units, or scope = "city" without.'),
                "scope",
                "scope",
            )
        )
    if terms.measure == "projects" and terms.filter.stage is None:
        found.append(
            _wrong(
                N_("A target of projects must name the stage at which a project counts."),
                N_('Write it in the filter: stage = "{stage}".'),
                "filter.stage",
                "stage",
                stage=[*stages][-1],
            )
        )
    return found


def _threshold_problems(terms: Terms) -> list[Problem]:
    asked, found = terms.threshold, []
    counts = terms.counts
    if asked.kind is ThresholdKind.COUNT and counts != "count":
        found.append(
            _wrong(
                N_("The measure {measure} is an amount; the threshold {text} has no currency."),
                N_("Write it in {currency}, such as 3200000000 USD."),
                "at_least",
                "threshold",
                measure=terms.measure,
                text=asked.text(),
                currency=counts,
            )
        )
    if asked.kind is ThresholdKind.SUM and asked.currency != counts:
        found.append(
            _wrong(
                N_("The measure {measure} is counted in {counts}, not in {currency}."),
                N_("Write the threshold in {counts}."),
                "at_least",
                "threshold",
                measure=terms.measure,
                counts=counts,
                currency=asked.currency,
            )
        )
    if asked.base <= 0 or (asked.stretch is not None and asked.stretch <= asked.base):
        found.append(
            _wrong(
                N_("The threshold must be more than zero, and the stretch more than the threshold."),
                N_("Check both numbers."),
                "at_least",
                "threshold",
            )
        )
    if asked.kind is ThresholdKind.SHARE and max(asked.base, asked.stretch or 0) > WHOLE:
        found.append(
            _wrong(N_("A share is at most 100 %."), N_("Write at most 100 %."), "at_least", "share"),
        )
    share = asked.kind is ThresholdKind.SHARE
    if share != (terms.of is not None):
        found.append(
            _wrong(
                N_("A share needs the measure it is a share of.")
                if share
                else N_("Only a share can have a denominator."),
                N_('Write of = "actual_fdi", or leave it out.'),
                "of",
                "of",
            )
        )
    elif terms.of is not None and (terms.of not in MEASURES or MEASURES[terms.of].counts != counts):
        found.append(
            _wrong(
                N_('There is no share of "{of}": {measure} is counted in another unit.'),
                N_("Choose one of: {known}."),
                "of",
                "of",
                of=str(terms.of)[:40],
                measure=terms.measure,
                known=", ".join(code for code, each in MEASURES.items() if each.counts == counts),
            )
        )
    multiple = asked.kind is ThresholdKind.MULTIPLE
    if multiple != (terms.baseline is not None or bool(terms.baselines)):
        found.append(
            _wrong(
                N_("A multiple needs a baseline: a past period, or entered figures.")
                if multiple
                else N_("Only a multiple can have a baseline."),
                N_('Write baseline = "2022", or [target.baselines], or leave both out.'),
                "baseline",
                "baseline",
            )
        )
    if any((unit == TOGETHER) == (terms.scope is ScopeKind.EACH) for unit in terms.baselines):
        found.append(
            _wrong(
                N_("Enter baselines by unit for a target of each unit, and for {together} otherwise."),
                N_("Check the names in the baselines."),
                "baselines",
                "baseline",
                together=TOGETHER,
            )
        )
    found += [
        _wrong(
            N_('The baseline of "{unit}" must be more than zero.'),
            N_("Leave out a unit that has none."),
            "baselines",
            "baseline",
            unit=unit[:40],
        )
        for unit, value in terms.baselines.items()
        if value <= 0
    ]
    return found


def _cadence_problems(terms: Terms, period: Period) -> list[Problem]:
    parts = terms.parts(period)
    found = []
    if parts[0].start != period.start or parts[-1].end != period.end:
        found.append(
            _wrong(
                N_("{period} cannot be divided into whole spans of this cadence: {cadence}."),
                N_("Choose a cadence that fits: whole, half, quarter or month."),
                "cadence",
                "cadence",
                period=period,
                cadence=terms.cadence.value,
            )
        )
    if terms.baseline is not None and terms.baseline.end > period.start:
        found.append(
            _wrong(
                N_("The baseline {baseline} is not before {period}."),
                N_("Name a period that ends before the target begins."),
                "baseline",
                "baseline",
                baseline=terms.baseline,
                period=period,
            )
        )
    elif terms.baseline is not None and terms.cadence is not Cadence.WHOLE:
        theirs = terms.parts(terms.baseline)
        if len(theirs) != len(parts) or theirs[0].start != terms.baseline.start or theirs[-1].end != terms.baseline.end:
            found.append(
                _wrong(
                    N_("The baseline {baseline} and {period} have different numbers of spans."),
                    N_("Compare a year with a year."),
                    "baseline",
                    "baseline",
                    baseline=terms.baseline,
                    period=period,
                )
            )
    return found


def _filter_problems(
    measure: Measure, chosen: Filter, where: str, groups: Collection[str], stages: Collection[str]
) -> list[Problem]:
    found = [
        _wrong(
            N_("The measure {measure} has no filter {filter}."),
            N_("Its filters: {known}."),
            f"{where}.{key}",
            "filter",
            measure=measure.code,
            filter=key,
            known=", ".join(sorted(measure.filters)) or "—",
        )
        for key in chosen.plain
        if key not in measure.filters
    ]
    known: Mapping[str, Collection[str]] = {"countries": COUNTRIES, "groups": groups, "kinds": measure.kinds}
    words = [
        *((key, word, values) for key, values in known.items() for word in getattr(chosen, key)),
        *((key, getattr(chosen, key), values) for key, values in {**_CHOICES, "stage": stages}.items()),
    ]
    found += [
        _wrong(
            N_('{field}: "{value}" is unknown.'),
            N_("Choose one of: {known}."),
            f"{where}.{key}",
            "choice",
            value=str(word)[:40],
            known=", ".join(sorted(values)) if len(values) < len(COUNTRIES) else "ISO 3166-1",
        )
        for key, word, values in words
        if key in measure.filters and word is not None and word not in values
    ]
    if chosen.min_amount is not None and chosen.min_amount.minor <= 0:
        found.append(
            _wrong(
                N_("The minimum amount of a project must be more than zero."),
                N_("Leave it out, and every project counts."),
                f"{where}.min_amount",
                "amount",
            )
        )
    return found
