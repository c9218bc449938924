"""Put what the demo prints into README.md, each part between its two markers: the board, and the figures of the year.

python scripts/generate_readme_demo.py
python scripts/generate_readme_demo.py --check
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import dropwhile, takewhile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "README.md"
#: Each part by its marker: the line it begins with. It ends with the last line of its frames.
PARTS = {"board": "The board", "year": "The year report"}


def printed() -> list[str]:
    """Return the lines that the demo prints, 100 columns wide."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, ROOT / "cli.py", "--lang", "en", "demo"],
        env={**environment, "CRM_WIDTH": "100", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT / "docs",  # where no crm.toml lies
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [line.rstrip() for line in done.stdout.splitlines()]


def part(lines: list[str], heading: str) -> str:
    """Return a heading and the frames below it."""
    found = dropwhile(lambda line: not line.startswith(heading), lines)
    return "\n".join(takewhile(lambda line: line.startswith(heading) or line[:1] in set("╭│╰"), found))


def main() -> int:
    """Write the parts, or check them."""
    text = content = PAGE.read_text("utf-8")
    lines = printed()
    for name, heading in PARTS.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, rest = content.split(start)
        content = f"{before}{start}\n```text\n{part(lines, heading)}\n```\n\n{end}{rest.split(end)[1]}"
    if content == text:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"What the demo prints differs from {PAGE.name}; run: make docs")
        return 1
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
