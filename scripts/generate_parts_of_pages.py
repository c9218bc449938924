"""Put what the source says into the pages that show it: the classes of changes, and the programs of the recipes.

python scripts/generate_parts_of_pages.py
python scripts/generate_parts_of_pages.py --check
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from crm.changes import Change

ROOT = Path(__file__).parent.parent
HOSTS = ROOT / "tests" / "embedding" / "hosts"


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


def parts() -> Iterator[tuple[Path, str, str]]:
    """Yield each page, the name of the part and what it is."""
    yield ROOT / "docs" / "changes.md", "classes", table()
    for host in sorted(HOSTS.glob("[!_]*.py")):
        page = ROOT / "docs" / "recipes" / f"{host.stem.replace('_', '-')}.md"
        yield page, "program", f"```python\n{host.read_text('utf-8')}```\n"


def main() -> int:
    """Write the parts, or check them."""
    outdated = []
    for path, name, part in parts():
        page = path.read_text("utf-8")
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, _, rest = page.partition(begin)
        content = f"{before}{begin}\n{part}\n{end}{rest.partition(end)[2]}"
        if page != content:
            outdated.append(path)
            if "--check" not in sys.argv[1:]:
                path.write_text(content, "utf-8")
    if "--check" not in sys.argv[1:]:
        return 0
    for path in outdated:
        print(f"{path.relative_to(ROOT)} is out of date; run: make docs")
    return min(len(outdated), 1)


if __name__ == "__main__":
    sys.exit(main())
