"""All errors of the library, subclasses of :class:`CRMError`.

An error has one or more :class:`Problem`: an English sentence with named parameters, the way out, and the field
concerned. The English template is also the key of the message catalogues, so only the command line translates errors;
the other layers do not depend on a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, ClassVar, Self

#: Marks an English template for the message catalogues; returns it unchanged.
N_ = str


@dataclass(frozen=True, slots=True)  # no attrs, which `crm --help` would load for this class alone
class Problem:
    """One problem, and what to do about it.

    Attributes:
        text: An English sentence, a ``str.format`` template; the key in the message catalogues.
        way_out: What the caller can do, likewise a template; empty when there is nothing to add.
        field: The argument it is about, or None; of an unmet gate the gate.
        params: The values for both templates.
        code: A stable word for machines (a gate's name, ``future``, ``negative`` …); empty when there is none.
        label: What the sentence calls the field, where that is not its name.
    """

    text: str
    way_out: str = ""
    field: str | None = None
    params: Mapping[str, Any] = dataclass_field(default_factory=dict)
    code: str = ""
    label: str | None = None

    def __str__(self) -> str:
        """Return the sentence and the way out in English."""
        sentence = self.text.format(**self.values)
        return f"{sentence} {self.way_out.format(**self.values)}" if self.way_out else sentence

    @property
    def values(self) -> dict[str, Any]:
        """The values for both templates, the field among them."""
        return {"field": self.label or self.field, **self.params}


def problem(text: str, way_out: str = "", /, *, field: str | None = None, code: str = "", **params: object) -> Problem:
    """Build a :class:`Problem` from a template, a way out and the parameters of both."""
    return Problem(text, way_out, field, params, code)


class CRMError(Exception):
    """The base of all errors.

    Attributes:
        problems: Everything that is wrong, in the order it was found; never empty.
        matches: The records that it names, as (id, label) pairs, best first; of most errors none.
        http_status: What a web program answers with.
    """

    http_status: ClassVar[int] = 422
    matches: tuple[tuple[int, str], ...] = ()

    def __init__(self, *problems: Problem) -> None:
        """Take the problems; one is enough, all are better."""
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = problems

    def __str__(self) -> str:
        """Return one line for each problem, in English."""
        return "\n".join(str(flaw) for flaw in self.problems)

    def __reduce__(self) -> tuple[Callable[..., CRMError], tuple[object, ...]]:
        """Return how it is made again where it is unpickled or copied, whatever else its class takes."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[CRMError], args: tuple[object, ...], held: Mapping[str, object]) -> CRMError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(held)
    return error


class Refused(CRMError):
    """A rule was violated. Nothing was written."""


class InvalidInput(Refused):
    """Invalid arguments: malformed, empty, too long, negative, in the future."""


class GatesNotMet(Refused):
    """A lead may not enter a stage yet; there is one problem for each unmet gate, for every stage on the way."""


class MoveNotAllowed(Refused):
    """The pipeline has no such move from the lead's stage and status."""


class AccessDenied(Refused):
    """The actor may not do this, or there is no actor."""

    http_status = 403


class Archived(Refused):
    """The record is archived and takes no more changes."""


class DirectWrite(Refused):
    """A protected column or row was written outside the services."""


class Conflict(Refused):
    """A uid, code or number that is already in use with other content."""

    http_status = 409


class BeginAgain(Conflict):
    """Another transaction wrote in between. This one is rolled back and can be repeated as a whole."""

    @classmethod
    def because(cls, reason: str, constraint: str | None = None) -> Self:
        """Build it from a template that says what happened."""
        return cls(
            problem(reason, N_("Roll back and repeat the whole transaction."), code="repeat", constraint=constraint)
        )


class LikelyDuplicate(Conflict):
    """It may be on record already. A person has to decide whether it is the same.

    The verb takes the reason why it is another one: ``distinct="…"``.

    Attributes:
        matches: The records that may be the same, as (id, name) pairs.
    """

    def __init__(self, *problems: Problem, matches: Iterable[tuple[int, str]] = ()) -> None:
        """Take the problems and the records."""
        super().__init__(*problems)
        self.matches = tuple(matches)


class NotFound(Refused):
    """No record has this id, uid, code or name."""

    http_status = 404


class Ambiguous(Refused):
    """Several records match.

    Attributes:
        matches: The records, as (id, label) pairs, best first.
    """

    def __init__(self, *problems: Problem, matches: Iterable[tuple[int, str]] = ()) -> None:
        """Take the problem and the records that fit."""
        super().__init__(*problems)
        self.matches = tuple(matches)


class StaleRecord(CRMError):
    """Somebody else changed the record first. Nothing was written.

    Attributes:
        yours: The version the caller had.
        current: The version in the database now.
    """

    http_status = 409

    def __init__(self, *problems: Problem, yours: int, current: int) -> None:
        """Take the problem and both versions."""
        super().__init__(*problems)
        self.yours = yours
        self.current = current


class StaleLead(StaleRecord):
    """Somebody else moved or edited the lead first."""


class DatabaseNotReady(CRMError):
    """The database cannot be opened, or its tables are missing or of another version."""

    http_status = 503


class DamagedRecord(DatabaseNotReady):
    """A stored value does not have the type of its column: it was written outside the library."""
