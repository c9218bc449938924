"""The columns and the card of targets, and of frozen scorecards."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType

from crm.cli.printing.fields import date_of, described, facts_of, field, moment_of
from crm.cli.printing.formatting import amount, moment
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, panel, section
from crm.errors import N_
from crm.reads.targets.rows import TargetCard, TargetRow, TermsRow
from crm.rules.targets.codes import ScopeKind, ThresholdKind
from crm.rules.targets.fields import NewTarget, TargetFields, TermsFields
from crm.rules.targets.terms import Filter, Terms, Threshold
from crm.values.money import Money


def title(reader: Reader, terms: Terms) -> str:
    """Return the name of a target in the reader's language."""
    return terms.title_en if reader.language.code == "en" and terms.title_en else terms.title


def threshold_text(reader: Reader, terms: Terms, number: int | None = None) -> str:
    """Return a threshold: ``20``, ``US$3.2bn``, ``15%``, ``2x``."""
    threshold: Threshold = terms.threshold
    if threshold.kind is ThresholdKind.SUM and threshold.currency is not None:
        return amount(
            reader.language, Money(threshold.base if number is None else number, threshold.currency), short=True
        )
    if threshold.kind is ThresholdKind.MULTIPLE:
        return reader.say("{number}x", number=threshold.text(number).removesuffix("x"))
    return threshold.text(number)


def of_whom(reader: Reader, terms: Terms) -> str:
    """Return the scope of a target."""
    if terms.scope is ScopeKind.CITY:
        return reader.word("target scope", "city")
    names = [*(reader.word("unit kind", kind) for kind in terms.kinds), *terms.units]
    listed = reader.language.listed(names)
    return reader.say("{scope}: {names}", scope=reader.word("target scope", terms.scope.value), names=listed)


def narrowed(reader: Reader, chosen: Filter) -> str:
    """Return the filters of a measure, in the words of the file."""
    parts = []
    for key, value in chosen.plain.items():
        if key == "min_amount":
            parts.append("≥ " + amount(reader.language, chosen.min_amount, short=True))
        elif key == "stage":
            parts.append(reader.word("stage", value))
        elif key in {"capital", "place", "led_by"}:
            parts.append(reader.word("target filter", value))
        else:
            parts.append(reader.language.listed(value))
    return " · ".join(parts)


TARGETS = described(
    TargetFields,
    "code",
    Column(N_("Target"), lambda reader, row: title(reader, row.current.terms), least=14),
    Column(N_("Period"), lambda _, row: str(row.period), drops=3),
    Column(N_("At least"), lambda reader, row: threshold_text(reader, row.current.terms), right=True),
    Column(N_("Cadence"), lambda reader, row: reader.word("cadence", row.current.terms.cadence.value), drops=2),
    Column(N_("Units"), lambda reader, row: of_whom(reader, row.current.terms), drops=1, least=12),
    Column(N_("Version"), lambda _, row: str(row.current.number), drops=4, right=True),
    "reason",
)
VERSIONS = described(
    TermsFields,
    field("number", N_("Version"), right=True),
    Column(N_("At least"), lambda reader, row: threshold_text(reader, row.terms), right=True),
    moment_of("set_at", N_("When"), drops=1),
    field("set_by", N_("By"), drops=2),
    "reason",
)
EDITIONS = (
    Column(N_("Period"), lambda _, row: str(row.period)),
    field("edition", N_("Edition"), right=True),
    date_of("as_of", N_("As of")),
    moment_of("frozen_at", N_("Frozen"), drops=2),
    field("frozen_by", N_("By"), drops=1),
    field("method", N_("Method"), drops=3),
    field("reason", N_("Reason"), least=12),
)


def target(reader: Reader, card: TargetCard) -> Iterable[RenderableType]:
    """Draw a target with its versions."""
    row: TargetRow = card.row
    current: TermsRow = row.current
    terms = current.terms
    stretch = terms.threshold.stretch
    baselines = [f"{unit} {_number(reader, terms, value)}" for unit, value in sorted(terms.baselines.items())]
    share = [reader.word("measure", terms.of), narrowed(reader, terms.of_filter)] if terms.of else []
    pairs = facts_of(
        reader,
        NewTarget,
        terms,
        places=[
            ("period", str(row.period)),
            "measure",
            ("filter", narrowed(reader, terms.filter)),
            ("at_least", threshold_text(reader, terms)),
            ("stretch", "" if stretch is None else threshold_text(reader, terms, stretch)),
            ("of", " · ".join(filter(None, share))),
            ("baseline", "" if terms.baseline is None else str(terms.baseline)),
            ("baselines", reader.language.listed(baselines)),
            ("units", of_whom(reader, terms)),
            "cadence",
            "note",
            "source",
            (
                N_("Ended"),
                "" if row.ended_at is None else f"{moment(reader.language, row.ended_at)} · {row.end_reason}",
            ),
            (N_("Version"), str(row.version)),
        ],
        but={"code", "title", "title_en", "scope", "kinds", "of_filter"},
    )
    yield panel(f"{row.code} · {title(reader, terms)}", facts(reader, pairs))
    yield from section(reader, N_("Versions"), card.versions, VERSIONS)


def _number(reader: Reader, terms: Terms, value: int) -> str:
    return str(value) if terms.counts == "count" else amount(reader.language, Money(value, terms.counts), short=True)
