"""The fields of a benchmark."""

from __future__ import annotations

from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.figures.measures import FigureKey
from crm.rules.kernel.fields import Field, period, text
from crm.values.identifiers import as_code
from crm.values.money import Money
from crm.values.period import Period
from crm.values.text import TITLE


class BenchmarkFields(TypedDict, total=False):
    """The fields of a benchmark."""

    scope: Annotated[
        str,
        Field(
            N_("Scope"),
            N_("nation, province, own for the city itself, or another word."),
            as_code,
            metavar="SCOPE",
            words="scope",
            column=0,
        ),
    ]
    key: Annotated[
        FigureKey | str,
        Field(
            N_("Figure"),
            N_("Such as actual_fdi.growth or actual_fdi:group=japan_korea."),
            lambda value, _: str(FigureKey.parse(value)),
            metavar="FIGURE",
        ),
    ]
    period: Annotated[
        Period | int | str,
        Field(
            N_("Period"),
            N_("The period: 2022, 2022H1, 2022Q4, 2022-02 or FROM..TO."),
            period,
            kept=("starts_on", "ends_on"),
            metavar="PERIOD",
        ),
    ]
    value: Annotated[
        Money | int | str,
        Field(
            N_("Value"),
            N_("The published figure: 8.00%, 31.37亿美元, 251."),
            key="points",
            kept=("value",),
            metavar="VALUE",
        ),
    ]
    source: Annotated[str, Field(N_("Source"), N_("The publication."), text(TITLE), column=1, least=12)]
