"""Mapping files: drafted, filled in, read; and templates, which need none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.exchange.imports.mapping_files import draft, from_toml, read
from crm.exchange.imports.opening import open_table
from crm.exchange.imports.templates import LANGUAGES, TEMPLATES, csv_template, headings, xlsx_template
from tests.tiers import examples

pytestmark = pytest.mark.portable

_UNSURE = "Name,国别,最新进展情况,天气,投资额（万美元）\n示例,日本,在谈,晴,12.1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with an ambiguous, an alike and an unknown heading."""
    path = tmp_path / "unsure.csv"
    path.write_text(_UNSURE, "utf-8")
    return path


def test_what_is_unsure_is_refused_with_all_candidates(file: Path) -> None:
    """The way out is a mapping file; unknown columns are named and left out."""
    table = open_table(file)
    with pytest.raises(InvalidInput) as refused:
        table.require_sure()
    assert [problem.params["header"] for problem in refused.value.problems] == ["Name", "最新进展情况"]
    assert "investor.name, contact.name" in str(refused.value)
    assert "--draft-mapping" in str(refused.value)
    assert table.unknown == ("天气",)


def test_a_draft_that_is_filled_in_decides(file: Path) -> None:
    """The draft has examples and candidates; filled in it is read back and used."""
    text = draft(open_table(file))
    assert '# Choose: "investor.name", "contact.name"\n"Name" = ""  # 示例' in text
    assert '"投资额（万美元）" = "10000 USD"' in text
    text = text.replace('"Name" = ""', '"Name" = "investor.name"').replace('"万美元"', '"万元"')
    mapping = file.with_suffix(".toml")
    mapping.write_text(text.replace('"10000 USD"', '"万元"'), "utf-8")
    table = open_table(file, mapping=read(mapping))
    table.require_sure()
    row = next(table.rows())
    assert row.values == {"investor.name": "示例", "investor.country": "日本", "lead.expected": "121000 CNY"}


def test_a_draft_without_changes_reads_the_same_rows(tmp_path: Path) -> None:
    """What was sure is the same with the draft as without."""
    path = tmp_path / "a.csv"
    path.write_text("2026年台账\n\n企业名称,投资额（万元）,登记日期,天气\n示例,12.1,5月24日,晴\n", "utf-8")
    table = open_table(path)
    assert list(open_table(path, mapping=from_toml(draft(table))).rows()) == list(table.rows())


def test_notes_are_joined_and_a_second_telephone_is_asked_about(tmp_path: Path) -> None:
    """The draft says which column has the field already, and what the second may be instead."""
    path = tmp_path / "a.csv"
    path.write_text("企业名称,项目简介,备注,手机,电话\n甲,芯片,急,1,2\n乙,,急,,\n", "utf-8")
    table = open_table(path)
    assert [row.values["lead.note"] for row in table.rows()] == ["芯片\n急", "急"]
    with pytest.raises(InvalidInput, match=r'contact\.phone, which column "手机" holds'):
        table.require_sure()
    text = draft(table)
    assert '# contact.phone is "手机" already.\n# Choose: "contact.phones"\n"电话" = ""' in text
    mapping = from_toml("day_first = true\n" + text.replace('"电话" = ""', '"电话" = "contact.phones"'))
    assert mapping.day_first is True
    open_table(path, mapping=mapping).require_sure()


@examples(60)
@given(st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=5))
def test_whatever_the_headings_a_draft_is_toml(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    """Quotation marks, backslashes and controls in a heading do not break it."""
    path = tmp_path_factory.mktemp("draft") / "a.jsonl"
    import json

    path.write_text(json.dumps(dict.fromkeys(names, "a")) + "\n", "utf-8")
    try:
        table = open_table(path)
    except InvalidInput:
        return
    from_toml(draft(table))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "TOML"),
        ("colums = {}", "columns"),
        ('header_row = "3"', "header_row"),
        ("header_row = 0", "header_row"),
        ("year = 26", "year"),
        ("year = true", "year"),
        ("day_first = 1", "day_first"),
        ("open_values = [1]", "open_values"),
        ('[columns]\n"a" = "investor.nam"', "investor.name"),
        ('[columns]\n"a" = 1', "columns.a"),
        ('[columns]\n"a" = "lead.expected"\n[units]\n"a" = "elephants"', "elephants"),
        ('[units]\n"a" = "USD"', "columns"),
        ('[values]\n"a" = "b"', "values.a"),
        ('[values."a"]\n"b" = 1', "values.a"),
    ],
)
def test_a_wrong_mapping_is_refused_exactly(text: str, said: str) -> None:
    """The refusal names the key or the column, and what it may be."""
    with pytest.raises(InvalidInput) as refused:
        from_toml(text)
    assert said in str(refused.value)


def test_a_mapping_that_does_not_fit_its_file_names_everything(file: Path) -> None:
    """Columns that are not there, and a field that is given twice."""
    mapping = from_toml('[columns]\n"姓名" = "contact.name"\n"Name" = "investor.name"\n"天气" = "investor.name"')
    with pytest.raises(InvalidInput) as refused:
        open_table(file, mapping=mapping)
    assert [problem.code for problem in refused.value.problems] == ["column", "twice"]
    with pytest.raises(InvalidInput, match="header_row"):
        open_table(file, mapping=from_toml("header_row = 40"))
    with pytest.raises(InvalidInput, match="姓名"):
        open_table(file, mapping=from_toml('[values."姓名"]\n"甲" = "乙"'))


def test_words_are_read_as_the_mapping_says(tmp_path: Path) -> None:
    """Of their column alone, whatever the width and case; an empty text leaves a value open, and a draft keeps them."""
    path = tmp_path / "a.csv"
    path.write_text("企业名称,项目名称,行业,当前进度\n洽谈中,甲,汽车零部件,洽谈中\nＡ,乙,IT,待报\n", "utf-8")
    said = '[values."当前进度"]\n"洽谈中" = "negotiating"\n"待报" = ""\n[values."行业"]\n"ｉｔ" = "I65"\n'
    table = open_table(path, mapping=from_toml(said))
    first, second = table.rows()
    assert (first.values["investor.name"], first.values["lead.stage"]) == ("洽谈中", "negotiating")
    assert first.values["lead.industry"] == "汽车零部件"
    assert (second.values["lead.industry"], second.values["lead.stage"]) == ("I65", None)
    assert first.cells["当前进度"] == "洽谈中"
    assert list(open_table(path, mapping=from_toml(draft(table))).rows()) == [first, second]


@pytest.mark.parametrize("noun", sorted(TEMPLATES))
def test_a_template_reads_back_by_itself(tmp_path: Path, noun: str) -> None:
    """In each language, as CSV and as a workbook with its second sheet, every column is what it should be."""
    path = tmp_path / "template"
    for language in LANGUAGES:
        for content in (csv_template(noun, language), xlsx_template(noun, language)):
            path.write_bytes(content)
            table = open_table(path)
            table.require_sure()
            assert tuple(table.mapping.columns.values()) == TEMPLATES[noun]
            assert list(table.rows()) == []


def test_an_unknown_template_is_refused_with_those_there_are() -> None:
    """So is a language."""
    with pytest.raises(InvalidInput, match="leads"):
        headings("lead", "zh")
    with pytest.raises(InvalidInput, match="ko"):
        headings("leads", "fr")
