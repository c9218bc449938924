"""The rows that an import left out, with their reasons, to be corrected and imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from crm.errors import N_
from crm.exchange.list_files import Heading, workbook_parts
from crm.exchange.writing import Language, Writer
from crm.values.sentences import said


def leftovers(
    rows: Iterable[tuple[Mapping[str, str], str]], heading: str, form: str, language: Language
) -> Iterator[bytes]:
    """Yield rows as a file: their texts as they stood, under the headers of the file, and the reason of each.

    Args:
        rows: The texts of each row by header, and the reason.
        heading: The header of the reasons.
        form: csv or xlsx.
        language: In which language the sheet of a workbook is named.

    Raises:
        InvalidInput: It is a workbook, and the extra ``reports`` is not installed.
    """
    left = list(rows)
    headers = list(dict.fromkeys(header for texts, _ in left for header in texts if header != heading))
    lines = ([*(texts.get(header, "") for header in headers), why] for texts, why in left)
    if form == "xlsx":
        writer = Writer(language)
        title = writer.words(said(N_("Rows left out")))
        yield from workbook_parts(title, [Heading(header) for header in (*headers, heading)], lines, writer)
        return
    paper = io.StringIO(newline="")
    written = csv.writer(paper)
    written.writerow([*headers, heading])
    written.writerows(lines)
    yield paper.getvalue().encode("utf-8-sig")
