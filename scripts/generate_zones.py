"""Write crm/values/registers/zone_names.py from the IANA time zone database (public domain), as the tzdata package has it.

python scripts/generate_zones.py
python scripts/generate_zones.py --check
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

TABLE = Path(__file__).parent.parent / "crm" / "values" / "registers" / "zone_names.py"
_WIDTH = 100
#: Each stands for a rule, not for a place; and EST is New York for those who write it, Panama in the database.
_ABBREVIATIONS = frozenset("CET CST6CDT EET EST EST5EDT HST MET MST MST7MDT PST8PDT WET".split())
#: Names of universal time.
_UNIVERSAL = (
    "Etc/GMT",
    "Etc/Greenwich",
    "Etc/UCT",
    "Etc/UTC",
    "Etc/Universal",
    "Etc/Zulu",
    "GMT",
    "Greenwich",
    "UCT",
    "Zulu",
)
_HEAD = '''\
"""The names of time zones: those that a country has, and the older names of the same zones.

Made by scripts/generate_zones.py from zone.tab and the links of the IANA time zone database, which is in the public
domain (https://www.iana.org/time-zones). Do not edit: `make docs` writes it, `make check` compares.
"""

from __future__ import annotations

'''


def present() -> list[str]:
    """Return the names of zone.tab: one for each part of a country that has kept one time, and universal time."""
    rows = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines()
    return ["UTC", *sorted(row.split("\t")[2] for row in rows if row and not row.startswith("#"))]


def older(names: list[str]) -> Mapping[str, str]:
    """Return the other names, each with the name in *names* of the zone it stands for."""
    rows = (files("tzdata.zoneinfo") / "tzdata.zi").read_text("utf-8").splitlines()
    links = {link: target for row in rows if row.startswith("L ") for _, target, link in [row.split()]}
    found = dict.fromkeys(_UNIVERSAL, "UTC")
    for link in sorted(links.keys() - set(names) - _ABBREVIATIONS):
        target = link
        while target in links and target not in names:
            target = links[target]
        if target in names:
            found[link] = target
    return found


def lines(name: str, words: Iterator[str]) -> Iterator[str]:
    """Yield a constant of words apart by spaces, as short strings in brackets."""
    yield f"{name} = ("
    row = ""
    for word in words:
        if row and len(row) + len(word) + 1 > _WIDTH:
            yield f'    "{row} "'
            row = ""
        row = f"{row} {word}".strip()
    yield f'    "{row}"'
    yield ")"


def main() -> int:
    """Write the names, or check them."""
    names = present()
    links = older(names)
    content = _HEAD + "\n".join(
        [
            *lines("_PRESENT", iter(names)),
            *lines("_OLDER", (f"{link}={target}" for link, target in links.items())),
            "",
            "#: One for each part of a country that has kept one time.",
            "PRESENT: tuple[str, ...] = tuple(_PRESENT.split())",
            "#: Older names and abbreviations, each with the present name.",
            'OLDER: dict[str, str] = {link: name for link, _, name in (pair.partition("=") for pair in _OLDER.split())}',
            "",
        ]
    )
    if TABLE.exists() and TABLE.read_text("utf-8") == content:
        return 0
    if "--check" in sys.argv[1:]:
        print(f"{TABLE.name} is out of date; run: make docs")
        return 1
    TABLE.write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
