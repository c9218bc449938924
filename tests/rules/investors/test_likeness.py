"""What is near, what is not, and that nothing near is overlooked."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rules.investors.likeness import Features, Likeness, Reason, compare, features, near_pairs
from crm.values.naming.spelling import spell


def read(name: str) -> Features:
    """Return the features of a name."""
    spelling = spell(name)
    return features(name, spelling.key, spelling.form)


SAME = [
    ("Siemens AG", "SIEMENS  AG"),
    ("丸红（中国）有限公司", "丸红(中国)有限公司"),
    ("ｶﾜｻｷ重工", "カワサキ重工"),
    ("Sun Power Ltd", "SunPower Ltd."),
    ("Dürr-AG", "Dürr AG"),
    ("三井・住友", "三井住友"),
    ("株式会社丸紅", "丸红（株）"),
    ("丸紅㈱", "丸红公司"),
    ("西门子股份有限公司", "西门子"),
    ("コマツ製作所", "コマツ製作所株式会社"),
    ("주식회사 한화", "한화"),
    ("Siemens Energy", "Siemens Energy AG"),
]
FORMS = [
    ("Beispiel AG", "Beispiel GmbH"),
    ("山东重工股份有限公司", "山东重工有限责任公司"),
    ("Example Ltd.", "Example, Inc."),
]
NEAR = [
    ("济南华润雪花啤酒", "华润雪花啤酒"),
    ("山东济南华润雪花啤酒", "济南华润雪花啤酒"),
    ("济南市轨道交通", "轨道交通"),
    ("丸红中国有限公司", "丸红"),
    ("丸红(中国)有限公司", "丸红有限公司"),
    ("华润集团", "华润"),
    ("华润控股集团", "华润控股"),
    ("キヤノン株式会社", "キャノン株式会社"),
    ("東芝コンピュータ", "東芝コンピューター"),
    ("한화그룹", "한화"),
    ("高新技术产业开发区发展", "高新技术产业开法区发展"),
    ("齐鲁轨道车辆集团", "齐鲁轨道车两集团"),
    ("第二机床厂", "第2机床厂"),
    ("Marubeni Corporation", "Marubeni China Corporation"),
    ("Marubeni (China) Co., Ltd.", "Marubeni"),
    ("Jinan Foundry Works", "Foundry Works"),
    ("Marubeni Corporation", "Maurbeni Corporation"),
    ("Marubeni Corporation", "Marubeni Corporatoin Ltd"),
    ("Mitsubishi Heavy Industries", "Mitsubshi Heavy Industries"),
    ("Mitsubishi Heavy Industries", "Heavy Mitsubishi Industries"),
    ("Pacific Steel Holdings", "Pacific Steel Holding"),
    ("Bosch Thermal Systems", "Bosch Thermal System"),
    ("Müller Maschinenbau GmbH", "Muller Maschinenbau GmbH"),
    ("Schaeffler Technologies", "Schaefler Technologies"),
    ("Schaeffler Technologies", "Schaeffler Technologie"),
    ("Thyssenkrupp", "Thysenkrup"),
    ("Harbour Fund II", "Harbour Fund 2"),
    ("Harbour Capital Development", "Harbour Capital Develpoment"),
    ("The Linde Group", "Linde"),
]
APART = [
    ("高新发展", "高新控股"),
    ("济南高新技术产业开发区发展", "济南高新技术产业开发区控股"),
    ("三井物产", "三井住友"),
    ("三井物产", "三菱物产"),
    ("华润电力", "华润置业"),
    ("华润雪花啤酒一厂", "华润雪花啤酒二厂"),
    ("济南第一机床", "济南第二机床"),
    ("东方物产", "西方物产"),
    ("华东轨道车辆制造", "华北轨道车辆制造"),
    ("济南高新", "青岛高新"),
    ("山东重工", "山西重工"),
    ("丸红中国", "丸红日本"),
    ("丸红", "丸善"),
    ("丸红", "丸红贸易"),
    ("住友商事", "住友化学"),
    ("住友電工", "住友重工"),
    ("日本製鉄", "日本製紙"),
    ("三星전자", "三星물산"),
    ("삼성전자", "삼성물산"),
    ("현대자동차", "현대건설"),
    ("LG전자", "LG화학"),
    ("新华置业", "老华置业"),
    ("大连重工", "大冶重工"),
    ("Fund II", "Fund III"),
    ("Harbour Fund II", "Harbour Fund III"),
    ("Works No. 1", "Works No. 2"),
    ("Plant 11", "Plant 12"),
    ("Harbour Holdings", "Harbour Trading"),
    ("Pacific Investment", "Pacific Development"),
    ("Pacific Technology", "Pacific Logistics"),
    ("Siemens Energy", "Siemens Healthcare"),
    ("North Star Metal", "South Star Metal"),
    ("Eastern Pacific", "Western Pacific"),
    ("Linde China", "Linde Japan"),
    ("Linde Jinan", "Linde Qingdao"),
    ("ABB", "ABC"),
    ("SKF", "SKA"),
    ("BASF", "BASE"),
    ("Cargill", "Carmax"),
    ("Toyota", "Toyoda Gosei"),
    ("", "Linde"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_share_a_key(one: str, other: str) -> None:
    """Names with the same key have a score of 100."""
    likeness = compare(read(one), read(other))
    assert likeness is not None
    assert (likeness.reason, likeness.score) == (Reason.KEY, 100)


@pytest.mark.parametrize(("one", "other"), FORMS)
def test_another_legal_form_is_a_reason_of_its_own(one: str, other: str) -> None:
    """Two companies may well differ in nothing else."""
    assert compare(read(one), read(other)) == Likeness(Reason.FORM, 98)


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_near_names_suggest(one: str, other: str) -> None:
    """They are suggested, with less than the whole score."""
    likeness = compare(read(one), read(other))
    assert likeness is not None
    assert likeness.reason is Reason.NEAR
    assert 70 <= likeness.score < 100


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_companies_stay_apart(one: str, other: str) -> None:
    """However much they share."""
    assert compare(read(one), read(other)) is None


ANY = st.text(max_size=20) | st.lists(
    st.sampled_from("济南 高新 发展 控股 丸红 株式会社 一厂 二厂 三井 雪花啤酒 カワサキ 한화 China Pacific Pacfic Steel Fund II Group No 1".split()),
    max_size=5,
).map("".join)  # fmt: skip


@given(ANY, ANY)
def test_likeness_is_symmetric_and_reflexive(one: str, other: str) -> None:
    """The order of two names does not change their score."""
    assert compare(read(one), read(other)) == compare(read(other), read(one))
    likeness = compare(read(one), read(one))
    assert likeness is not None
    assert likeness.score == 100


LETTERS = st.text(st.sampled_from("ab"), min_size=3, max_size=9)
HAN = st.text(st.sampled_from("雪花啤"), min_size=4, max_size=8)
NAMES = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join) | HAN | ANY


@given(st.lists(NAMES, max_size=25))
def test_blocks_find_what_comparing_all_finds(names: list[str]) -> None:
    """Nothing near is overlooked, nothing is found twice."""
    given_names = [read(name) for name in names]
    brute = [
        (first, second, likeness)
        for (first, one), (second, other) in combinations(enumerate(given_names), 2)
        if (likeness := compare(one, other)) is not None and likeness.reason is Reason.NEAR
    ]
    assert sorted(near_pairs(given_names), key=lambda pair: pair[:2]) == brute
