"""The formats a report is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from crm.exchange.reports import csv_file, json_file, markdown, page, workbook
from crm.exchange.reports.entries import ReportEntries
from crm.exchange.writing import Language, Writer
from crm.reports.sheet import Report

Render = Callable[[Report, Writer, ReportEntries | None], bytes]


@frozen
class Format:
    """A format.

    Attributes:
        render: Writes a report in it.
        binary: Whether it is none for a terminal.
    """

    render: Render
    binary: bool = False


#: By name. What a format needs beyond the library is loaded when a report is written in it.
FORMATS: Mapping[str, Format] = {
    "json": Format(json_file.render),
    "csv": Format(csv_file.render),
    "xlsx": Format(workbook.render, binary=True),
    "html": Format(page.render),
    "md": Format(markdown.render),
}


def render(report: Report, form: str, language: Language, behind: ReportEntries | None = None) -> bytes:
    """Return a report in a format: ``json``, ``csv``, ``xlsx``, ``html`` or ``md`` (Markdown).

    Args:
        report: The report.
        form: The format.
        language: In which language; such as ``crm.cli.printing.language.Language("zh")``.
        behind: The records behind its figures, to be shown with it.

    Raises:
        KeyError: There is no such format.
        InvalidInput: The extra ``reports`` is not installed.
    """
    return FORMATS[form].render(report, Writer(language), behind)
