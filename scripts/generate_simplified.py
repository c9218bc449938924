"""Write crm/values/written/simplified.py from OpenCC's data (Apache-2.0), so that names share a key across scripts.

python scripts/generate_simplified.py
python scripts/generate_simplified.py --check
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import opencc

TABLE = Path(__file__).parent.parent / "crm" / "values" / "written" / "simplified.py"
#: Unified ideographs: the first block, extension A, and the supplementary planes.
_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
_WIDTH = 50
#: Variants in names that OpenCC does not lead to the simplified form, each with a character that it is a form of: from
#: kSemanticVariant, kZVariant and kSimplifiedVariant of Unicode's Unihan database (https://www.unicode.org/reports/tr38/).
_VARIANTS = {
    pair[0]: pair[1]
    for pair in (
        "鉱礦 砿礦 鑛礦 郷鄉 鄕鄉 渋澀 澁澀 浜濱 濵濱 髙高 﨑崎 戸戶 呉吳 舗鋪 壷壺 廻回 嶋島 嶌島 埜野 翆翠 籐藤 籘藤 桒桑 倶俱 頬頰 "
        "焔焰 賎賤 諌諫 邉邊 栁柳 冨富 凬風 曻昇 𠮷吉 𣘺橋 槗橋 靏鶴 靎鶴 寉鶴 靍鶴 曺曹 裵裴 煕熙 凞熙 喩喻 穐秋 龝秋 劔劍 劒劍 剱劍 "
        "舩船 躰體 甦蘇 闘鬥 鬭鬥 薗園 枩松 梹檳 畧略 氷冰 絋紘 繋繫 侭儘 頴穎 汚污 鴬鶯 潅灌 彊強 駈驅 頚頸 娯娛 讃贊 靭韌 疎疏 窓窗 "
        "騨驒 妬妒 涜瀆 蝿蠅 溌潑 醗醱 毘毗 倣仿 砲炮 椀碗 隷隸 隣鄰 篭籠 栢柏 竃竈 鯵鰺 欝鬱 敍叙 愼慎 槪概 甁瓶 硏研 飜翻 萠萌 襃褒 "
        "郞郎 晄晃 緖緒 衞衛 餠餅 擧舉 倂併 竝並 桝枡"
    ).split()
}
_HEAD = '''\
"""Characters and their simplified forms, one for one: traditional and Japanese ones, and variants.

Made by scripts/generate_simplified.py from the data of OpenCC (https://github.com/BYVoid/OpenCC), which is licensed
under the Apache License, Version 2.0, and from variants that Unicode's Unihan database lists.
Do not edit: `make docs` writes it, `make check` compares.
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
    found |= {character: simplified.convert(other) for character, other in _VARIANTS.items()}
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
