"""Sentences and words as values, independent of the language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import Factory, frozen

from crm.values.period import Period


@frozen
class Said:
    """A sentence of the catalogues, with its values.

    Attributes:
        template: English, marked ``N_`` where it is written.
        values: What fills it in; numbers, days, periods, amounts and texts.
    """

    template: str
    values: Mapping[str, Any] = Factory(dict)


@frozen
class Coded:
    """A code that is shown as a word: a stage, a status.

    Attributes:
        context: The context of the words for it.
        code: The code.
    """

    context: str
    code: str


@frozen
class Named:
    """A name that a record has in two languages.

    Attributes:
        zh: In Chinese.
        en: In English.
        code: What files and machines know it by.
    """

    zh: str
    en: str
    code: str = ""


#: A plain text is what somebody typed, the same in every language.
Words: TypeAlias = Said | Coded | Named | Period | str


@frozen
class NotAvailable:
    """A figure that cannot be computed.

    Attributes:
        reason: Why not.
    """

    reason: Words


def said(template: str, /, **values: object) -> Said:
    """Return a sentence with its values."""
    return Said(template, values)
