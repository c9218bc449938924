"""Measures: what each figure counts (口径), its unit, the day that decides, and what it leaves out. Data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.refusals import CHOOSE_ONE, not_one_of
from crm.rules.ledgers.capital import CapitalPolicy

Unit = Literal["usd", "cny", "count"]
Origin = Literal["foreign", "home"]
Derived = Literal["growth", "share"]


class Source(StrEnum):
    """The records that a measure counts."""

    ARRIVAL = "arrival"
    CONTRACT = "contract"
    ENTERPRISE = "enterprise"
    RECEIVED = "received"
    SIGNED = "signed"
    LANDED = "landed"
    REQUEST = "request"
    PROJECT = "project"
    TRIP = "trip"
    EVENT = "event"


#: Those that are ledgers: their entries are amounts.
LEDGERS = (Source.ARRIVAL, Source.CONTRACT)

#: What a figure can be broken down by. Groups of countries may overlap; the parts of every other add up.
DIMENSIONS = ("country", "group", "section", "division", "unit", "kind")
_LEDGER = DIMENSIONS
_LEADS = DIMENSIONS
_COMPANIES = ("country", "group", "section", "division", "unit")
_REQUESTS = ("country", "group", "unit", "kind")


@frozen
class Narrowing:
    """What a target may narrow a measure to.

    Attributes:
        filters: The keys of its filter; see :class:`crm.rules.targets.terms.Filter`.
        kinds: The kinds of record that its filter ``kinds`` may name.
    """

    filters: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@frozen(kw_only=True)
class Measure:
    """The definition of a measure.

    Attributes:
        code: The word in files and in the keys of figures.
        label: What people read.
        unit: US cents, fen, or a number of records.
        source: Which records.
        origin: Of a ledger: capital from abroad or from home; None: both.
        kinds: Of a ledger: these kinds of entry; None: those that the policy counts, or all of a ledger it says nothing
            of.
        by: What it can be broken down by.
        figure: Whether it is a figure by itself: counted, reported, closed. The others are counted for targets alone.
        target: What a target may narrow it to; None where no target asks it.
        method: How it is counted, in sentences of the catalogues.
        left_out: What it does not count, in sentences of the catalogues.
    """

    code: str
    label: str
    unit: Unit
    source: Source
    origin: Origin | None = None
    kinds: tuple[str, ...] | None = None
    by: tuple[str, ...] = _LEDGER
    figure: bool = True
    target: Narrowing | None = None
    method: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def counts(self) -> str:
        """``count``, or the currency that it sums up."""
        return "count" if self.unit == "count" else self.unit.upper()

    @property
    def narrowed(self) -> Narrowing:
        """What a target may narrow it to."""
        return self.target or Narrowing()

    def counted(self, policy: CapitalPolicy) -> tuple[str, ...] | None:
        """Return the kinds of entry that it counts under a policy, or None for all."""
        if self.source is Source.ARRIVAL and self.kinds is None:
            return policy.counted
        return self.kinds


_ORIGIN = frozenset({"countries", "groups", "industry"})
_ARRIVALS = frozenset({"new", "increase", "reinvestment", "shareholder_loan"})
_CONTRACTS = frozenset({"new", "increase", "decrease", "termination"})
_EVENTS = frozenset({"meeting", "forum", "exhibition", "roundtable", "signing", "salon", "online", "other"})

_UNCONFIRMED = N_("Entries that are reported or verified and not yet confirmed.")
_FOREIGN = N_(
    "Capital is foreign by its immediate country of origin; Hong Kong, Macao and Taiwan count as "
    "foreign. Reversals count as negative, on their own day."
)

_ALL = (
    Measure(
        code="actual_fdi", label=N_("Actual FDI"), unit="usd", source=Source.ARRIVAL, origin="foreign",
        target=Narrowing(_ORIGIN | {"kinds"}, _ARRIVALS),
        method=(
            N_(
                "Confirmed arrivals of foreign capital, by the day the money arrived, in US dollars at the "
                "rate fixed at confirmation."
            ),
            _FOREIGN,
        ),
        left_out=(_UNCONFIRMED, N_("Domestic capital, and kinds of arrival that the policy does not count.")),
    ),
    Measure(
        code="reinvestment", label=N_("Profit reinvestment"), unit="usd", source=Source.ARRIVAL, origin="foreign", kinds=("reinvestment",),
        method=(N_("The part of actual FDI paid from the enterprise's own profits."), _FOREIGN),
        left_out=(_UNCONFIRMED,),
    ),
    Measure(
        code="contract_fdi", label=N_("Contract FDI"), unit="usd", source=Source.CONTRACT, origin="foreign",
        target=Narrowing(_ORIGIN | {"kinds"}, _CONTRACTS),
        method=(
            N_("Confirmed amounts of contracts with foreign capital, by the day of the contract, in US dollars; decreases and terminations count as negative."),
            _FOREIGN,
        ),
        left_out=(_UNCONFIRMED,),
    ),
    Measure(
        code="domestic_capital", label=N_("Domestic capital"), unit="cny", source=Source.ARRIVAL, origin="home",
        target=Narrowing(frozenset({"industry", "kinds"}), _ARRIVALS),
        method=(N_("Confirmed arrivals of domestic capital, by the day the money arrived, in yuan."),),
        left_out=(_UNCONFIRMED, N_("Capital from abroad.")),
    ),
    Measure(
        code="new_enterprises", label=N_("New foreign-invested enterprises"), unit="count", source=Source.ENTERPRISE, by=_COMPANIES,
        target=Narrowing(_ORIGIN),
        method=(
            N_("Project companies with foreign capital first licensed in the period; a company with several leads counts once, with the first of them."),
        ),
        left_out=(N_("Expansions: an increase is not a new enterprise."), N_("Companies without a licence date.")),
    ),
    Measure(
        code="leads_received", label=N_("Leads received"), unit="count", source=Source.RECEIVED, by=_LEADS,
        method=(N_("Leads by the day they were received, and by the country of the investor."),),
    ),
    Measure(
        code="leads_signed", label=N_("Leads signed"), unit="count", source=Source.SIGNED, by=_LEADS,
        method=(N_("Leads that first reached the stage that requires a binding agreement, or a later one."),),
        left_out=(N_("Further cycles of reopened leads: each lead counts once."),),
    ),
    Measure(
        code="leads_landed", label=N_("Leads landed"), unit="count", source=Source.LANDED, by=_LEADS,
        method=(N_("Leads by the day of their first landing."),),
        left_out=(N_("Second landings: landing twice is one landing."),),
    ),
    Measure(
        code="projects", label=N_("Projects"), unit="count", source=Source.PROJECT, by=(), figure=False,
        target=Narrowing(_ORIGIN | {"stage", "capital", "min_amount"}),
        method=(N_("Leads by the day on which they first reached the stage that the target names, or a later one."),),
        left_out=(N_("Leads that were lost, given up or moved back since."),),
    ),
    Measure(
        code="delegations", label=N_("Trips"), unit="count", source=Source.TRIP, by=(), figure=False,
        target=Narrowing(frozenset({"place", "led_by"})),
        method=(N_("Trips by their first day: once for the city, and once for each unit that sends one or takes part."),),
        left_out=(N_("Cancelled trips."),),
    ),
    Measure(
        code="events", label=N_("Promotion events"), unit="count", source=Source.EVENT, by=(), figure=False,
        target=Narrowing(frozenset({"place", "kinds"}), _EVENTS),
        method=(N_("Promotion events that were held, by their first day."),),
        left_out=(N_("Cancelled events."),),
    ),
    Measure(
        code="requests_solved", label=N_("Requests of enterprises solved"), unit="count", source=Source.REQUEST, by=_REQUESTS,
        target=Narrowing(),
        method=(N_("Requests that are solved, by the day of the solution."),),
        left_out=(N_("Requests that are open, unsolvable, or reopened since."),),
    ),
)  # fmt: skip

#: Those that are figures, and those that a target may ask, by their codes.
MEASURES: Mapping[str, Measure] = MappingProxyType({measure.code: measure for measure in _ALL if measure.figure})
TARGETED: Mapping[str, Measure] = MappingProxyType(
    {measure.code: measure for measure in _ALL if measure.target is not None}
)


def as_measure(value: object, field: str = "measure") -> Measure:
    """Return a measure by its code.

    Raises:
        InvalidInput: There is none.
    """
    if isinstance(value, Measure):
        return value
    found = MEASURES.get(value) if isinstance(value, str) else None
    if found is None:
        raise InvalidInput(not_one_of(value, MEASURES, field))
    return found


def require_dimensions(
    measure: Measure, dimensions: Iterable[str], field: str = "by", *, but: Iterable[str] = ()
) -> None:
    """Refuse breakdowns that a measure does not have, and those in *but*.

    Raises:
        InvalidInput: All of them are named.
    """
    known = [dimension for dimension in measure.by if dimension not in but]
    unknown = [dimension for dimension in dimensions if dimension not in known]
    if unknown:
        raise InvalidInput(
            problem(
                N_("{measure} cannot be broken down by {unknown}."),
                CHOOSE_ONE,
                field=field,
                code="dimension",
                measure=measure.code,
                unknown=", ".join(str(dimension)[:40] for dimension in unknown),
                known=", ".join(known),
            )
        )


@frozen
class FigureKey:
    """The key of a figure: a measure, one part of it, and a derivation.

    Attributes:
        measure: The measure.
        dimension: What it is broken down by, or None: the whole.
        code: Which part: a country, a group's code, a section, a division, a unit's code, a kind.
        derived: Its growth over the year before, or its share of the whole, in basis points; None: the figure itself.
    """

    measure: Measure
    dimension: str | None = None
    code: str | None = None
    derived: Derived | None = None

    def __str__(self) -> str:
        """Return it in a form that :meth:`parse` reads.

        Such as ``actual_fdi``, ``actual_fdi.growth``, ``actual_fdi:group=japan_korea``.
        """
        head = self.measure.code + (f".{self.derived}" if self.derived else "")
        return f"{head}:{self.dimension}={self.code}" if self.dimension else head

    @classmethod
    def parse(cls, text: object, field: str = "key") -> FigureKey:
        """Read a key.

        Raises:
            InvalidInput: There is no such figure.
        """
        if isinstance(text, cls):
            return text
        head, _, tail = text.partition(":") if isinstance(text, str) else (str(text), "", "")
        code, _, derived = head.partition(".")
        dimension, _, part = tail.partition("=")
        measure = MEASURES.get(code)
        known = (
            measure is not None
            and derived in {"", "growth", "share"}
            and ((dimension in measure.by and part) if ":" in str(text) else derived != "share")
        )
        if measure is None or not known or len(str(text)) > KEY_LENGTH:
            raise InvalidInput(
                problem(
                    N_('"{text}" is not a figure.'),
                    N_(
                        "Write a measure, such as actual_fdi, actual_fdi.growth or actual_fdi:section=C; measures: "
                        "{known}."
                    ),
                    field=field,
                    code="figure",
                    text=str(text)[:60],
                    known=", ".join(MEASURES),
                )
            )
        return cls(measure, dimension or None, part or None, derived or None)  # type: ignore[arg-type]  # it is one of them


#: The length of the columns that store a key.
KEY_LENGTH = 120
