"""Write docs/access.md from the table in crm/rules/access.py, so that it cannot say anything else.

python scripts/generate_access_page.py
python scripts/generate_access_page.py --check
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from crm.cli.printing.catalogues import catalogue
from crm.rules.access import ROLES, TABLE, Right, Role, Scope

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "access.md"
CHINESE = catalogue("zh_CN")
WORDS = {Scope.NONE: "–", Scope.OWN: "own", Scope.ALL: "all"}
_HEAD = """\
# Who may do what

`make docs` generates this page from `ROLES` in `crm/rules/access.py`; `make check` fails when it is out of date. “own” means the
records of the actor's own station or unit, and those the actor owns. The verifier of a figure is never its submitter,
whatever the role. Without an actor nothing is read or written. A refusal is an `AccessDenied` and names who has the right.

“own”指本站、本单位或本人负责的记录；“all”指全部记录；“–”指无权限。提交人不得核实自己提交的数据。
"""


_PROMISES = """\
## Data of persons

Everybody who may read sees contacts; `contact.write` also adds and changes them, places a legal hold, and exports what is held on a person. `contact.erase`
erases, lists whose data is due, searches free texts for a name, and lifts or changes a legal hold. In an export, the wordings before need
`audit.read`, and the free texts `confidential.read` on every lead: [personal data](personal-data.md).

## Confidential leads

Staff without `confidential.read` on a lead see nothing of it beyond the list below. `tests/laws/hidden` builds a bureau
with hidden leads, changes each column of them and of all that belongs to them, and compares every read, and refusals of writes, as a
viewer and as an ambassador of another station. `tests/laws/test_matrix_of_rights.py` tries every verb as each role, at the record's own
station and elsewhere, on public and on confidential leads.

What others see of a hidden lead:

- in lists and on the board: that it exists, its number, its code name, stage, status and cycle, station, unit, owner and days;
- a refusal names its code name, so that they can ask its station.

What others do not see:

- investor, title, amounts, industry, note, history and day of review; meetings, documents, ledger entries, claims, referrals, requests and
  follow-ups, nor that there are any. The number of such a record is refused like an unknown one;
- in [figures](figures.md#confidential-leads), reports, sums and filters: they count only the leads that the reader may see in lists. So
  small sums can be shown, and the difference of two sums shows nothing that a list does not. A threshold, such as fewer than three
  leads, would not help: a withheld sum could be added up from the lists, and a shown sum that includes hidden leads would reveal them
  by subtraction;
- on a trip: a visit that a hidden meeting made is still shown as planned;
- on a public expansion: neither the number of its hidden parent nor the company that both have. That company still meets the gates of
  the expansion, so its stage shows that it exists.

Work on a confidential lead is given only to people who may see it: a new owner, an assignee, or the successor of somebody who leaves.
When a lead becomes confidential or goes to another station or unit, its follow-ups stay with their owners, who may no longer see them: hand
them over first.

What cannot be hidden by this program:

- that a credit code is in use, because it cannot be given twice; that a referral would close a circle; that a code name is taken; that a
  bank advice, or the reference of a contract, is on record for another lead, because its money would count twice; nothing else of that lead or entry
  is shown;
- that something was recorded: numbers are consecutive, so a gap shows that there is one more record;
- published figures: everybody sees the lines of the year report of a closed period, hidden leads included, as they were published.
  They differ from current figures by what has changed since and by what is hidden. Whoever closes a period decides that. A frozen
  scorecard stores each figure with and without confidential leads, and shows others the second;
- anything from those who can read the database itself, and from a host's own queries ([security](security.md)).
"""


def roles() -> Iterator[str]:
    """Yield what each role includes and what it adds."""
    for role, grants in ROLES.items():
        whose = " and ".join(f"*{included}*" for included in grants.includes)
        where = ", on all records" if grants.widened else ""
        has = [f"all that {whose} may{where}"] if whose else []
        has += [
            f"on {records}: " + ", ".join(f"`{right}`" for right in Right if right in rights)
            for records, rights in (("all records", grants.every), ("its own", grants.own))
            if rights
        ]
        yield f"- **{role}**: " + "; ".join(has) + "."


def table() -> Iterator[str]:
    """Yield the table, a row for each action and a column for each role."""
    yield "| action | " + " | ".join(f"{role.value} {CHINESE.pgettext('role', role.value)}" for role in Role) + " |"
    yield "| --- |" + " --- |" * len(Role)
    for right in Right:
        reaches = (TABLE[role].get(right, Scope.NONE) for role in Role)
        yield f"| `{right}` | " + " | ".join(WORDS[scope] for scope in reaches) + " |"


def main() -> int:
    """Write the page, or check it."""
    content = "\n".join([_HEAD, *roles(), "", *table(), "", _PROMISES])
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
