"""Put the classes of crm/changes.py into docs/changes.md, so that the page cannot say anything else.

python scripts/generate_changes_table.py
python scripts/generate_changes_table.py --check
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from crm.changes import Change

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "changes.md"
_BEGIN, _END = "<!-- classes -->\n", "<!-- /classes -->\n"


def table() -> str:
    """Return the table: each class, its record, its verbs, what happened."""
    rows = (
        f"| `{kind.__name__}` | `{kind.written}` | {_verbs(kind)} | {inspect.getdoc(kind)} |"
        for kind in Change.__subclasses__()
    )
    return "\n".join(("| class | record | verbs | what happened |", "| --- | --- | --- | --- |", *rows)) + "\n"


def _verbs(kind: type[Change]) -> str:
    """Return by which verbs it comes about."""
    return ", ".join(f"`{verb}`" for verb in kind.verbs) or ("any that adds one" if kind.new else "any")


def main() -> int:
    """Write the page, or check it."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, behind = rest.partition(_END)
    content = f"{before}{_BEGIN}\n{table()}\n{_END}{behind}"
    if page == content:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{PAGE.relative_to(ROOT)} is out of date; run: make docs")
        return 1
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
