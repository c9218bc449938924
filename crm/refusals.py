"""Refusals that several modules use, each worded once.

The way out is an argument where it differs: what can be done about it depends on who asks, the sentence does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from crm.errors import N_, Problem, problem

#: Longer values are cut where they are shown.
SHOWN = 40
CHECK_DAYS = N_("Check the days.")
CHOOSE_ONE = N_("Choose one of: {known}.")
SEE_TARGETS = N_("See docs/targets.md.")
SEE_POLICY = N_("See docs/policy.md.")
WRITE_A_DAY = N_("Write it like 2023-02-08.")


def not_one_of(value: object, known: Iterable[str], field: str, *, code: str = "choice") -> Problem:
    """Return the problem of a value that is not one of the known ones."""
    return problem(
        N_('{field}: "{value}" is unknown.'),
        CHOOSE_ONE,
        field=field,
        code=code,
        value=str(value)[:SHOWN],
        known=", ".join(known),
    )


def wrong_type(sentence: str, value: object, way_out: str, field: str | None = None, **params: object) -> Problem:
    """Return the problem of a value of another type; the sentence names that type as ``kind``."""
    return problem(sentence, way_out, field=field, code="type", kind=type(value).__name__, **params)


def unreadable(
    path: object, why: object, way_out: str, *, field: str, code: str = "config", **params: object
) -> Problem:
    """Return the problem of a file that cannot be read, or not as what it should be."""
    return problem(
        N_("{path} cannot be read: {why}"), way_out, field=field, code=code, path=str(path), why=str(why), **params
    )


def too_large(most: int) -> Problem:
    """Return the problem of a file that is larger than it may be, in bytes."""
    return problem(
        N_("The file is larger than {most} MB."),
        N_("Check that it is the right file."),
        field="file",
        code="too_large",
        most=max(1, most // 1_000_000),
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


def not_found(what: str, text: str, way_out: str, field: str | None = None, **params: str) -> Problem:
    """Return the problem of a name, number or uid that nothing has."""
    return problem(
        N_('There is no {what} "{text}".'), way_out, field=field, code="not_found", what=what, text=text, **params
    )


def quoted_in_itself(currency: str, field: str) -> Problem:
    """Return the problem of a rate between a currency and itself."""
    return problem(
        N_("{currency} cannot be quoted in itself."), N_("Name two."), field=field, code="one", currency=currency
    )


def ambiguous(text: str, matches: str, field: str, **params: str) -> Problem:
    """Return the problem of a name that several records fit."""
    return problem(
        N_('"{text}" matches several: {matches}.'),
        N_("Name it by its number, or type more of the name."),
        field=field,
        code="ambiguous",
        text=text,
        matches=matches,
        **params,
    )


def no_reference(ref: object, what: str, field: str) -> Problem:
    """Return the problem of what can name no record."""
    return problem(
        N_("The {what} must be named by id, uid, code or name, not by {kind}."),
        N_("Pass one of these."),
        field=field,
        code="type",
        what=what,
        kind=type(ref).__name__,
    )


#: The way out of an archived record; *noun* and *ref* are those of its command.
RESTORE_IT = N_("If it is back: crm {noun} restore {ref} --reason WHY")


def is_archived(name: object, way_out: str, field: str | None = None, **params: object) -> Problem:
    """Return the problem of a record that takes no more changes."""
    sentence = N_('"{name}" is archived and takes no more changes.')
    return problem(sentence, way_out, field=field, code="archived", name=name, **params)


def is_closed(station: str) -> Problem:
    """Return the problem of a closed station."""
    return problem(
        N_('The station "{station}" is closed and takes no new work.'),
        N_("Name another one. If it has opened again: crm station status {station} operating"),
        code="archived",
        station=station,
    )


def nobody_acts() -> Problem:
    """Return the problem of a call without an actor."""
    return problem(
        N_("The actor is missing."), N_("Name the actor: --as USER, or CRM(session, actor=…)."), code="no_actor"
    )


def no_currency(currency: str, field: str | None = None) -> Problem:
    """Return the problem of a code that is none of ISO 4217."""
    return problem(
        N_('"{currency}" is not an ISO 4217 currency.'),
        N_("Write USD, CNY, EUR, JPY, HKD …"),
        field=field,
        code="currency",
        currency=currency,
    )


def in_future(day: date, today: date, field: str, way_out: str) -> Problem:
    """Return the problem of a day that has not come yet."""
    return problem(
        N_("{field}: {day} is in the future; today is {today}."),
        way_out,
        field=field,
        code="future",
        day=day,
        today=today,
    )


def nothing_changes(way_out: str) -> Problem:
    """Return the problem of a change that changes nothing."""
    return problem(N_("Nothing would change."), way_out, code="empty")


SUBMITTED = N_("{actor} submitted this; the submitter of a figure cannot sign it.")


def own_figure(sentence: str, actor: str, way_out: str, **params: str) -> Problem:
    """Return the problem of a person who signs a figure twice."""
    return problem(sentence, way_out, code="own_figure", actor=actor, **params)


def not_installed(
    sentence: str, way_out: str = N_('Install it: pip install "investor-crm[reports]"; csv and json do not need it.')
) -> Problem:
    """Return the problem of a library that comes with an extra."""
    return problem(sentence, way_out, field="format", code="extra")


def not_as_previewed() -> Problem:
    """Return the problem of what is not as its preview showed it."""
    return problem(
        N_("Something has changed since the preview: the file, the options, or a record that it touches."),
        N_("Preview it again, and apply what you see then."),
        field="token",
        code="stale",
    )
