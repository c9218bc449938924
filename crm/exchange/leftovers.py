"""The rows that an import left out, with their reasons, to be mended and brought again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping


def leftovers(rows: Iterable[tuple[Mapping[str, str], str]], heading: str) -> str:
    """Return rows as CSV: their texts as they stood, under the headers of the file, and the reason of each.

    Args:
        rows: The texts of each row by header, and the reason.
        heading: The header of the reasons.
    """
    left = list(rows)
    headers = list(dict.fromkeys(header for texts, _ in left for header in texts if header != heading))
    paper = io.StringIO(newline="")
    written = csv.writer(paper)
    written.writerow([*headers, heading])
    written.writerows([*(texts.get(header, "") for header in headers), why] for texts, why in left)
    return paper.getvalue()
