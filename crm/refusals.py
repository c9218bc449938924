"""Refusals that are said in more than one place: each sentence stands here once.

The way out is an argument where it differs: what can be done about it depends on who asks, the sentence does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from crm.errors import N_, Problem, problem

#: Longer values are cut where they are shown.
SHOWN = 40
CHECK_DAYS = N_("Check the days.")
SEE_TARGETS = N_("See docs/targets.md.")
SEE_POLICY = N_("See docs/policy.md.")
WRITE_A_DAY = N_("Write it like 2023-02-08.")


def not_one_of(value: object, known: Iterable[str], field: str, *, code: str = "choice") -> Problem:
    """Return the problem of a value that is none of those there are."""
    return problem(
        N_('{field}: "{value}" is unknown.'),
        N_("Choose one of: {known}."),
        field=field,
        code=code,
        value=str(value)[:SHOWN],
        known=", ".join(known),
    )


def no_day(field: str, way_out: str = WRITE_A_DAY) -> Problem:
    """Return the problem of a day that is missing."""
    return problem(N_("{field}: the day is missing."), way_out, field=field, code="missing")


def not_positive(amount: object, field: str, way_out: str) -> Problem:
    """Return the problem of an amount of nothing or less."""
    return problem(N_("{amount} is not positive."), way_out, field=field, code="negative", amount=amount)


def out_of_range(value: object, lowest: int, highest: int, field: str, way_out: str = SEE_POLICY) -> Problem:
    """Return the problem of a number outside of its bounds, or of what is no whole number."""
    return problem(
        N_("{field} must be a whole number from {lowest} to {highest}, not {text}."),
        way_out,
        field=field,
        code="number",
        lowest=lowest,
        highest=highest,
        text=repr(value)[:SHOWN],
    )


def too_small(value: object, lowest: int, field: str) -> Problem:
    """Return the problem of a number below its least, or of what is no whole number."""
    return problem(
        N_("{field} is a whole number from {lowest} on, not {text}."),
        N_("Pass such a number."),
        field=field,
        code="number",
        lowest=lowest,
        text=repr(value)[:SHOWN],
    )


def too_long(field: str, length: int, limit: int) -> Problem:
    """Return the problem of a text that does not fit."""
    return problem(
        N_("{field} has {length} characters; the limit is {limit}."),
        N_("Shorten it."),
        field=field,
        code="too_long",
        length=length,
        limit=limit,
    )


def not_found(what: str, text: str, way_out: str, field: str | None = None) -> Problem:
    """Return the problem of a name, number or uid that nothing has."""
    return problem(N_('There is no {what} "{text}".'), way_out, field=field, code="not_found", what=what, text=text)


def quoted_in_itself(currency: str, field: str) -> Problem:
    """Return the problem of a rate between a currency and itself."""
    return problem(
        N_("{currency} cannot be quoted in itself."), N_("Name two."), field=field, code="one", currency=currency
    )
