"""Search among very many names, against hand-written SQL on the same index: ``python -m benchmarks.search --help``."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from statistics import quantiles
from time import perf_counter_ns, process_time_ns

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from benchmarks.databases import BACKENDS, databases
from benchmarks.names import fill
from benchmarks.search_sql import OLDEST, SAME, parameters
from crm import CRM, make_engine
from crm.reads.names.search import expression
from crm.values.naming.spelling import query

_HAN = (
    "华润海信浪潮雪花鲁泰金龙凤鼎盛宏达瑞丰恒中德新源通宝安康嘉和兴隆泰山东方正大成长永昌利民益天地人文明远航博雅创智慧云联科天宇星辰光辉煌宏图伟业启迪"
    "思源清溪碧水蓝田玉石松柏竹梅兰菊荷莲枫林森木火土江河湖洋洲岛港湾桥城州府景秀丽美好佳祥福禄寿喜春夏秋冬晨曦朝阳晓月银铜铁钢铝锂硅碳氢氧氮磷钾钠钙"
)  # fmt: skip
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_PLACES = ("济南", "山东", "青岛", "北京", "上海", "深圳", "苏州", "烟台", "", "", "", "")
_BUSINESS = ("科技", "贸易", "发展", "实业", "投资", "机械制造", "新材料", "生物医药", "物流", "电子")
_FORMS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司", "")
_SYLLABLES = tuple(f"{one}{two}" for one in "bdfghklmnprstvwz" for two in ("a", "e", "i", "o", "u", "an", "er", "is"))
_WORDS = ("Trading", "Holdings", "Technologies", "Industries", "Systems", "Chemicals", "Logistics")
#: In the last fiftieth of the names alone: many names fit, and all of them are far from where a walk begins.
_LATE = "犇羴"
_ENDS = ("Ltd", "Co., Ltd.", "GmbH", "AG", "Inc.", "Corporation", "")
#: So many milliseconds are spent on one kind of search; the slowest by hand takes seconds each time.
_LONGEST = 5_000
_HEADINGS = (
    "what", "find, p50", "p95", "processor, p50", "p95", "same by hand, p50", "p95", "processor, p50", "p95", "oldest, p50", "p95",
)  # fmt: skip


def names(count: int) -> Iterator[str]:
    """Yield so many names in Chinese, Japanese and English; as in life, few characters and words make up most of them."""
    chance = random.Random(11)  # noqa: S311 - the same names in every run
    weights = [1 / (rank + 5) for rank in range(len(_HAN))]
    for number in range(count):
        core = "".join(chance.choices(_HAN, weights, k=chance.choice((2, 3, 3, 4))))
        if number >= count - count // 50:
            core = f"{_LATE}{core}"
        if number % 3 == 0:
            yield f"{chance.choice(_PLACES)}{core}{chance.choice(_BUSINESS)}{chance.choice(_FORMS)}"
        elif number % 3 == 1:
            kana = "".join(chance.choices(_KANA, k=chance.choice((3, 4, 5))))
            name = f"{chance.choice((core, kana))}{chance.choice(('商事', '製作所', '物産', '工業'))}"
            yield f"株式会社{name}" if number % 2 else f"{name}株式会社"
        else:
            word = "".join(chance.choices(_SYLLABLES, k=3)).title()
            yield f"{word} {chance.choice(_WORDS)} {chance.choice(_ENDS)}".strip()


def queries(count: int) -> dict[str, list[str]]:
    """Return what is looked for, by kind, so many of each: taken from the names, so that there is something to find."""
    chance = random.Random(13)  # noqa: S311 - as above
    every = list(names(count * 30))
    chinese, latin = every[::3], every[2::3]
    starts = [chance.randrange(len(name) - 1) for name in chinese]
    return {
        "two characters, anywhere in a name": [name[at : at + 2] for name, at in zip(chinese, starts, strict=True)][:count],
        "two characters, of its core": ["".join(chance.choices(_HAN, k=2)) for _ in range(count)],
        "three letters, the beginning of a word": [name[:3] for name in latin][:count],
        "a word and the beginning of the next": [name[: name.index(" ") + 3] for name in latin][:count],
        "a whole name": [chance.choice(every) for _ in range(count)],
        "one character": [chance.choice(_HAN) for _ in range(count)],
        "科技, in every thirtieth name": ["科技"] * count,
        "株式, in every third": ["株式"] * count,
        "犇羴, in half of the last fiftieth": [_LATE] * count,
    }  # fmt: skip


def measure(url: str, rounds: int) -> dict[str, tuple[list[float], ...]]:
    """Return times in milliseconds, by what is looked for.

    Of ``investors.find``, and of this process in it; of hand-written SQL with the same answer, and of this process in it;
    of the shortest SQL there is.
    """
    engine = make_engine(url)
    dialect = engine.dialect.name
    with engine.execution_options(crm_read_only=True).connect() as connection, Session(connection) as session:
        investors = CRM(session, "admin").investors
        raw = connection.connection.cursor()

        def library(text: str) -> object:
            return investors.find(text)

        def same(text: str) -> object:
            raw.execute(SAME[dialect], parameters(dialect, text))
            return raw.fetchall()

        def oldest(text: str) -> object:
            raw.execute(OLDEST[dialect], (expression(dialect, *query(text).tokens),))
            return raw.fetchall()

        found: dict[str, tuple[list[float], ...]] = {}
        for what, texts in queries(rounds).items():
            for text in texts[:5]:
                library(text)
                same(text)
            found[what] = (*_times(library, texts), *_times(same, texts), _times(oldest, texts)[0])
    engine.dispose()
    return found


def _times(act: Callable[[str], object], texts: list[str]) -> tuple[list[float], list[float]]:
    """Return how long each search took by the clock, and of this process's processor; at most for five seconds in all."""
    clock: list[float] = []
    processor: list[float] = []
    for text in texts:
        start, worked = perf_counter_ns(), process_time_ns()
        act(text)
        processor.append((process_time_ns() - worked) / 1_000_000)
        clock.append((perf_counter_ns() - start) / 1_000_000)
        if sum(clock) > _LONGEST and len(clock) > 1:
            break
    return clock, processor


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print the median and the 95th percentile by the clock, and of the processor time of this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="searches of each kind (200)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--names", type=int, action="append", help="so many names (100000, then 1000000)")
    given = parser.parse_args(arguments)
    for backend in given.backend or BACKENDS:
        for count in given.names or (100_000, 1_000_000):
            table = Table(title=f"{backend}, {count:,} names, {given.rounds} searches of each kind, milliseconds")
            for heading in _HEADINGS:
                table.add_column(heading, justify="left" if heading == "what" else "right")
            with databases(backend) as made:
                url = made.create()
                fill(url, names(count))
                for what, both in measure(url, given.rounds).items():
                    table.add_row(what, *(f"{point:.2f}" for times in both for point in _points(times)))
            Console(width=170).print(table)


def _points(times: list[float]) -> tuple[float, float]:
    cuts = quantiles(times, n=20)
    return cuts[9], cuts[18]


if __name__ == "__main__":
    main()
