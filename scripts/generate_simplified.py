"""Write crm/values/simplified.py from OpenCC's data (Apache-2.0), so that names share a key across scripts.

python scripts/generate_simplified.py
python scripts/generate_simplified.py --check
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import opencc

TABLE = Path(__file__).parent.parent / "crm" / "values" / "simplified.py"
#: Unified ideographs: the first block, extension A, and the supplementary planes.
_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
_WIDTH = 50
_HEAD = '''\
"""Characters and their simplified forms, one for one: traditional ones, and Japanese ones that GB 2312 does not have.

Made by scripts/generate_simplified.py from the data of OpenCC (https://github.com/BYVoid/OpenCC), which is licensed
under the Apache License, Version 2.0. Do not edit: `make docs` writes it, `make check` compares.
"""

from __future__ import annotations

'''


def pairs() -> Iterator[tuple[str, str]]:
    """Yield each character with the simplified one it is compared as."""
    simplified, traditional = opencc.OpenCC("t2s"), opencc.OpenCC("jp2t")
    found = {}
    for first, last in _BLOCKS:
        for character in map(chr, range(first, last + 1)):
            other = simplified.convert(character)
            if other == character and not _in_gb2312(character):
                other = simplified.convert(traditional.convert(character))
            if other != character and len(other) == 1 and unicodedata.normalize("NFKC", other) == other:
                found[character] = other
    for character, other in found.items():
        seen = {character}
        while other in found and other not in seen:
            seen.add(other)
            other = found[other]  # noqa: PLW2901 - the chain is followed to its end: a key has a key of its own
        if other not in found:
            yield character, other


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def lines(name: str, text: str) -> Iterator[str]:
    """Yield a constant as short strings in brackets."""
    yield f"{name} = ("
    for start in range(0, len(text), _WIDTH):
        yield f'    "{text[start : start + _WIDTH]}"'
    yield ")"


def main() -> int:
    """Write the table, or check it."""
    table = list(pairs())
    content = _HEAD + "\n".join(
        [
            *lines("_WRITTEN", "".join(character for character, _ in table)),
            *lines("_SIMPLIFIED", "".join(other for _, other in table)),
            "",
            "#: For str.translate.",
            "SIMPLIFIED: dict[int, int] = dict(zip(map(ord, _WRITTEN), map(ord, _SIMPLIFIED), strict=True))",
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
