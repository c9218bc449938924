"""Content lines of vCard (RFC 2426, RFC 6350) and iCalendar (RFC 5545): folded lines of name, parameters and value."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

from crm.errors import N_
from crm.exchange.imports.bounds import MOST_LINE, MOST_ROWS, refusal, too_long_line, too_many_rows
from crm.exchange.texts import Decoding, not_in

#: An alarm in an event in a calendar is three deep.
_DEEPEST = 4
#: The lines of a component.
_MOST_LINES = 2_000
_PROPERTY = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";\s*([\w-]+)(?:=((?:\"[^\"]*\"|[^;\"])*))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@frozen
class Property:
    """A line.

    Attributes:
        name: In capitals, without its group.
        parameters: By name in capitals.
        value: As it stands, still escaped.
    """

    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as a text."""
        return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value).strip()

    def parts(self, separator: str = ";") -> list[str]:
        """Return the parts of a value that is made of several."""
        parts = re.findall(rf"((?:\\.|[^\\{separator}])*)(?:{separator}|$)", self.value, re.DOTALL)
        return [Property("", {}, part).text for part in parts[:-1] or parts]


@frozen
class Component:
    """The content between BEGIN and END.

    Attributes:
        kind: VCARD, VEVENT …
        line: On which line it begins.
        properties: Its own lines.
    """

    kind: str
    line: int
    properties: tuple[Property, ...]

    def first(self, name: str) -> Property | None:
        """Return its first line of a name."""
        return next((found for found in self.properties if found.name == name), None)

    def all(self, name: str) -> list[Property]:
        """Return its lines of a name."""
        return [found for found in self.properties if found.name == name]


def components(file: Path, decoding: Decoding, kinds: frozenset[str]) -> Iterator[Component]:
    """Yield the components of some kinds, as they end; what is nested in them is passed over.

    Raises:
        InvalidInput: They are nested too deep, not closed, or too long.
    """
    open_ones: list[tuple[str, int, list[Property]]] = []
    count = 0
    for number, found in _properties(file, decoding):
        if found.name == "BEGIN":
            kind = found.value.strip().upper()
            if len(open_ones) >= _DEEPEST or (kind == "VCARD" and open_ones):
                raise refusal(N_("Line {row}: {kind} is nested too deep."), code="nested", row=number, kind=kind[:20])
            open_ones.append((kind, number, []))
        elif found.name == "END":
            ended = _ended(open_ones, found, number)
            if ended.kind in kinds:
                count += 1
                if count > MOST_ROWS:
                    raise too_many_rows()
                yield ended
        elif open_ones:
            if len(open_ones[-1][2]) >= _MOST_LINES:
                raise refusal(N_("Line {row}: a record has too many lines."), code="lines", row=number)
            open_ones[-1][2].append(found)
    if open_ones:
        raise refusal(
            N_("The file ends within {kind}, which begins on line {row}."),
            N_("The file is incomplete. Get it again."),
            code="truncated",
            kind=open_ones[-1][0][:20],
            row=open_ones[-1][1],
        )


def _ended(open_ones: list[tuple[str, int, list[Property]]], end: Property, number: int) -> Component:
    kind, begun, properties = open_ones.pop() if open_ones else ("", number, [])
    if kind != end.value.strip().upper():
        raise refusal(
            N_("Line {row} ends {kind}, which has not begun."),
            N_("Export the file anew."),
            code="end",
            row=number,
            kind=end.value.strip()[:20],
        )
    return Component(kind, begun, tuple(properties))


def _properties(file: Path, decoding: Decoding) -> Iterator[tuple[int, Property]]:
    for number, line in _unfolded(file, decoding):
        found = _property(line)
        if found is None:
            raise refusal(
                N_("Line {row} is no line of a card or a calendar: {text}"),
                N_("Export the file anew."),
                code="line",
                row=number,
                text=line[:40],
            )
        yield number, found


def _unfolded(file: Path, decoding: Decoding) -> Iterator[tuple[int, str]]:
    """Yield the lines with the number of their first, those that go on joined."""
    pieces, length, begun, number = list[str](), 0, 0, 0
    with file.open(encoding=decoding.codec) as stream:
        try:
            while line := stream.readline(MOST_LINE + 1):
                number += 1
                line = line.rstrip("\n")
                if number == 1:
                    line = line.removeprefix("\ufeff")
                # Quoted-printable of vCard 2.1 goes on behind a last "=".
                is_soft = bool(pieces) and pieces[-1].endswith("=") and "QUOTED-PRINTABLE" in pieces[0][:200].upper()
                if is_soft:
                    pieces[-1] = pieces[-1][:-1]
                    pieces.append(line.lstrip(" \t"))
                elif pieces and line[:1] in {" ", "\t"}:
                    pieces.append(line[1:])
                elif line.strip():
                    if pieces:
                        yield begun, "".join(pieces)
                    pieces, length, begun = [line], 0, number
                length += len(line)
                if length > MOST_LINE:
                    raise too_long_line(number)
        except UnicodeDecodeError as error:
            raise not_in(decoding) from error
    if pieces:
        yield begun, "".join(pieces)


def _property(line: str) -> Property | None:
    match = _PROPERTY.fullmatch(line)
    if match is None:
        return None
    parameters = {name.upper(): (value or name).strip('"') for name, value in _PARAMETER.findall(match[2])}
    value = match[3]
    if "QUOTED-PRINTABLE" in {parameters.get("ENCODING", "").upper(), *(name for name in parameters)}:
        charset = parameters.get("CHARSET", "utf-8")
        try:
            value = quopri.decodestring(value.encode()).decode(charset, "strict")
        except (LookupError, UnicodeError):
            return None
    return Property(match[1].upper(), parameters, value)
