"""Contradictions of a target, within itself and with the policy, all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm.errors import N_, Problem
from crm.refusals import CHOOSE_ONE, not_one_of
from crm.rules.figures.measures import TARGETED, Measure
from crm.rules.kernel.checks import Checks
from crm.rules.targets.codes import Cadence, ScopeKind, ThresholdKind
from crm.rules.targets.terms import TOGETHER, WHOLE, Filter, Terms
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
    check = Checks()
    _check_scope(check, terms, stages)
    _check_threshold(check, terms)
    _check_baselines(check, terms)
    _check_cadence(check, terms, period)
    _check_filter(check, TARGETED[terms.measure], terms.filter, "filter", groups, stages)
    if terms.of is not None and terms.of in TARGETED:
        _check_filter(check, TARGETED[terms.of], terms.of_filter, "of_filter", groups, stages)
    return check.problems


def _check_scope(check: Checks, terms: Terms, stages: Collection[str]) -> None:
    named = bool(terms.kinds or terms.units)
    if (terms.scope is ScopeKind.CITY) == named:
        check.wrong(
            N_("A target of the city must not name units.")
            if named
            else N_("A target for each unit, or for several jointly, must name units or kinds."),
            N_('Write scope = "each" or "jointly" with kinds or units, or scope = "city" without.'),
            field="scope",
            code="scope",
        )
    if terms.measure == "projects" and terms.filter.stage is None:
        check.wrong(
            N_("A target of projects must name the stage at which a project counts."),
            N_('Write it in the filter: stage = "{stage}".'),
            field="filter.stage",
            code="stage",
            stage=[*stages][-1],
        )


def _check_threshold(check: Checks, terms: Terms) -> None:
    threshold = terms.threshold
    counts = terms.counts
    if threshold.kind is ThresholdKind.COUNT and counts != "count":
        check.wrong(
            N_("The measure {measure} is an amount; the threshold {text} has no currency."),
            N_("Write it in {currency}, such as 3200000000 USD."),
            field="at_least",
            code="threshold",
            measure=terms.measure,
            text=threshold.text(),
            currency=counts,
        )
    if threshold.kind is ThresholdKind.SUM and threshold.currency != counts:
        check.wrong(
            N_("The measure {measure} is counted in {counts}, not in {currency}."),
            N_("Write the threshold in {counts}."),
            field="at_least",
            code="threshold",
            measure=terms.measure,
            counts=counts,
            currency=threshold.currency,
        )
    if threshold.base <= 0 or (threshold.stretch is not None and threshold.stretch <= threshold.base):
        check.wrong(
            N_("The threshold must be more than zero, and the stretch more than the threshold."),
            N_("Check both numbers."),
            field="at_least",
            code="threshold",
        )
    if threshold.kind is ThresholdKind.SHARE and max(threshold.base, threshold.stretch or 0) > WHOLE:
        check.wrong(
            N_("A share is at most 100 %."),
            N_("Write at most 100 %."),
            field="at_least",
            code="share",
        )
    share = threshold.kind is ThresholdKind.SHARE
    if share != (terms.of is not None):
        check.wrong(
            N_("A share needs the measure it is a share of.") if share else N_("Only a share can have a denominator."),
            N_('Write of = "actual_fdi", or leave it out.'),
            field="of",
            code="of",
        )
    elif terms.of is not None and (terms.of not in TARGETED or TARGETED[terms.of].counts != counts):
        check.wrong(
            N_('There is no share of "{of}": {measure} is counted in another unit.'),
            CHOOSE_ONE,
            field="of",
            code="of",
            of=str(terms.of)[:40],
            measure=terms.measure,
            known=", ".join(code for code, measure in TARGETED.items() if measure.counts == counts),
        )


def _check_baselines(check: Checks, terms: Terms) -> None:
    multiple = terms.threshold.kind is ThresholdKind.MULTIPLE
    if multiple != (terms.baseline is not None or bool(terms.baselines)):
        check.wrong(
            N_("A multiple needs a baseline: a past period, or entered figures.")
            if multiple
            else N_("Only a multiple can have a baseline."),
            N_('Write baseline = "2022", or [target.baselines], or leave both out.'),
            field="baseline",
            code="baseline",
        )
    if any((unit == TOGETHER) == (terms.scope is ScopeKind.EACH) for unit in terms.baselines):
        check.wrong(
            N_("Enter baselines by unit for a target of each unit, and for {together} otherwise."),
            N_("Check the names in the baselines."),
            field="baselines",
            code="baseline",
            together=TOGETHER,
        )
    for unit, value in terms.baselines.items():
        if value <= 0:
            check.wrong(
                N_('The baseline of "{unit}" must be more than zero.'),
                N_("Leave out a unit that has none."),
                field="baselines",
                code="baseline",
                unit=unit[:40],
            )


def _check_cadence(check: Checks, terms: Terms, period: Period) -> None:
    parts = terms.parts(period)
    if parts[0].start != period.start or parts[-1].end != period.end:
        check.wrong(
            N_("{period} cannot be divided into whole spans of this cadence: {cadence}."),
            N_("Choose a cadence that fits: whole, half, quarter or month."),
            field="cadence",
            code="cadence",
            period=period,
            cadence=terms.cadence.value,
        )
    if terms.baseline is not None and terms.baseline.end > period.start:
        check.wrong(
            N_("The baseline {baseline} is not before {period}."),
            N_("Name a period that ends before the target begins."),
            field="baseline",
            code="baseline",
            baseline=terms.baseline,
            period=period,
        )
    elif terms.baseline is not None and terms.cadence is not Cadence.WHOLE:
        theirs = terms.parts(terms.baseline)
        if len(theirs) != len(parts) or theirs[0].start != terms.baseline.start or theirs[-1].end != terms.baseline.end:
            check.wrong(
                N_("The baseline {baseline} and {period} have different numbers of spans."),
                N_("Compare a year with a year."),
                field="baseline",
                code="baseline",
                baseline=terms.baseline,
                period=period,
            )


def _check_filter(
    check: Checks, measure: Measure, chosen: Filter, where: str, groups: Collection[str], stages: Collection[str]
) -> None:
    for key in chosen.plain:
        if key not in measure.narrowed.filters:
            check.wrong(
                N_("The measure {measure} has no filter {filter}."),
                N_("Its filters: {known}."),
                field=f"{where}.{key}",
                code="filter",
                measure=measure.code,
                filter=key,
                known=", ".join(sorted(measure.narrowed.filters)) or "—",
            )
    known: Mapping[str, Collection[str]] = {"countries": COUNTRIES, "groups": groups, "kinds": measure.narrowed.kinds}
    words = [
        *((key, word, values) for key, values in known.items() for word in getattr(chosen, key)),
        *((key, getattr(chosen, key), values) for key, values in {**_CHOICES, "stage": stages}.items()),
    ]
    for key, word, values in words:
        if key in measure.narrowed.filters and word is not None and word not in values:
            check.add(
                not_one_of(word, sorted(values) if len(values) < len(COUNTRIES) else ["ISO 3166-1"], f"{where}.{key}")
            )
    if chosen.min_amount is not None and chosen.min_amount.minor <= 0:
        check.wrong(
            N_("The minimum amount of a project must be more than zero."),
            N_("Leave it out, and every project counts."),
            field=f"{where}.min_amount",
            code="amount",
        )
