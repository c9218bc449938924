"""Ledgers as untidy as real ones, in four languages: titles, merged headings, totals, notes, four sorts of days.

All companies and people in them are invented, and named as examples.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from attrs import frozen

#: The encoding in which an old spreadsheet program of the language saves CSV.
ENCODINGS: Mapping[str, str] = {"zh": "gb18030", "en": "cp1252", "ja": "cp932", "ko": "cp949"}


@frozen
class Sheet:
    """A ledger as a sheet: rows of texts.

    Attributes:
        title: The rows above the headings.
        headings: The headings, one or two lines.
        rows: The rows.
        below: The rows below: a total and a note.
        known: How many of the columns are imported.
    """

    title: tuple[tuple[str, ...], ...]
    headings: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[tuple[str, ...], ...]
    known: int

    @property
    def lines(self) -> Sequence[tuple[str, ...]]:
        """All rows of the sheet."""
        return (*self.title, *self.headings, *self.rows, *self.below)

    def as_csv(self, encoding: str = "utf-8-sig") -> bytes:
        """Return it as a spreadsheet program saves it: with a comma for each cell, and CRLF."""
        width = max(map(len, self.lines))
        out = io.StringIO()
        csv.writer(out).writerows([*line, *[""] * (width - len(line))] for line in self.lines)
        return out.getvalue().encode(encoding)


@frozen
class _Words:
    title: tuple[tuple[str, ...], ...]
    headings: tuple[tuple[str, ...], ...]
    company: str
    country: str
    person: str
    position: str
    project: str
    industries: tuple[str, ...]
    stages: tuple[str, ...]
    amounts: tuple[str, ...]
    days: tuple[str, ...]
    below: tuple[tuple[str, ...], ...]


_LEDGERS: Mapping[str, _Words] = {
    "zh": _Words(
        (("2026年招商引资项目台账（示例）",), ("填报单位：示例区投资促进局", "", "", "", "", "", "", "单位：万美元")),
        (
            ("序号", "企业名称", "国别", "对方联系方式", "", "", "项目名称", "投资额", "行业", "当前进度", "最近联系日期", "备注"),
            ("", "", "", "联系人", "职务", "联系电话", "", "（万美元）", "", "", "", ""),
        ),
        "示例{number}号精密制造有限公司",
        "日本",
        "示例联系人{number}",
        "总经理",
        "示例{number}号生产基地",
        ("汽车零部件", "生物医药", "电子信息", "现代物流"),
        ("接洽", "在谈", "签约", "洽谈中"),
        ("12.1", "1,200", "约500", "待定", "350"),
        ("2026.05.24", "5月24日", "2026年5月24日", "2026-05-24", "46166"),
        (("合计", "", "", "", "", "", "", "见分表"), ("注：本表数据截至2026年6月底。",)),
    ),
    "en": _Words(
        (("Investor pipeline (example) 2026",), ()),
        (("No.", "Company", "Country", "Contact person", "Position", "Phone", "Project", "Amount (EUR m)", "Sector", "Stage", "Last contact", "Remarks"),),
        "Example {number} Präzision GmbH",
        "Germany",
        "Example Contact Müller {number}",
        "Geschäftsführer",
        "Example plant {number}",
        ("Automotive", "Medical", "Logistics"),
        ("contact", "negotiating"),
        ("12.1", "3", "tbd", "approx. 5", "0.35"),
        ("24 May 2026", "2026-05-24", "May 24, 2026", "24/05/2026", "46166"),
        (("Total", "", "", "", "", "", "", "see below"), ("Note: as of June 2026",)),
    ),
    "ja": _Words(
        (("投資案件一覧（例）2026年度",), ()),
        (("番号", "会社名", "国", "担当者", "役職", "電話番号", "案件名", "投資額（百万円）", "業種", "進捗", "最終連絡日", "備考"),),
        "株式会社サンプル{number}製作所",
        "日本",
        "サンプル担当{number}",
        "部長",
        "サンプル{number}号工場プロジェクト",
        ("自動車部品", "医療機器", "物流"),
        ("初回接触", "商談中"),
        ("1,200", "350", "未定", "約500", "12.5"),
        ("2026年5月24日", "2026/5/24", "5月24日", "20260524", "46166"),
        (("合計", "", "", "", "", "", "", "別紙"), ("※金額は予定です",)),
    ),
    "ko": _Words(
        (("2026년 투자유치 현황 (예시)",), ()),
        (("번호", "회사명", "국가", "담당자", "직책", "전화번호", "프로젝트명", "투자금액(억원)", "업종", "진행상황", "최근 연락일", "비고"),),
        "예시{number}정밀 주식회사",
        "한국",
        "예시담당{number}",
        "부장",
        "예시{number}호 공장",
        ("자동차 부품", "의료기기", "물류"),
        ("접촉", "협의 중"),
        ("12.1", "350", "미정", "약 500", "1,200"),
        ("2026년 5월 24일", "2026.5.24", "2026-05-24", "5월 24일", "46166"),
        (("합계", "", "", "", "", "", "", "별첨"), ("비고: 2026년 6월 기준",)),
    ),
}  # fmt: skip


def ledger(language: str, rows: int = 200) -> Sheet:
    """Return a ledger.

    Args:
        language: ``zh``, ``en``, ``ja`` or ``ko``.
        rows: How many companies it has.
    """
    words = _LEDGERS[language]
    headings = words.headings[-1] if len(words.headings) == 1 else words.headings[0]
    return Sheet(
        words.title,
        words.headings,
        tuple(_row(words, number) for number in range(1, rows + 1)),
        words.below,
        len(headings) - 1,
    )


def _row(words: _Words, number: int) -> tuple[str, ...]:
    def one(of: tuple[str, ...]) -> str:
        return of[number % len(of)]

    return (
        str(number),
        words.company.format(number=number),
        words.country,
        words.person.format(number=number),
        words.position,
        f"138{number:08d}",
        words.project.format(number=number),
        one(words.amounts),
        one(words.industries),
        one(words.stages),
        one(words.days),
        "",
    )


#: What its invented companies are called after, and what they make.
_PLACES = "青石 白河 望江 临泉 松岭 云台 金湾 长桥 石门 凤鸣 龙潭 竹溪 杏林 桃源 梅坞 兰亭 荷塘 鹤山 雁荡 麦田".split()
_TRADES = "液压机械 精密轴承 冷链物流 生物制药 工业传感 汽车模具 环保涂料 食品包装 伺服电机 特种阀门".split()
#: Rows of the ledger of the demonstration that are more than new, from their first cell to the last.
_ODD = (
    ("伊藤忠商事株式会社", "日本", "", "", "", "", "", "", "", "", ""),
    ("丸紅株式会社", "日本", "", "", "", "", "", "", "", "", ""),
    ("Marubani Corporation", "日本", "", "", "", "", "", "", "", "", ""),
    ("示例新材料有限公司（虚构）", "亚特兰蒂斯", "示例联系人甲", "部长", "示例新材料基地（虚构）", "500", "C30", "接洽", "", "", ""),
    ("示例医疗株式会社（虚构）", "日本", "示例联系人乙", "部长", "示例医疗基地（虚构）", "很多", "C35", "接洽", "", "", ""),
    ("示例机床有限公司（虚构）", "德国", "示例联系人丙", "经理", "示例机床基地（虚构）", "350", "C34", "接洽", "2022-02-30", "", ""),
    ("示例动力有限公司（虚构）", "德国", "示例联系人丁", "经理", "示例动力基地（虚构）", "1,200", "C38", "签约", "2022-06-01", "旧台账结转", "2022-06-20"),
    ("示例电池株式会社（虚构）", "日本", "示例联系人戊", "部长", "示例电池基地（虚构）", "2,000", "C38", "注册", "2022-05-10", "旧台账结转", "2022-07-01"),
    ("示例光学株式会社（虚构）", "日本", "示例联系人己", "部长", "示例光学基地（虚构）", "800", "C40", "在谈", "", "旧台账结转", "2022-09-12"),
)  # fmt: skip


def demonstration(rows: int = 200) -> Sheet:
    """Return the ledger of the demo: most companies are new, others on record, alike, refused or carried over."""
    headings = (
        "企业名称 国别 联系人 职务 项目名称 投资额（万美元） 行业 当前进度 最近联系日期 结转原因 进入阶段日期".split()
    )
    plain = rows - len(_ODD)
    new = tuple(
        (
            f"{_PLACES[number % len(_PLACES)]}示例{_TRADES[number // len(_PLACES)]}有限公司（虚构）",
            ("日本", "德国", "香港", "韩国")[number % 4],
            f"示例联系人{number}",
            ("部长", "经理", "总经理")[number % 3],
            f"示例{number}号项目（虚构）",
            ("12.1", "1,200", "约500", "待定", "350")[number % 5],
            ("C34", "C35", "C36", "C39")[number % 4],
            "接洽",
            ("2022.11.24", "2022年12月5日", "2023-01-09", "44936")[number % 4],
            "",
            "",
        )
        for number in range(plain)
    )
    return Sheet((("招商引资项目台账（示例，虚构）",),), (tuple(headings),), (*new, *_ODD), (("合计",),), len(headings))
