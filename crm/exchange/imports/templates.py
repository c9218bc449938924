"""A sheet to fill in: its headings in a language, and a second sheet that explains them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm.errors import N_, InvalidInput
from crm.refusals import not_installed, not_one_of
from crm.rules.imports.fields import IMPORTABLE, ImportField

#: What a sheet of a noun has, in this order; what its company and its person are called comes with it.
_COMPANY = ("investor.name", "investor.country", "contact.name", "contact.title", "contact.phone", "contact.email")
_LEAD = tuple(f"lead.{name}" for name in "title expected currency industry stage received source unit owner".split())
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "investors": ("investor.name", "investor.alias", "investor.country", "investor.kind", "investor.identifier", "investor.website", "investor.note"),
    "contacts": ("investor.name", "contact.name", "contact.department", "contact.title", "contact.phone", "contact.wechat", "contact.email", "contact.note"),
    "leads": (*_COMPANY, *_LEAD, "meeting.at", "meeting.summary", "followup.text", "followup.due", "lead.note"),
    "meetings": ("investor.name", "contact.name", "lead.title", "meeting.at", "meeting.zone", "meeting.place", "meeting.summary"),
    "followups": ("investor.name", "lead.title", "followup.text", "followup.due", "followup.owner"),
    "capital": ("investor.name", "lead.title", "capital.amount", "capital.currency", "capital.arrived", "capital.reference"),
    "requests": ("investor.name", "lead.title", "request.text", "request.kind", "request.accepted"),
    "referrals": ("investor.name", "lead.title", "referral.referrer", "referral.introduced"),
}  # fmt: skip
LANGUAGES = ("zh", "en", "ja", "ko")
_HANGUL = re.compile("[\uac00-\ud7af]")
_TEXT = ("contact.phone", "investor.identifier", "capital.reference")
#: What no row goes without.
_NEEDED = (
    "investor.name",
    "contact.name",
    "lead.title",
    "meeting.at",
    "followup.text",
    "capital.amount",
    "capital.arrived",
    "capital.reference",
    "request.text",
    "referral.referrer",
)
_DAY, _AMOUNT, _FREE = N_("a day, such as 2026-05-24"), N_("an amount, such as 1200000 or 120万 USD"), N_("a text")


def heading(found: ImportField, language: str) -> str:
    """Return the heading of a field in a language; without a word, its path.

    The words of a field are in the order Chinese, English, Japanese, Korean.
    """
    words = found.headings
    english = [at for at, word in enumerate(words) if word.isascii()]
    if not words or not english:
        return words[0] if words and language == "zh" else found.path
    if language == "zh":
        return words[0]
    if language == "en":
        word = words[english[0]]
        return word[0].upper() + word[1:]
    behind = words[english[-1] + 1 :]
    in_language = [word for word in behind if bool(_HANGUL.search(word)) == (language == "ko")]
    return in_language[0] if in_language else found.path


def headings(noun: str, language: str) -> Sequence[tuple[str, ImportField]]:
    """Return the headings of the sheet of a noun, with their fields.

    Args:
        noun: A key of :data:`TEMPLATES`.
        language: One of :data:`LANGUAGES`.

    Raises:
        InvalidInput: There is no such sheet, or no such language.
    """
    if noun not in TEMPLATES:
        raise InvalidInput(not_one_of(noun, TEMPLATES, "template"))
    if language not in LANGUAGES:
        raise InvalidInput(not_one_of(language, LANGUAGES, "language"))
    return [(heading(IMPORTABLE[path], language), IMPORTABLE[path]) for path in TEMPLATES[noun]]


def csv_template(noun: str, language: str = "zh") -> bytes:
    """Return a sheet to fill in as CSV, in UTF-8 with the byte order mark that Excel needs.

    Raises:
        InvalidInput: As for :func:`headings`.
    """
    out = io.StringIO()
    csv.writer(out).writerow([text for text, _ in headings(noun, language)])
    return out.getvalue().encode("utf-8-sig")


def xlsx_template(noun: str, language: str = "zh", say: Callable[[str], str] = str) -> bytes:
    """Return a workbook to fill in: a sheet with the headings, and one that explains them.

    Args:
        noun: A key of :data:`TEMPLATES`.
        language: Of the headings.
        say: Translates the explanations.

    Raises:
        InvalidInput: As for :func:`headings`, or the extra ``import`` is not installed.
    """
    columns = headings(noun, language)
    try:
        import xlsxwriter
    except ModuleNotFoundError as error:
        raise InvalidInput(
            not_installed(
                N_("Workbooks need the library XlsxWriter."),
                N_('Install it: pip install "investor-crm[import]"; a template in CSV does not need it.'),
            )
        ) from error
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _fill(book, columns, say)
    book.close()
    return out.getvalue()


def _fill(book: Any, columns: Sequence[tuple[str, ImportField]], say: Callable[[str], str]) -> None:
    bold = book.add_format({"bold": True, "bg_color": "#eef2f8", "bottom": 1})
    day, digits = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(say(N_("To fill in")))
    for at, (text, found) in enumerate(columns):
        kind = _kind(found)
        sheet.write_string(0, at, text, bold)
        sheet.set_column(at, at, 18, day if kind == _DAY else digits if found.path in _TEXT else None)
    sheet.freeze_panes(1, 0)
    notes = book.add_worksheet(say(N_("Columns")))
    for row, (text, found) in enumerate(columns):
        needed = say(N_("needed")) if found.path in _NEEDED else ""
        # One cell for each column, so that this sheet is no table itself.
        parts = (
            f"{text}:",
            say(found.label),
            say(_kind(found)),
            needed,
            "" if found.field is None else say(found.field.help),
        )
        notes.write_string(row, 0, " ".join(filter(None, parts)))
    notes.set_column(0, 0, 110)


def _kind(found: ImportField) -> str:
    metavar = "" if found.field is None else found.field.metavar
    return {"DAY": _DAY, "TIME": _DAY, "AMOUNT": _AMOUNT}.get(metavar, _FREE)
