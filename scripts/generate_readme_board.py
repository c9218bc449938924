"""Put the board of the demo into README.md, between its two markers, as the demo prints it.

python scripts/generate_readme_board.py
python scripts/generate_readme_board.py --check
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import dropwhile, takewhile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "README.md"
START, END = "<!-- board -->\n", "<!-- /board -->\n"


def board() -> str:
    """Return the board that the demo prints, 100 columns wide."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CRM_")}
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, ROOT / "cli.py", "--lang", "en", "demo"],
        env={**environment, "COLUMNS": "100", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT / "docs",  # where no crm.toml lies
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = dropwhile(lambda line: not line.startswith("The board"), done.stdout.splitlines())
    return "\n".join(line.rstrip() for line in takewhile(lambda line: line[:1] in set("T╭│╰"), lines))


def main() -> int:
    """Write the board, or check it."""
    text = PAGE.read_text("utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    content = f"{before}{START}\n```text\n{board()}\n```\n\n{END}{after}"
    if content == text:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"The board in {PAGE.name} is out of date; run: make docs")
        return 1
    PAGE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
