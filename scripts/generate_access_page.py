"""Write docs/access.md from the table in crm/rules/access.py, so that it cannot say anything else.

python scripts/generate_access_page.py
python scripts/generate_access_page.py --check
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from crm.cli.printing.catalogues import catalogue
from crm.rules.access import TABLE, Role, Scope

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "access.md"
CHINESE = catalogue("zh_CN")
WORDS = {Scope.NONE: "–", Scope.OWN: "own", Scope.ALL: "all"}
_HEAD = """\
# Who may do what

`make docs` generates this table from `crm/rules/access.py`; `make check` fails when it is out of date. “own” means the
records of the actor's own station or unit, and those the actor owns. The verifier of a figure is never its submitter,
whatever the role. Without an actor nothing is read or written. A refusal is an `AccessDenied` and names who has the right.

“own”指本站、本单位或本人负责的记录；“all”指全部记录；“–”指无权限。提交人不得核验自己提交的数据。
"""


def table() -> Iterator[str]:
    """Yield the table, a row for each action and a column for each role."""
    yield "| action | " + " | ".join(f"{role.value} {CHINESE.pgettext('role', role.value)}" for role in Role) + " |"
    yield "| --- |" + " --- |" * len(Role)
    for action, rights in TABLE.items():
        yield f"| `{action}` | " + " | ".join(WORDS[rights[role]] for role in Role) + " |"


def main() -> int:
    """Write the page, or check it."""
    content = "\n".join([_HEAD, *table()]) + "\n"
    if PAGE.exists() and PAGE.read_text("utf-8") == content:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{PAGE.relative_to(ROOT)} is out of date; run: make docs")
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
