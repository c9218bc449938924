"""Write the columns of the views into docs/views.md, from crm/models/views.py, so that it cannot say anything else.

python scripts/generate_views_page.py
python scripts/generate_views_page.py --check
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from crm.models.views import VIEWS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "views.md"
_HEAD = """\
# Views for reading

`make docs` generates this page from `crm/models/views.py`.

Five views are for programs that only read, such as Metabase, Datasette and DuckDB. `crm db upgrade` makes them, on SQLite and on
PostgreSQL. They leave out persons, minutes, confidential leads, and what belongs to those leads. They are an interface: a column keeps its
name, its meaning and its place; new ones come last.

Amounts are integers in the smallest unit of their currency, so that no sum is rounded: divide by 100 for dollars, by 1 for yen. Codes of
stages, stations and units are those of your bureau. On SQLite days are text such as `2023-02-06`, instants text in UTC, and yes and no 1 and 0.

只读视图供报表工具使用：不含个人信息、会议纪要、保密线索及其从属记录；金额为货币最小单位的整数。
"""
_TOOLS = """\
## Metabase

On PostgreSQL, connect as a member of the role `crm_reader`, which sees the views and no table: [roles](security.md#roles-on-postgresql). Run
`crm db roles --apply` again after each upgrade. A sum by stage:

```sql
SELECT stage, expected_currency, count(*), sum(expected_minor) / 100.0
FROM crm_reader_lead WHERE status = 'open' GROUP BY stage, expected_currency;
```

## Datasette

A SQLite file has no roles: who can open it can read every table. Give others a file that has the views alone:

```console
$ sqlite3 reading.db "ATTACH 'crm.db' AS crm; CREATE TABLE lead AS SELECT * FROM crm.crm_reader_lead;"
$ datasette reading.db
```

## DuckDB

```sql
ATTACH 'crm.db' AS crm (TYPE sqlite, READ_ONLY);
COPY (SELECT * FROM crm.crm_reader_arrival WHERE state = 'confirmed') TO 'arrivals.parquet';
```

For PostgreSQL write `ATTACH 'dbname=crm user=metabase' AS crm (TYPE postgres, READ_ONLY);`.

## A host's own Alembic

Where a host's Alembic migrates the tables, its revisions would have to drop the views first, so none are made. Make them with
`crm.models.views.put_views(connection)`, and call `drop_views(connection)` before an upgrade.
"""


def tables() -> Iterator[str]:
    """Yield each view with the table of its columns."""
    for name, view in VIEWS.items():
        yield f"## {name}\n\n{view.meaning}\n\n| column | meaning |\n| --- | --- |"
        yield from (f"| `{column}` | {meaning} |" for column, (_, meaning) in view.columns.items())
        yield ""


def main() -> int:
    """Write the page, or check it."""
    content = "\n".join([_HEAD, *tables(), _TOOLS])
    if PAGE.exists() and PAGE.read_text("utf-8") == content:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{PAGE.relative_to(ROOT)} is out of date; run: make docs")
        return 1
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
