"""The names of figures."""

from __future__ import annotations

from crm.errors import N_
from crm.rules.figures.measures import FigureKey, Source
from crm.rules.ledgers.capital import CapitalPolicy
from crm.values.registers.industries import shipped
from crm.values.sentences import Coded, Named, Said, Words, said

_KINDS = {Source.ARRIVAL: "arrival", Source.CONTRACT: "contract", Source.REQUEST: "request kind"}


def part_words(key: FigureKey, policy: CapitalPolicy) -> Words:
    """Return the name of a part of a breakdown."""
    code = str(key.code)
    match key.dimension:
        case "country":
            return Coded("country", code)
        case "group":
            group = policy.group(code)
            return Named(group.label_zh, group.label, code) if group else code
        case "section" | "division":
            found = shipped(code)
            return Named(found.name, found.name_en, code) if found else code
        case "kind":
            return Coded(_KINDS.get(key.measure.source, "source"), code)
    return code


def figure_words(key: FigureKey, policy: CapitalPolicy) -> Words:
    """Return the name of a figure: measure, part, derivation."""
    words: Words = said(key.measure.label)
    if key.dimension is not None:
        words = said(N_("{measure}, {part}"), measure=words, part=part_words(key, policy))
    if key.derived is not None:
        words = Said(N_("{figure}: growth") if key.derived == "growth" else N_("{figure}: share"), {"figure": words})
    return words
