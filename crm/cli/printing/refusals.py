"""The sentences of a refusal in a language, and what to call instead of a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm.cli.printing.formatting import shown
from crm.cli.printing.language import Language
from crm.cli.printing.methods import in_python
from crm.errors import N_, Problem
from crm.values.numbers import with_letters

#: Parameters of problems that hold codes, and the context of their words. Lists are separated by commas.
_CODES: Mapping[str, str] = {
    "stage": "stage",
    "to": "stage",
    "floor": "stage",
    "ceiling": "stage",
    "status": "status",
    "allowed": "status",
    "move": "move",
    "role": "role",
    "holders": "role",
    "action": "action",
    "field": "field",
    "fields": "field",
    "verdict": "import verdict",
    "what": "record",
    "record": "record",
    "records": "record",
    "scheme": "scheme",
    "state": "planned visit",
}

#: Numbers of records, listed.
_NUMBERS = re.compile(r"\d+(, \d+)+( …)?")


def sentences(language: Language, wrong: Problem) -> tuple[str, str]:
    """Return the sentence and the way out of a problem, translated and filled in."""
    return _filled(language, wrong, wrong.text), _filled(language, wrong, wrong.way_out)


def way_in_python(language: Language, wrong: Problem) -> str:
    """Return the way out of a problem for who calls the library: with methods in place of commands."""
    noun = str(wrong.params.get("noun", "{noun}"))
    template = language.template(wrong.way_out, lambda text: in_python(text.replace("{noun}", noun)))
    return _filled(language, wrong, wrong.way_out, template)


def _filled(language: Language, wrong: Problem, template: str, translated: str | None = None) -> str:
    """Return a template, translated if it is not yet, with its values in words."""
    values = {
        name: shown(language, _worded(language, name, value))
        for name, value in with_letters(template, wrong.values).items()
        if f"{{{name}" in (translated or template)
    }
    return language.say(template, **values) if translated is None else translated.format(**values)


def _worded(language: Language, name: str, value: object) -> object:
    context = _CODES.get(name)
    if isinstance(value, Problem):
        return " ".join(filter(None, sentences(language, value)))
    if name == "why" and isinstance(value, str):
        return language.read(value)
    if not isinstance(value, str):
        return value
    if context is None:
        return language.listed(value.split(", ")) if _NUMBERS.fullmatch(value) else value
    if context == "record":
        value = value.lower()
    return language.words(context, value.split(", "))


def listed_apart(wrong: Problem, matches: Sequence[object]) -> Problem:
    """Return a problem without the matching records in its sentence, where they are listed apart."""
    if not matches:
        return wrong
    if wrong.code == "several_leads":
        return replace(wrong, text=N_("{investor} has several open leads:"))
    return replace(wrong, text=N_('"{text}" matches several:')) if "text" in wrong.params else wrong
