"""The words that distinguish companies with similar names, and those that do not.

Data for :mod:`crm.rules.investors.likeness`. Legal forms and places are in :mod:`crm.values.naming.words` and
:mod:`crm.values.naming.places`.
"""

from __future__ import annotations

from collections.abc import Mapping

from crm.values.text import comparison_key

#: Lines of business: names that differ in one are different companies. In CJK at the end of a name.
#: Traditional characters need no mention: the words are kept as comparison keys.
BUSINESS_CJK = frozenset(
    comparison_key(word)
    for word in (
        "发展 控股 投资 科技 贸易 商贸 实业 置业 国际 技术 工业 商事 物产 物流 产业 制造 建设 建筑 工程 地产 房地产 开发 能源 电力 化工 医药 制药 "
        "食品 汽车 电子 电器 电气 机械 重工 重机 材料 新材料 资本 基金 证券 银行 信托 保险 租赁 金融 资产 管理 咨询 服务 文化 传媒 教育 旅游 酒店 "
        "农业 环保 生物 软件 信息 网络 通信 半导体 航空 航运 海运 运输 船舶 港口 供应链 进出口 研究院 研究所 商会 协会 "
        "電機 開発 製造 製薬 製作所 製鋼 不動産 化学 自動車 倉庫 "
        "ホールディングス ソリューションズ システムズ サービス エンジニアリング トレーディング キャピタル マテリアル ケミカル モーター ロジスティクス "
        "개발 홀딩스 지주 투자 기술 무역 상사 물산 산업 국제 전자 전기 화학 건설 자동차 중공업 물류 에너지 증권 은행 자본 보험 제약 식품 통신 반도체"
    ).split()
)

#: The same in Latin letters, anywhere in a name; the plural is the same word.
BUSINESS_LATIN = frozenset(
    "holding development investment trading trade technology logistic industry industrial international capital fund "
    "finance financial bank banking insurance securities security energy power electric electronic chemical pharma "
    "pharmaceutical biotech medical health healthcare food beverage motor automotive auto construction engineering "
    "property realty estate consulting service system solution software digital network telecom semiconductor material "
    "steel metal mining shipping marine aviation aerospace transport leasing media education tourism hotel agriculture "
    "manufacturing machinery equipment research laboratory venture partner asset management entwicklung "
    "beteiligung handel technik maschinenbau energie chemie bau versicherung immobilien".split()
)

#: The same word of another language.
BUSINESS_SAME: Mapping[str, str] = {"technologie": "technology", "holdings": "holding", "logistik": "logistic"}

#: Generic words: names with and without one are similar.
GENERIC_CJK = tuple(map(comparison_key, ("集团", "グループ", "그룹")))
GENERIC_LATIN = frozenset("group groupe gruppe grupo the and und et of for".split())

#: Numerals, in any script, with their value.
NUMERALS: Mapping[str, str] = {
    **{character: str(number) for number, character in enumerate("〇一二三四五六七八九十")},
    **{word: str(number) for number, word in enumerate("ii iii iv v vi vii viii ix x xi xii".split(), 2)},
    **{word: str(number) for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)},
    **{word: str(number) for number, word in enumerate("first second third fourth fifth sixth".split(), 1)},
    **{word: str(number) for number, word in enumerate("1st 2nd 3rd 4th 5th 6th".split(), 1)},
}
#: Words that distinguish by direction, size or age.
WHICH_CJK = frozenset("东西南北上下内外大小新旧老甲乙丙丁동서남북신구")
WHICH_LATIN = frozenset(
    "north south east west northern southern eastern western central upper lower new old first second alpha beta".split()
)
