"""Targets from TOML: all errors at once, each with line and key."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import partial

from crm.errors import N_, Problem, problem
from crm.refusals import SEE_TARGETS
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.toml import as_toml
from crm.rules.targets.reading import KEYS, Definition, read

#: The keys above the targets: defaults for all of them.
SHARED = ("period", "source")
#: The maximum number of targets in a file.
_MOST_TARGETS = 500

_HEADER = re.compile(r"\s*\[\[\s*target\s*\]\]")
_TABLE = re.compile(r"\s*\[\s*target\s*\.\s*\"?(?P<key>[A-Za-z_]+)\"?\s*\]")
_KEY = re.compile(r"\s*\"?(?P<key>[A-Za-z_]+)\"?\s*[.=]")


def read_file(text: object, *, groups: Collection[str], stages: Collection[str]) -> tuple[Definition, ...]:
    """Return the targets in a TOML text, in order.

    Args:
        text: The text of the file.
        groups: The groups of countries of the policy.
        stages: The stages of the pipeline.

    Raises:
        InvalidInput: It is not a TOML, or targets in it are wrong; everything is named, with its line and key.
    """
    data = as_toml(text, SEE_TARGETS)
    found: list[Definition] = []
    with Checks() as check:
        for key in data:
            if key not in {*SHARED, "target"}:
                check.wrong(
                    N_("The file has the unknown key {field}."),
                    N_("Known keys: {known}."),
                    field=str(key)[:40],
                    code="unknown",
                    known=", ".join((*SHARED, "target")),
                )
        tables = data.get("target")
        if not isinstance(tables, list) or not 0 < len(tables) <= _MOST_TARGETS:
            check.wrong(
                N_("The file has no targets, or more than {most}."),
                N_("Write each below [[target]]; see docs/targets.md."),
                field="target",
                code="missing",
                most=_MOST_TARGETS,
            )
            tables = []
        lines = _lines(str(text))
        seen: dict[str, int] = {}
        for number, table in enumerate(tables, 1):
            places = lines[number - 1] if number <= len(lines) else {}
            part = check.within(partial(_placed, number=number, table=table, places=places))
            shared = {key: data[key] for key in SHARED if key in data}
            whole = {**shared, **table} if isinstance(table, Mapping) else table
            definition, problems = read(whole, groups=groups, stages=stages)
            part.add(*problems)
            if definition is None:
                continue
            if definition.code in seen:
                part.wrong(
                    N_('The code "{twice}" occurs twice, also in target {first}.'),
                    N_("Give each a code of its own."),
                    field="code",
                    code="twice",
                    first=seen[definition.code],
                    twice=definition.code,
                )
            seen.setdefault(definition.code, number)
            found.append(definition)
    return tuple(found)


def _placed(wrong: Problem, *, number: int, table: object, places: Mapping[str, int]) -> Problem:
    """Return a problem with its target and line."""
    name = str(table.get("code", "")) if isinstance(table, Mapping) else ""
    key = (wrong.field or "").partition(".")[0]
    return problem(
        N_("Line {line}, target {number} ({name}), {key}: {why}"),
        N_("Correct the file and load it again."),
        field=wrong.field,
        code=wrong.code,
        line=places.get(key, places.get("", 0)),
        number=number,
        name=name[:40] or "—",
        key=wrong.field or "",
        why=wrong,
    )


def _lines(text: str) -> list[dict[str, int]]:
    """Return for each target the lines of its keys; the key ``""`` has the line of its header."""
    found: list[dict[str, int]] = []
    table, quoted = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if quoted:
            quoted = "" if quoted in line else quoted
            continue
        if _HEADER.match(line):
            found.append({"": number})
            table = ""
        elif match := _TABLE.match(line):
            table = match["key"]
            if found:
                found[-1].setdefault(table, number)
        elif line.lstrip().startswith("["):
            table = "?"
        elif (match := _KEY.match(line)) and found and not table and match["key"] in KEYS:
            found[-1].setdefault(match["key"], number)
        for quote in ('"""', "'''"):
            if line.count(quote) % 2:
                quoted = quote
    return found
